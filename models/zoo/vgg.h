// VGG (Simonyan and Zisserman 2015), with torchvision's names of tensors. Torch-free, thread-safe.
//   Vgg({kVgg16, /*batch_norm=*/false}, config.vgg16())
#ifndef MICA_MODELS_ZOO_VGG_H_
#define MICA_MODELS_ZOO_VGG_H_

#include <array>

#include "models/zoo/zoo_model.h"

namespace mica {

struct VggLayout {
  std::array<int, 5> convolutions;  // of each stage, before its max-pool
  bool batch_norm = false;          // after each convolution
};

// 1000 classes: 132,863,336, 133,047,848, 138,357,544 and 143,667,240 parameters without norms.
constexpr std::array<int, 5> kVgg11 = {1, 1, 2, 2, 2};
constexpr std::array<int, 5> kVgg13 = {2, 2, 2, 2, 2};
constexpr std::array<int, 5> kVgg16 = {2, 2, 3, 3, 3};
constexpr std::array<int, 5> kVgg19 = {2, 2, 4, 4, 4};

ZooModel Vgg(const VggLayout& layout, const VggConfig& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_VGG_H_
