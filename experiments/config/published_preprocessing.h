// Whether the images of an experiment are like those that published weights were trained on.
// Torch-free, thread-safe.
#ifndef MICA_EXPERIMENTS_CONFIG_PUBLISHED_PREPROCESSING_H_
#define MICA_EXPERIMENTS_CONFIG_PUBLISHED_PREPROCESSING_H_

#include "base/config/config_problems.h"
#include "experiments/experiment.pb.h"

namespace mica {

// Where an experiment begins with a file of weights and the model is one whose weights are
// published, warns of transforms that differ from the publisher's: mean and standard deviation, a far
// other size of the images, the filter that scales them. Weights from elsewhere may expect other images,
// so none of it is an error.
void WarnOfOtherPreprocessing(const Experiment& experiment, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_CONFIG_PUBLISHED_PREPROCESSING_H_
