#include "experiments/runner/checkpoint_observer.h"

#include <iostream>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace mica {

absl::Status CheckpointObserver::OnEpoch(const EpochReport& epoch) {
  if (epoch.best_epoch.has_value()) {
    manifest_.set_best_metric(epoch.best_metric);
    manifest_.set_best_epoch(*epoch.best_epoch);
  }
  const bool due = epoch.row.epoch % config_.every_epochs() == 0;
  if (!due && !epoch.is_best && !epoch.is_last) return absl::OkStatus();
  return TrySave(epoch.last_step, epoch.is_best, epoch.is_last);
}

absl::Status CheckpointObserver::OnStop(const StepReport& step) {
  return TrySave(step, /*is_best=*/false, /*is_last_chance=*/true);
}

absl::Status CheckpointObserver::TrySave(const StepReport& step, bool is_best, bool is_last_chance) {
  const CheckpointContents contents = ContentsAt(step);
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
  Warn(absl::StrCat("checkpoint at step ", step.step, " failed (", failed_saves_, " of at most ", config_.max_failed_saves(),
                    " in a row), training goes on: ", status.message()));
  return absl::OkStatus();
}

absl::Status CheckpointObserver::Save(const CheckpointContents& contents, bool is_best) {
  const int64_t step = contents.manifest.step();
  // A failure behind the rename leaves a whole checkpoint, which needs its pointers alone when it is tried again.
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

CheckpointContents CheckpointObserver::ContentsAt(const StepReport& step) {
  manifest_.set_step(step.step);
  manifest_.set_epoch(step.epoch);
  manifest_.set_step_in_epoch(step.step_in_epoch);
  manifest_.set_samples_seen(step.samples_seen);
  return {WeightsOf(parts_.model), OptimizerState(), manifest_};
}

CheckpointContents CheckpointObserver::Copy(CheckpointContents contents) {
  for (NamedTensor& named : contents.model) named.tensor = named.tensor.detach().clone();
  for (NamedTensor& named : contents.optimizer) named.tensor = named.tensor.detach().clone();
  return contents;
}

void CheckpointObserver::Warn(const std::string& message) {
  parts_.log(message);
  std::cerr << "warning: " << message << std::endl;
}

std::vector<NamedTensor> CheckpointObserver::OptimizerState() const {
  std::vector<NamedTensor> tensors;
  for (const auto& [state_name, buffer] : parts_.optimizer.State()) {
    for (auto& [parameter_name, tensor] : parts_.parameters.Split(buffer)) {
      tensors.push_back({absl::StrCat(state_name, ".", parameter_name), tensor});
    }
  }
  return tensors;
}

}  // namespace mica
