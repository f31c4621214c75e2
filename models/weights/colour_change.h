// What the weight of a convolution over colour pictures becomes for grey pictures, and the other way
// around.
//   ShapeAfter(ColourChange::kSumOfRgb, {64, 3, 7, 7}) == {64, 1, 7, 7}
// Torch-free.
#ifndef MICA_MODELS_WEIGHTS_COLOUR_CHANGE_H_
#define MICA_MODELS_WEIGHTS_COLOUR_CHANGE_H_

#include <cstdint>
#include <vector>

namespace mica {

enum class ColourChange {
  kNone,
  kSumOfRgb,    // grey = the sum of the three
  kMeanOfRgb,   // grey = their mean
  kRepeatGrey,  // each colour = a third of grey
};

// The shape of a weight [outputs, channels, …] after the change; the same if it has not the three
// channels, or the one, that the change begins with.
std::vector<int64_t> ShapeAfter(ColourChange change, const std::vector<int64_t>& shape);

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_COLOUR_CHANGE_H_
