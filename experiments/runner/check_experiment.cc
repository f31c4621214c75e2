#include "experiments/runner/check_experiment.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "experiments/runner/stages.h"

namespace mica {

absl::StatusOr<std::string> CheckExperiment(const LoadedExperiment& loaded, DatasetIndex index) {
  const absl::StatusOr<std::unique_ptr<Stages>> built = BuildStages(loaded.experiment, std::move(index));
  if (!built.ok()) return AtItsPlace(built.status(), loaded);
  const Stages& stages = **built;
  std::string counts;
  for (const Split split : kSplits) absl::StrAppend(&counts, stages.index.RecordsOf(split).size(), " ", SplitName(split), ", ");
  const ImageShape& shape = stages.index.shape;
  const RunLength run = LengthOfRun(stages.train_options, *stages.train_batches);
  return absl::StrCat(counts, stages.index.classes.size(), " classes, ", shape.channels, "x", shape.height_px, "x", shape.width_px,
                      " pixels; ", CountParameters(*stages.model), " parameters; ", run.total_steps, " steps");
}

}  // namespace mica
