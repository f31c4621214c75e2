// CheckExperiment: the body of `mica check`.
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "experiments/runner/stages.h"
#include "experiments/runner/verb_bodies.h"
#include "models/weights/weight_report.h"
#include "training/optim/parameter_coverage.h"

namespace mica {
namespace {

// "54000 train, 6000 validation, 0 test, 10 classes"
std::string Counts(const DatasetIndex& index) {
  std::string counts;
  for (const Split split : kSplits) absl::StrAppend(&counts, index.RecordsOf(split).size(), " ", SplitName(split), ", ");
  if (const size_t unlabelled = index.RecordsOf(Split::kUnlabelled).size(); unlabelled > 0)
    absl::StrAppend(&counts, unlabelled, " unlabelled, ");
  return absl::StrCat(counts, index.classes.size(), " classes");
}

}  // namespace

absl::StatusOr<std::string> CheckExperiment(const LoadedExperiment& loaded, const DatasetIndex& index) {
  const absl::StatusOr<TrainingPlan> plan = PlanTraining(loaded.experiment, index);
  if (!plan.ok()) return AtItsPlace(plan.status(), loaded);
  const absl::StatusOr<std::optional<InitialWeights>> weights = CheckInitialWeights(loaded.experiment, *plan);
  if (!weights.ok()) return AtItsPlace(weights.status(), loaded);
  const std::string groups = CoverageTable(loaded.experiment.optimizer(), plan->parameters);
  return absl::StrCat(Counts(index), ", ", plan->train_batches->image_shape().ToString(), " pixels; ",
                      TotalOf(plan->model.layers).parameters, " parameters; ", plan->length.total_steps, " steps",
                      weights->has_value() ? absl::StrCat("\ninitial weights: ", WeightReportLine((*weights)->report)) : "",
                      groups.empty() ? "" : "\n", absl::StripSuffix(groups, "\n"));
}

}  // namespace mica
