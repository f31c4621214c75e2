#include "training/observers/run_folder_observer.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/config/textproto.h"
#include "base/number_format.h"
#include "training/loop/non_finite.pb.h"
#include "training/observers/metrics_row.h"

namespace mica {
namespace {

std::string EpochLogLine(const EpochReport& epoch) {
  const EpochRow& row = epoch.row;
  const MetricSet* const validation = row.MetricsOf(Split::kValidation);
  const MetricSet* const test = row.MetricsOf(Split::kTest);
  std::string line = absl::StrCat("epoch=", row.epoch, " step=", row.step, " learning_rate=", FormatNumber(row.learning_rate),
                                  " train_loss=", FormatNumber(row.train_loss), " train_accuracy=", FormatNumber(row.train_accuracy));
  if (validation != nullptr) absl::StrAppend(&line, " val_accuracy=", FormatNumber(validation->Get("accuracy")));
  if (test != nullptr) absl::StrAppend(&line, " test_accuracy=", FormatNumber(test->Get("accuracy")));
  return absl::StrCat(line, " grad_norm=", FormatNumber(row.grad_norm), " train_s=", FormatFixed(row.train_seconds, 3),
                      " images_per_s=", FormatFixed(row.images_per_second, 0), epoch.is_best ? " best=1" : "");
}

}  // namespace

absl::Status RunFolderObserver::OnEpoch(const EpochReport& epoch) {
  folder_->Log(EpochLogLine(epoch));
  return folder_->AppendMetrics(MetricsRow(epoch.row));
}

absl::Status RunFolderObserver::OnStop(const StopReport& stop) {
  folder_->Log(absl::StrCat("stopped=signal step=", stop.last_step.step, " epoch=", stop.last_step.epoch));
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
  return folder_->WriteNanReport(PrintTextprotoFile(report));
}

}  // namespace mica
