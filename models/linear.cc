#include "models/linear.h"

#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/linear.h>

namespace mica {

LinearClassifier::LinearClassifier(const Layout& layout, const ImageShape& input, int64_t classes) {
  layer_stack_->push_back(torch::nn::Flatten());
  layer_stack_->push_back(torch::nn::Linear(input.values(), layout.hidden_units));
  if (layout.relu_between) layer_stack_->push_back(torch::nn::ReLU());
  layer_stack_->push_back(torch::nn::Linear(layout.hidden_units, classes));
  if (layout.relu_on_logits) layer_stack_->push_back(torch::nn::ReLU());
  register_module("layer_stack", layer_stack_);
}

torch::Tensor LinearClassifier::forward(const torch::Tensor& images) {
  return layer_stack_->forward(images);
}

}  // namespace mica
