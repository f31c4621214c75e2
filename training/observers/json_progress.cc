#include "training/observers/json_progress.h"

#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "eval/metrics/metric_set.h"

namespace mica {
namespace {

using Json = nlohmann::ordered_json;

// dump() writes numbers that are not finite as null. A reader that is gone is no reason to stop
// training.
absl::Status Print(const Json& object, FILE* output) {
  std::fputs(absl::StrCat(object.dump(), "\n").c_str(), output);
  std::fflush(output);
  return absl::OkStatus();
}

Json PlaceOf(const char* event, const StepReport& step) {
  return {{"event", event},
          {"epoch", step.epoch},
          {"epochs", step.epochs},
          {"step", step.step},
          {"total_steps", step.total_steps},
          {"samples_seen", step.samples_seen}};
}

void AddMetrics(const EpochRow& row, Split split, const char* prefix, Json* object) {
  const MetricSet* const metrics = row.MetricsOf(split);
  if (metrics == nullptr) return;
  for (const Metric& metric : metrics->values) (*object)[absl::StrCat(prefix, metric.name)] = metric.value;
}

}  // namespace

absl::Status JsonProgress::OnStep(const StepReport& step) {
  const auto now = clock_();
  if (now - last_step_shown_ < std::chrono::seconds(1)) return absl::OkStatus();
  last_step_shown_ = now;
  Json object = PlaceOf("step", step);
  object["learning_rate"] = step.learning_rate;
  object["loss"] = step.epoch_loss;
  object["accuracy"] = step.epoch_accuracy;
  object["images_per_second"] = step.images_per_second;
  if (step.device_memory_mib > 0) object["device_memory_mib"] = step.device_memory_mib;
  return Print(object, output_);
}

absl::Status JsonProgress::OnEpoch(const EpochReport& epoch) {
  const EpochRow& row = epoch.row;
  Json object = PlaceOf("epoch", epoch.last_step);
  object["learning_rate"] = row.learning_rate;
  object["train_loss"] = row.train_loss;
  object["train_accuracy"] = row.train_accuracy;
  AddMetrics(row, Split::kValidation, "val_", &object);
  AddMetrics(row, Split::kTest, "test_", &object);
  for (const EpochRow::Scalar& scalar : row.scalars) object[scalar.name] = scalar.value;
  object["grad_norm"] = row.grad_norm;
  object["images_per_second"] = row.images_per_second;
  object["train_seconds"] = row.train_seconds;
  object["eval_seconds"] = row.eval_seconds;
  object["best"] = epoch.is_best;
  return Print(object, output_);
}

absl::Status JsonProgress::OnStop(const StopReport& stop) {
  return Print(PlaceOf("stopped", stop.last_step), output_);
}

absl::Status JsonProgress::OnNonFinite(const NonFiniteStep& non_finite) {
  Json object = PlaceOf("non_finite", non_finite.step);
  object["loss"] = non_finite.step.loss;
  object["grad_norm"] = non_finite.step.grad_norm;
  return Print(object, output_);
}

}  // namespace mica
