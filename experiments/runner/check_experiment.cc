// CheckExperiment: the body of `mica check`.
#include <string>

#include "absl/strings/str_cat.h"
#include "experiments/runner/stages.h"
#include "experiments/runner/verb_bodies.h"

namespace mica {

absl::StatusOr<std::string> CheckExperiment(const LoadedExperiment& loaded, const DatasetIndex& index) {
  const absl::StatusOr<TrainingPlan> plan = PlanTraining(loaded.experiment, index);
  if (!plan.ok()) return AtItsPlace(plan.status(), loaded);
  const absl::Status weights = CheckInitialWeights(loaded.experiment, *plan);
  if (!weights.ok()) return AtItsPlace(weights, loaded);
  std::string counts;
  for (const Split split : kSplits) absl::StrAppend(&counts, index.RecordsOf(split).size(), " ", SplitName(split), ", ");
  const ImageShape shape = plan->train_batches->image_shape();
  return absl::StrCat(counts, index.classes.size(), " classes, ", shape.channels, "x", shape.height_px, "x", shape.width_px, " pixels; ",
                      TotalOf(plan->model.layers).parameters, " parameters; ", plan->length.total_steps, " steps");
}

}  // namespace mica
