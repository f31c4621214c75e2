// Shows a run in TensorBoard while it trains: its settings, its network, the metrics of each epoch, how
// weights and gradients are spread.
//   TensorBoardObserver board({folder, start, resolved, LayerGraph(model), HyperparametersOf(experiment)}, read);
//   … train with it among the observers …
//   board.Finish(HparamsOutcome::kSuccess);
// Then `tensorboard --logdir runs`. viz/tensorboard says what stands where. An event file is for
// looking at: if it cannot be written, a warning on stderr says so once, and the run goes on without.
// Torch-free. Single-thread.
#ifndef MICA_TRAINING_OBSERVERS_TENSORBOARD_OBSERVER_H_
#define MICA_TRAINING_OBSERVERS_TENSORBOARD_OBSERVER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/files/file.h"
#include "training/loop/train_observer.h"
#include "training/observers/parameter_statistics.h"
#include "viz/tensorboard/event_file.h"
#include "viz/tensorboard/graph_node.h"
#include "viz/tensorboard/hyperparameters.h"

namespace mica {

class TensorBoardObserver : public TrainObserver {
 public:
  struct Start {
    std::string folder;
    EventFileStart file;
    std::string experiment;  // the textproto
    std::vector<GraphNode> graph;
    std::vector<Hyperparameter> hyperparameters;
  };

  // Makes the file. `calls` must outlive the observer. `now`: seconds since 1970, UTC.
  TensorBoardObserver(const Start& start, ParameterReader read, std::function<double()> now, FileCalls& calls = SystemFileCalls());

  absl::Status OnEpoch(const EpochReport& epoch) override;

  // How the run ended, for the table of runs.
  void Finish(HparamsOutcome outcome);

 private:
  void AddParameters(int64_t epoch, double wall_time);
  void Flush();
  void GiveUp(const absl::Status& status);

  const ParameterReader read_;
  const std::function<double()> now_;
  std::unique_ptr<EventFile> file_;  // null when given up
};

}  // namespace mica

#endif  // MICA_TRAINING_OBSERVERS_TENSORBOARD_OBSERVER_H_
