// Shows people how training goes: a live line within an epoch, then a line for the epoch.
#ifndef MICA_TRAINING_OBSERVERS_PROGRESS_OBSERVER_H_
#define MICA_TRAINING_OBSERVERS_PROGRESS_OBSERVER_H_

#include <cstdio>
#include <optional>

#include "absl/status/status.h"
#include "base/progress_line.h"
#include "training/loop/train_observer.h"

namespace mica {

class ProgressObserver : public TrainObserver {
 public:
  explicit ProgressObserver(FILE* output) : line_(output) {}

  absl::Status OnStep(const StepReport& step) override;
  absl::Status OnEpoch(const EpochReport& epoch) override;
  absl::Status OnStop(const StopReport& stop) override;
  absl::Status OnNonFinite(const NonFiniteStep& non_finite) override;

  // Seconds from the start of the process to the end of the first step.
  std::optional<double> seconds_to_first_step() const { return seconds_to_first_step_; }

 private:
  ProgressLine line_;
  std::optional<double> seconds_to_first_step_;
};

}  // namespace mica

#endif  // MICA_TRAINING_OBSERVERS_PROGRESS_OBSERVER_H_
