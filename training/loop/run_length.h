// How long a run is, known before it begins.
#ifndef MICA_TRAINING_LOOP_RUN_LENGTH_H_
#define MICA_TRAINING_LOOP_RUN_LENGTH_H_

#include <algorithm>
#include <cstdint>
#include <optional>

#include "training/optim/lr_schedule.h"

namespace mica {

// Epochs times batches, at most max_steps.
inline RunLength LengthOfRun(int64_t epochs, std::optional<int64_t> max_steps, int64_t steps_per_epoch) {
  const int64_t all = epochs * steps_per_epoch;
  return {max_steps.has_value() ? std::min(all, *max_steps) : all, steps_per_epoch};
}

}  // namespace mica

#endif  // MICA_TRAINING_LOOP_RUN_LENGTH_H_
