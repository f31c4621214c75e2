// Shows people how training goes: a live line within an epoch, then a line for the epoch.
#ifndef MICA_TRAINING_OBSERVERS_PROGRESS_OBSERVER_H_
#define MICA_TRAINING_OBSERVERS_PROGRESS_OBSERVER_H_

#include <cstdio>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "base/progress_line.h"
#include "training/loop/train_observer.h"

namespace mica {

// "epoch 2/3 ▕█████     ▏ 50 %  loss 0.6250  accuracy 50.0 %  100 images/s  ETA 1:40"; loss and
// accuracy are running values of the epoch. 80 columns in the usual case.
std::string LiveLine(const StepReport& step);

class ProgressObserver : public TrainObserver {
 public:
  // `output` is borrowed; null: nothing is shown.
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
