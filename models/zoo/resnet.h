// ResNet (He et al. 2016), Wide ResNet (Zagoruyko and Komodakis 2016) and ResNeXt (Xie et al. 2017)
// for large pictures, with torchvision's names of tensors; the ReLUs within a residual, which have
// none, are "relu1" and "relu2". Torch-free, thread-safe.
#ifndef MICA_MODELS_ZOO_RESNET_H_
#define MICA_MODELS_ZOO_RESNET_H_

#include <array>

#include "models/zoo/zoo_model.h"

namespace mica {

struct ResNetLayout {
  std::array<int, 4> residuals;  // of each stage
  // Convolutions 1x1, 3x3, 1x1, the last with four times the channels; else two of 3x3.
  bool bottleneck = false;
  // Of the 3x3 convolutions in a bottleneck: the first stage has groups * group_channels channels.
  int groups = 1;
  int group_channels = 64;
};

constexpr ResNetLayout kResNet18 = {{2, 2, 2, 2}};
constexpr ResNetLayout kResNet34 = {{3, 4, 6, 3}};
constexpr ResNetLayout kResNet50 = {{3, 4, 6, 3}, /*bottleneck=*/true};
constexpr ResNetLayout kResNet101 = {{3, 4, 23, 3}, /*bottleneck=*/true};
constexpr ResNetLayout kResNet152 = {{3, 8, 36, 3}, /*bottleneck=*/true};
constexpr ResNetLayout kWideResNet50 = {{3, 4, 6, 3}, /*bottleneck=*/true, /*groups=*/1, /*group_channels=*/128};
constexpr ResNetLayout kResNext50 = {{3, 4, 6, 3}, /*bottleneck=*/true, /*groups=*/32, /*group_channels=*/4};

ZooModel ResNet(const ResNetLayout& layout);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_RESNET_H_
