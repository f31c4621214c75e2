// Which convolutions are computed in CHWN (chwn_layers.h). Torch-free.
#ifndef MICA_MODELS_KERNELS_CHWN_CHOICE_H_
#define MICA_MODELS_KERNELS_CHWN_CHOICE_H_

#include <cstdint>

#include "models/layers/layer.pb.h"

namespace mica {

// Whether a convolution has few enough channels for CHWN to be faster, and a kernel that CHWN
// supports: stride 1, no dilation, no groups, at most 7 pixels and more than the padding. On a CPU
// it then takes batches whose size is a multiple of kChwnLanes.
bool ConvolvesInChwn(const Conv2dConfig& config, int64_t in_channels);

}  // namespace mica

#endif  // MICA_MODELS_KERNELS_CHWN_CHOICE_H_
