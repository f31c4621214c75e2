// What a run does while it trains: shows progress, writes metrics.csv and log.txt, saves checkpoints.
#ifndef MICA_EXPERIMENTS_RUNNER_RUN_OBSERVERS_H_
#define MICA_EXPERIMENTS_RUNNER_RUN_OBSERVERS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "base/progress_line.h"
#include "eval/report/run_folder.h"
#include "training/loop/train_observer.h"

namespace mica {

// A live line within an epoch, a line for each epoch.
class ProgressObserver : public TrainObserver {
 public:
  explicit ProgressObserver(FILE* output) : line_(output) {}

  absl::Status OnStep(const StepReport& step) override;
  absl::Status OnEpoch(const EpochReport& epoch) override;
  absl::Status OnStop(const StepReport& step) override;
  absl::Status OnNonFinite(const NonFiniteStep& step) override;

  // Of the process, when the first step was done.
  std::optional<double> seconds_to_first_step() const { return seconds_to_first_step_; }

 private:
  ProgressLine line_;
  std::optional<double> seconds_to_first_step_;
};

// metrics.csv, log.txt and, where a step is not finite, nan_report.textproto.
class RunFolderObserver : public TrainObserver {
 public:
  // `folder` is borrowed and outlives the observer.
  explicit RunFolderObserver(RunFolder* folder) : folder_(folder) {}

  absl::Status OnEpoch(const EpochReport& epoch) override;
  absl::Status OnStop(const StepReport& step) override;
  absl::Status OnNonFinite(const NonFiniteStep& step) override;

 private:
  RunFolder* const folder_;
};

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_RUN_OBSERVERS_H_
