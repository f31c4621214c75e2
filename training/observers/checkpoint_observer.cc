#include "training/observers/checkpoint_observer.h"

#include <iostream>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "models/weights/weights.h"
#include "training/observers/checkpoint_state.h"

namespace mica {

CheckpointObserver::CheckpointObserver(const CheckpointConfig& config, const Parts& parts, CheckpointReport manifest, CheckpointStore store)
    : config_(config), parts_(parts), manifest_(std::move(manifest)), store_(std::move(store)) {
  for (const ParameterGroup& group : parts.parameters.groups()) {
    ParameterGroupReport* report = manifest_.add_group();
    report->set_name(group.name);
    for (const std::string& parameter : group.parameters) report->add_parameter(parameter);
  }
}

absl::Status CheckpointObserver::OnEpoch(const EpochReport& epoch) {
  const bool due = epoch.row.epoch % config_.every_epochs() == 0;
  if (!due && !epoch.is_best && !epoch.is_last) return absl::OkStatus();
  MICA_RETURN_IF_ERROR(TrySave(epoch.state, epoch.is_best, epoch.is_last));
  return epoch.is_last && config_.best_only() && best_step_.has_value() ? KeepBestAlone() : absl::OkStatus();
}

absl::Status CheckpointObserver::OnStop(const StopReport& stop) {
  return TrySave(stop.state, /*is_best=*/false, /*is_last_chance=*/true);
}

absl::Status CheckpointObserver::TrySave(const TrainState& state, bool is_best, bool is_last_chance) {
  if (!best_step_.has_value() && state.best.has_value() && store_.Has(state.best->row.step)) {
    best_step_ = state.best->row.step;  // an earlier process saved it
  }
  const CheckpointContents contents = ContentsAt(state);
  if (is_best) unsaved_best_.reset();
  absl::Status status = unsaved_best_.has_value() ? Save(*unsaved_best_, /*is_best=*/true) : absl::OkStatus();
  if (status.ok()) {
    unsaved_best_.reset();
    status = Save(contents, is_best);
  }
  if (status.ok()) {
    failed_saves_ = 0;
    return status;
  }
  ++failed_saves_;
  const bool give_up = is_last_chance || failed_saves_ >= config_.max_failed_saves() || ExitCodeOf(status) != ExitCode::kOutput;
  if (give_up) return status;
  if (is_best) unsaved_best_ = Copy(contents);
  Warn(absl::StrCat("checkpoint at step ", state.step, " failed (", failed_saves_, " of at most ", config_.max_failed_saves(),
                    " in a row), training goes on: ", status.message()));
  return absl::OkStatus();
}

absl::Status CheckpointObserver::Save(const CheckpointContents& contents, bool is_best) {
  const int64_t step = contents.manifest.step();
  // A save that failed after its rename left a whole checkpoint. The retry then only has to update
  // the pointers.
  if (!store_.Has(step)) MICA_RETURN_IF_ERROR(store_.Save(contents));
  MICA_RETURN_IF_ERROR(store_.Point("latest", step));
  if (is_best) {
    MICA_RETURN_IF_ERROR(store_.Point("best", step));
    best_step_ = step;
  }
  if (config_.keep_all()) return absl::OkStatus();
  const absl::Status status = store_.Prune({step, best_step_.value_or(step)});
  if (!status.ok()) Warn(absl::StrCat("old checkpoints stay: ", status.message()));
  return absl::OkStatus();
}

absl::Status CheckpointObserver::KeepBestAlone() {
  MICA_RETURN_IF_ERROR(store_.Point("latest", *best_step_));
  const absl::Status status = store_.Prune({*best_step_, *best_step_});
  if (!status.ok()) Warn(absl::StrCat("the latest checkpoint stays: ", status.message()));
  return absl::OkStatus();
}

CheckpointContents CheckpointObserver::ContentsAt(const TrainState& state) {
  WriteTrainState(state, &manifest_);
  return {{{kModelFile, WeightsOf(parts_.model)}, {kOptimizerFile, parts_.optimizer.State()}}, manifest_};
}

CheckpointContents CheckpointObserver::Copy(CheckpointContents contents) {
  for (CheckpointContents::File& file : contents.files) {
    for (NamedTensor& named : file.tensors) named.tensor = named.tensor.detach().clone();
  }
  return contents;
}

void CheckpointObserver::Warn(const std::string& message) {
  parts_.log(message);
  std::cerr << "warning: " << message << std::endl;
}

}  // namespace mica
