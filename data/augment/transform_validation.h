// Checks the transforms of an experiment, so that drawing and doing them cannot fail but for a
// picture's size.
//   ValidateTransforms(config.train_transforms(), "train_transforms", &problems);
#ifndef MICA_DATA_AUGMENT_TRANSFORM_VALIDATION_H_
#define MICA_DATA_AUGMENT_TRANSFORM_VALIDATION_H_

#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "data/augment/transform_list.h"

namespace mica {

// A list of transforms: each by itself, and their order. `path` is the list's: "train_transforms".
// What depends on the pictures' channels is checked when the pipeline is made.
void ValidateTransforms(const TransformList& transforms, absl::string_view path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_TRANSFORM_VALIDATION_H_
