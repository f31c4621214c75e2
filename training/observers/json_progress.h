// Tells other programs how training goes: a JSON object a line (JSON Lines).
//   {"event":"step","epoch":1,"epochs":3,"step":250,"total_steps":5625,"loss":0.71,…}
//   {"event":"epoch","epoch":1,"step":1875,"train_loss":0.59,"val_accuracy":0.84,"best":true,…}
//   {"event":"stopped","epoch":2,"step":2000}
// docs/file_formats.md lists the fields. A number that is NaN or infinite is null.
#ifndef MICA_TRAINING_OBSERVERS_JSON_PROGRESS_H_
#define MICA_TRAINING_OBSERVERS_JSON_PROGRESS_H_

#include <chrono>
#include <cstdio>
#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "training/loop/train_observer.h"

namespace mica {

class JsonProgress : public TrainObserver {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  // `output` is borrowed and must stay open. Steps get a line a second at most; each line is flushed.
  explicit JsonProgress(FILE* output, Clock clock = &std::chrono::steady_clock::now) : output_(output), clock_(std::move(clock)) {}

  absl::Status OnStep(const StepReport& step) override;
  absl::Status OnEpoch(const EpochReport& epoch) override;
  absl::Status OnStop(const StopReport& stop) override;
  absl::Status OnNonFinite(const NonFiniteStep& non_finite) override;

 private:
  FILE* const output_;
  const Clock clock_;
  std::chrono::steady_clock::time_point last_step_shown_;
};

}  // namespace mica

#endif  // MICA_TRAINING_OBSERVERS_JSON_PROGRESS_H_
