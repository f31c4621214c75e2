// Writes metrics.csv, log.txt and, if a step is not finite, nan_report.textproto while a run
// trains.
#ifndef MICA_TRAINING_OBSERVERS_RUN_FOLDER_OBSERVER_H_
#define MICA_TRAINING_OBSERVERS_RUN_FOLDER_OBSERVER_H_

#include "absl/status/status.h"
#include "eval/report/run_folder.h"
#include "training/loop/train_observer.h"

namespace mica {

class RunFolderObserver : public TrainObserver {
 public:
  // `folder` is borrowed and must outlive the observer. Its columns are MetricsColumns() of the
  // run's terms.
  explicit RunFolderObserver(RunFolder* folder) : folder_(folder) {}

  absl::Status OnEpoch(const EpochReport& epoch) override;
  absl::Status OnStop(const StopReport& stop) override;
  absl::Status OnNonFinite(const NonFiniteStep& non_finite) override;

 private:
  RunFolder* const folder_;
};

}  // namespace mica

#endif  // MICA_TRAINING_OBSERVERS_RUN_FOLDER_OBSERVER_H_
