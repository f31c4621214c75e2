// What the experiment's model gets of its data. Torch-free.
#ifndef MICA_EXPERIMENTS_RUNNER_MODEL_INPUT_H_
#define MICA_EXPERIMENTS_RUNNER_MODEL_INPUT_H_

#include "absl/status/statusor.h"
#include "data/index/dataset_index.h"
#include "data/index/image_shape.h"
#include "experiments/experiment.pb.h"

namespace mica {

// The shape of the images that train_transforms make of the samples. A config error, with what to
// add, if not all get one size.
absl::StatusOr<ImageShape> ShapeOfTrainingImages(const Experiment& experiment, const DatasetIndex& index);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_MODEL_INPUT_H_
