// Where a run stands between two steps. A run that gets it back, with the weights and the
// optimizer's state, continues as if it had never been interrupted. Torch-free.
#ifndef MICA_TRAINING_LOOP_TRAIN_STATE_H_
#define MICA_TRAINING_LOOP_TRAIN_STATE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "training/loop/best_so_far.h"
#include "training/optim/lr_schedule.h"

namespace mica {

// Sums over the steps of an epoch so far; its running means follow from them.
struct RunningSums {
  double loss = 0;              // over samples
  double grad_norm = 0;         // over steps
  std::vector<double> scalars;  // of the loss terms, over steps
  int64_t correct = 0;
  int64_t samples = 0;
  int64_t steps = 0;
};

struct TrainState {
  int64_t step = 0;           // optimizer steps done
  int64_t epoch = 0;          // epochs begun; counts from 1
  int64_t step_in_epoch = 0;  // steps done in that epoch
  int64_t samples_seen = 0;
  RunningSums sums;  // of that epoch
  std::optional<BestSoFar> best;
  std::vector<EpochLosses> losses;  // of the epochs that are over, if the schedule reads them
};

}  // namespace mica

#endif  // MICA_TRAINING_LOOP_TRAIN_STATE_H_
