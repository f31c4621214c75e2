// Residual networks for pictures of about 32x32 pixels. Torch-free, thread-safe.
#ifndef MICA_MODELS_ZOO_SMALL_RESNETS_H_
#define MICA_MODELS_ZOO_SMALL_RESNETS_H_

#include "models/zoo/zoo_model.h"

namespace mica {

// He et al. 2016, section 4.2: 6 * residuals_per_stage + 2 layers. Tensors are named as in
// torchvision's resnet18, with three stages. 10 classes: 272,474 parameters with 3 residuals in
// each stage, 855,770 with 9.
ZooModel SmallResNet(int residuals_per_stage);

// Zagoruyko and Komodakis 2016: 28 layers, `width` times the channels of a SmallResNet, norms and
// ReLUs before the convolutions. Tensors: conv1, block1.layer.0.bn1, …, block2.layer.0.convShortcut,
// …, bn1, fc. 10 classes: 1,467,610 parameters at width 2, 36,479,194 at 10.
ZooModel SmallWideResNet(int width, const SmallWideResNetConfig& config);

// After Page 2018, "How to train your ResNet": eight convolutions, two residuals. Unlike there, the
// end takes the mean of the last pixels, so that pictures may have any size of at least 8 pixels,
// and logits are not multiplied by 0.125. Tensors: prep.conv, prep.bn, layer1.conv, layer1.bn,
// layer1.residual.conv1, …, layer2.conv, …, layer3.residual.bn2, fc.
ZooModel ResNet9(const ResNet9Config& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_SMALL_RESNETS_H_
