// Saves checkpoints while a run trains: after epochs, at the end, and if the run stops early.
#ifndef MICA_TRAINING_OBSERVERS_CHECKPOINT_OBSERVER_H_
#define MICA_TRAINING_OBSERVERS_CHECKPOINT_OBSERVER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "models/classifier.h"
#include "training/checkpoint/checkpoint.pb.h"
#include "training/checkpoint/checkpoint_store.h"
#include "training/loop/train_observer.h"
#include "training/optim/flat_parameters.h"
#include "training/optim/optimizer.h"

namespace mica {

class CheckpointObserver : public TrainObserver {
 public:
  struct Parts {  // borrowed, must outlive the observer
    const Classifier& model;
    const FlatParameters& parameters;
    const Optimizer& optimizer;
    std::function<void(absl::string_view)> log;
  };

  // `manifest` holds what does not change: experiment, data set, classes, device, build.
  CheckpointObserver(const CheckpointConfig& config, const Parts& parts, CheckpointReport manifest, CheckpointStore store);

  // A failed save is logged, and training goes on. After max_failed_saves failures in a row, or at
  // the last chance to save, the failure is returned. A best epoch that could not be saved stays in
  // memory and is tried again with the next save.
  absl::Status OnEpoch(const EpochReport& epoch) override;
  absl::Status OnStop(const StopReport& stop) override;

 private:
  absl::Status TrySave(const TrainState& state, bool is_best, bool is_last_chance);
  absl::Status Save(const CheckpointContents& contents, bool is_best);
  absl::Status KeepBestAlone();
  CheckpointContents ContentsAt(const TrainState& state);
  static CheckpointContents Copy(CheckpointContents contents);  // into its own memory
  void Warn(const std::string& message);

  const CheckpointConfig config_;
  const Parts parts_;
  CheckpointReport manifest_;
  CheckpointStore store_;
  std::optional<int64_t> best_step_;
  // Saved before anything else is saved or pruned, so that `best` never dangles.
  std::optional<CheckpointContents> unsaved_best_;
  int failed_saves_ = 0;  // in a row
};

}  // namespace mica

#endif  // MICA_TRAINING_OBSERVERS_CHECKPOINT_OBSERVER_H_
