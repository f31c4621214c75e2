// CheckExperiment: the body of `mica check`.
#include <string>

#include "absl/strings/str_cat.h"
#include "experiments/runner/stages.h"
#include "experiments/runner/verb_bodies.h"

namespace mica {

absl::StatusOr<std::string> CheckExperiment(const LoadedExperiment& loaded, const DatasetIndex& index) {
  const absl::StatusOr<Stages> stages = BuildStages(loaded.experiment, index);
  if (!stages.ok()) return AtItsPlace(stages.status(), loaded);
  std::string counts;
  for (const Split split : kSplits) absl::StrAppend(&counts, index.RecordsOf(split).size(), " ", SplitName(split), ", ");
  const ImageShape shape = stages->train_batches->image_shape();
  const RunLength run = LengthOfRun(stages->train_options, *stages->train_batches);
  return absl::StrCat(counts, index.classes.size(), " classes, ", shape.channels, "x", shape.height_px, "x", shape.width_px, " pixels; ",
                      CountParameters(*stages->model.classifier), " parameters; ", run.total_steps, " steps");
}

}  // namespace mica
