#include "experiments/runner/run_observers.h"

#include <google/protobuf/text_format.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "experiments/runner/environment.h"
#include "training/loop/non_finite.pb.h"

namespace mica {
namespace {

std::string Eta(const StepReport& step) {
  const double samples_left =
      static_cast<double>(step.total_steps - step.step) / static_cast<double>(step.step) * static_cast<double>(step.samples_seen);
  const auto seconds = static_cast<int64_t>(samples_left / step.images_per_second);
  return absl::StrFormat("%d:%02d", seconds / 60, seconds % 60);
}

std::string Percent(double share) {
  return absl::StrCat(FormatFixed(100 * share, 2), " %");
}

std::string EpochLine(const EpochReport& epoch) {
  const EpochRow& row = epoch.row;
  std::string line = absl::StrCat("epoch ", row.epoch, "/", epoch.last_step.epochs, "  train loss ", FormatFixed(row.train_loss, 4),
                                  " accuracy ", Percent(row.train_accuracy));
  for (const auto& [name, metrics] : {std::pair("validation", &row.validation), std::pair("test", &row.test)}) {
    if (!metrics->has_value()) continue;
    absl::StrAppend(&line, "  ", name, " loss ", FormatFixed((*metrics)->Get("loss"), 4), " accuracy ",
                    Percent((*metrics)->Get("accuracy")));
  }
  absl::StrAppend(&line, "  ", FormatFixed(row.train_seconds, 2), " s  ", FormatFixed(row.images_per_second, 0), " images/s");
  return absl::StrCat(line, epoch.is_best ? "  -> best" : "");
}

std::string EpochLogLine(const EpochReport& epoch) {
  const EpochRow& row = epoch.row;
  std::string line = absl::StrCat("epoch=", row.epoch, " step=", row.step, " learning_rate=", FormatNumber(row.learning_rate),
                                  " train_loss=", FormatNumber(row.train_loss), " train_accuracy=", FormatNumber(row.train_accuracy));
  if (row.validation.has_value()) absl::StrAppend(&line, " val_accuracy=", FormatNumber(row.validation->Get("accuracy")));
  if (row.test.has_value()) absl::StrAppend(&line, " test_accuracy=", FormatNumber(row.test->Get("accuracy")));
  return absl::StrCat(line, " grad_norm=", FormatNumber(row.grad_norm), " train_s=", FormatFixed(row.train_seconds, 3),
                      " images_per_s=", FormatFixed(row.images_per_second, 0), epoch.is_best ? " best=1" : "");
}

}  // namespace

absl::Status ProgressObserver::OnStep(const StepReport& step) {
  if (!seconds_to_first_step_.has_value()) seconds_to_first_step_ = SecondsSinceProcessStart();
  line_.Update([&] {
    return absl::StrCat("epoch ", step.epoch, "/", step.epochs, "  step ", step.step_in_epoch, "/", step.steps_per_epoch, "  loss ",
                        FormatFixed(step.loss, 4), "  ", FormatFixed(step.images_per_second, 0), " images/s  ETA ", Eta(step));
  });
  return absl::OkStatus();
}

absl::Status ProgressObserver::OnEpoch(const EpochReport& epoch) {
  line_.Finish(EpochLine(epoch));
  return absl::OkStatus();
}

absl::Status ProgressObserver::OnStop(const StepReport& step) {
  line_.Finish(absl::StrCat("stopped by a signal after step ", step.step, " of ", step.total_steps, " (epoch ", step.epoch, ")"));
  return absl::OkStatus();
}

absl::Status ProgressObserver::OnNonFinite(const NonFiniteStep& non_finite) {
  const StepReport& step = non_finite.step;
  line_.Finish(absl::StrCat("stopped at step ", step.step, " of ", step.total_steps, " (epoch ", step.epoch, "): loss ",
                            FormatNumber(step.loss), ", gradient norm ", FormatNumber(step.grad_norm)));
  return absl::OkStatus();
}

absl::Status RunFolderObserver::OnEpoch(const EpochReport& epoch) {
  folder_->Log(EpochLogLine(epoch));
  return folder_->AppendMetrics(epoch.row);
}

absl::Status RunFolderObserver::OnStop(const StepReport& step) {
  folder_->Log(absl::StrCat("stopped=signal step=", step.step, " epoch=", step.epoch));
  return absl::OkStatus();
}

absl::Status RunFolderObserver::OnNonFinite(const NonFiniteStep& non_finite) {
  const StepReport& step = non_finite.step;
  folder_->Log(absl::StrCat("non_finite step=", step.step, " loss=", FormatNumber(step.loss), " grad_norm=", FormatNumber(step.grad_norm)));
  NonFiniteStepReport report;
  report.set_step(step.step);
  report.set_epoch(step.epoch);
  report.set_loss(step.loss);
  report.set_grad_norm(step.grad_norm);
  report.set_learning_rate(step.learning_rate);
  for (const int64_t id : non_finite.record_ids) report.add_record_id(id);
  std::string text;
  google::protobuf::TextFormat::PrintToString(report, &text);
  return WriteFileAtomically(
      absl::StrCat(folder_->path(), "/nan_report.textproto"),
      absl::StrCat("# proto-file: training/loop/non_finite.proto\n# proto-message: mica.NonFiniteStepReport\n", text));
}

}  // namespace mica
