#include "experiments/runner/test_views.h"

#include "base/error.h"

namespace mica {

std::vector<ViewTransforms> TestViews(const Experiment& experiment) {
  std::vector<ViewTransforms> views = {{&experiment.eval_transforms(), "eval_transforms"}};
  if (!experiment.evaluation().has_test_time_augmentation()) return views;
  const TestTimeAugmentationConfig& augmentation = experiment.evaluation().test_time_augmentation();
  const ViewTransforms own = {&augmentation.transforms(), "evaluation.test_time_augmentation.transforms"};
  const ViewTransforms of_training = {&experiment.train_transforms(), "train_transforms"};
  views.resize(1 + augmentation.views(), augmentation.transforms().empty() ? of_training : own);
  return views;
}

absl::Status CheckTestViews(const Experiment& experiment, const DatasetIndex& index) {
  if (!experiment.evaluation().has_test_time_augmentation()) return absl::OkStatus();
  const auto made = PicturePipeline::Create(index, experiment.decode(), TestViews(experiment), {});
  if (made.ok()) return absl::OkStatus();
  return WithFields(made.status(), {"evaluation.test_time_augmentation"});
}

}  // namespace mica
