// A model that a verb is given: what a run trained, or what an experiment begins with. Torch-free.
#ifndef MICA_EXPERIMENTS_RUNNER_MODEL_SUBJECT_H_
#define MICA_EXPERIMENTS_RUNNER_MODEL_SUBJECT_H_

#include <optional>
#include <string>

#include "data/index/image_shape.h"
#include "experiments/experiment.pb.h"
#include "training/checkpoint/checkpoint_reader.h"

namespace mica {

struct ModelSubject {
  std::string name;  // in messages: "runs/x/a"
  Experiment experiment;
  int num_classes = 0;
  std::optional<ImageShape> image_shape;   // that it is made for; not set: that of the picture
  const Checkpoint* checkpoint = nullptr;  // null: the weights that training begins with
};

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_MODEL_SUBJECT_H_
