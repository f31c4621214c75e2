// In which views the samples are prepared that a run reports and predicts.
//   const std::vector<ViewTransforms> views = TestViews(experiment);
#ifndef MICA_EXPERIMENTS_RUNNER_TEST_VIEWS_H_
#define MICA_EXPERIMENTS_RUNNER_TEST_VIEWS_H_

#include <vector>

#include "absl/status/status.h"
#include "data/index/dataset_index.h"
#include "data/loader/picture_pipeline.h"
#include "experiments/experiment.pb.h"

namespace mica {

// That of eval_transforms, then those of evaluation.test_time_augmentation, if any. They borrow the
// experiment's transforms.
std::vector<ViewTransforms> TestViews(const Experiment& experiment);

// Whether all views give pictures of one size. ConfigError if not, about the field at fault.
absl::Status CheckTestViews(const Experiment& experiment, const DatasetIndex& index);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_TEST_VIEWS_H_
