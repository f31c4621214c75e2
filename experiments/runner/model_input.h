// What the experiment's model gets of its data. Torch-free.
#ifndef MICA_EXPERIMENTS_RUNNER_MODEL_INPUT_H_
#define MICA_EXPERIMENTS_RUNNER_MODEL_INPUT_H_

#include "absl/status/statusor.h"
#include "data/decode/decode.pb.h"
#include "data/index/dataset_index.h"
#include "data/index/image_shape.h"
#include "experiments/experiment.pb.h"
#include "models/zoo/model_layers.h"

namespace mica {

// The shape of the images that train_transforms make of the samples. A config error, with what to
// add, if not all get one size.
absl::StatusOr<ImageShape> ShapeOfTrainingImages(const Experiment& experiment, const DatasetIndex& index);

// The same of eval_transforms.
absl::StatusOr<ImageShape> ShapeOfEvaluationImages(const Experiment& experiment, const DatasetIndex& index);

// The same of any colour picture, as decode reads it: an error if eval_transforms leave the size to
// the data, or the data set is one of packed pixels.
absl::StatusOr<ImageShape> ShapeOfEvaluationImages(const Experiment& experiment);

// How the samples of an index are decoded for the experiment's model: pictures for one of packed
// grey pixels (IDX) become grey.
DecodeConfig DecodeFor(const Experiment& experiment, const DatasetIndex& index);

// InferModel (models/zoo/model_layers.h) of the experiment's model for such images.
absl::StatusOr<InferredModel> InferModelFor(const Experiment& experiment, const ImageShape& images, int num_classes);

// Whether the weights of `model`, which is the experiment's, also fit other images: not if linear
// layers stand behind its convolutions.
bool FitsImages(const Experiment& experiment, const InferredModel& model, const ImageShape& images, int num_classes);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_MODEL_INPUT_H_
