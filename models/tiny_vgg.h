// TinyVGG: the smallest network of VGG's kind (Simonyan and Zisserman 2015), small enough to train on a CPU in a minute.
#ifndef MICA_MODELS_TINY_VGG_H_
#define MICA_MODELS_TINY_VGG_H_

#include <torch/nn/modules/container/sequential.h>

#include "base/image_shape.h"
#include "models/classifier.h"

namespace mica {

// Two blocks of [conv 3x3, ReLU, conv 3x3, ReLU, max-pool 2x2], all with hidden_channels, then flatten and one linear layer.
// Tensors: block_1.0, block_1.2, block_2.0, block_2.2, classifier.1, each .weight and .bias. 28x28 grey, 10 channels, 10 classes: 7,740.
class TinyVgg : public Classifier {
 public:
  // Each pooling halves a side, rounded down, so a side needs this many pixels.
  static constexpr int kSmallestSide = 4;

  TinyVgg(int64_t hidden_channels, const ImageShape& input, int64_t classes);

  torch::Tensor forward(const torch::Tensor& images) override;

 private:
  torch::nn::Sequential block_1_, block_2_, classifier_;
};

}  // namespace mica

#endif  // MICA_MODELS_TINY_VGG_H_
