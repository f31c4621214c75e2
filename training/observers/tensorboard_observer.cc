#include "training/observers/tensorboard_observer.h"

#include <iostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "training/observers/metrics_row.h"
#include "viz/tensorboard/histogram_buckets.h"
#include "viz/tensorboard/metric_tags.h"

namespace mica {
namespace {

// Of larger parameters every k-th value is counted: a histogram shows no more.
constexpr size_t kMostCounted = 65'536;

}  // namespace

TensorBoardObserver::TensorBoardObserver(const Start& start, ParameterReader read, std::function<double()> now, FileCalls& calls)
    : read_(std::move(read)), now_(std::move(now)) {
  absl::StatusOr<std::unique_ptr<EventFile>> file = EventFile::Create(start.folder, start.file, calls);
  if (!file.ok()) {
    GiveUp(file.status());
    return;
  }
  file_ = *std::move(file);
  const double wall_time = start.file.wall_time;
  // Markdown shows indented lines as they are, whatever they hold.
  std::string text = "    ";
  for (const char letter : start.experiment) text += letter == '\n' ? "\n    " : std::string(1, letter);
  file_->AddText("Experiment", {0, wall_time}, text);
  file_->AddGraph(start.graph, wall_time);
  file_->AddHparamsSession(start.hyperparameters, wall_time);
  Flush();
}

absl::Status TensorBoardObserver::OnEpoch(const EpochReport& epoch) {
  if (file_ == nullptr) return absl::OkStatus();
  const double wall_time = now_();
  if (const absl::Status status = AddMetricsRow(MetricsRow(epoch.row), "epoch", wall_time, file_.get()); !status.ok()) return status;
  AddParameters(epoch.row.epoch, wall_time);
  Flush();
  return absl::OkStatus();
}

void TensorBoardObserver::AddParameters(int64_t epoch, double wall_time) {
  for (const ParameterView& parameter : read_()) {
    const EventTime time = {epoch, wall_time};
    file_->AddHistogram(absl::StrCat("Weights/", parameter.name), time, CountIntoBuckets(EvenlySpaced(parameter.values, kMostCounted)));
    file_->AddHistogram(absl::StrCat("Gradients/", parameter.name), time,
                        CountIntoBuckets(EvenlySpaced(parameter.gradients, kMostCounted)));
  }
}

void TensorBoardObserver::Finish(HparamsOutcome outcome) {
  if (file_ == nullptr) return;
  file_->AddHparamsEnd(outcome, now_());
  Flush();
}

void TensorBoardObserver::Flush() {
  if (const absl::Status status = file_->Flush(); !status.ok()) GiveUp(status);
}

void TensorBoardObserver::GiveUp(const absl::Status& status) {
  file_.reset();
  std::cerr << absl::StrCat("warning: ", status.message(), "; the run goes on without TensorBoard's events\n");
}

}  // namespace mica
