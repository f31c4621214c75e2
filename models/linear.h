// Two linear layers, with or without ReLUs: the baseline that a convolutional network has to beat.
#ifndef MICA_MODELS_LINEAR_H_
#define MICA_MODELS_LINEAR_H_

#include <torch/nn/modules/container/sequential.h>

#include "base/image_shape.h"
#include "models/classifier.h"

namespace mica {

// flatten, inputs -> hidden_units, [ReLU,] hidden_units -> classes [, ReLU].
// Tensors: layer_stack.1.{weight,bias} and layer_stack.2.{weight,bias}, or layer_stack.3 with a ReLU between the layers.
class LinearClassifier : public Classifier {
 public:
  struct Layout {
    int64_t hidden_units = 10;
    bool relu_between = false;
    bool relu_on_logits = false;
  };

  LinearClassifier(const Layout& layout, const ImageShape& input, int64_t classes);

  torch::Tensor forward(const torch::Tensor& images) override;

 private:
  torch::nn::Sequential layer_stack_;
};

}  // namespace mica

#endif  // MICA_MODELS_LINEAR_H_
