#include "models/tiny_vgg.h"

#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/pooling.h>

namespace mica {
namespace {

torch::nn::Conv2d Convolution(int64_t in_channels, int64_t out_channels) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in_channels, out_channels, /*kernel_size=*/3).padding(1));
}

// Layers are made one after another: each draws its initial weights from the generator, and the order of arguments is the compiler's.
torch::nn::Sequential Block(int64_t in_channels, int64_t out_channels) {
  torch::nn::Sequential block;
  block->push_back(Convolution(in_channels, out_channels));
  block->push_back(torch::nn::ReLU());
  block->push_back(Convolution(out_channels, out_channels));
  block->push_back(torch::nn::ReLU());
  block->push_back(torch::nn::MaxPool2d(2));
  return block;
}

}  // namespace

TinyVgg::TinyVgg(int64_t hidden_channels, const ImageShape& input, int64_t classes)
    : block_1_(Block(input.channels, hidden_channels)), block_2_(Block(hidden_channels, hidden_channels)) {
  const int64_t features = hidden_channels * (input.height_px / 4) * (input.width_px / 4);
  classifier_ = torch::nn::Sequential(torch::nn::Flatten(), torch::nn::Linear(features, classes));
  register_module("block_1", block_1_);
  register_module("block_2", block_2_);
  register_module("classifier", classifier_);
}

torch::Tensor TinyVgg::forward(const torch::Tensor& images) {
  return classifier_->forward(block_2_->forward(block_1_->forward(images)));
}

}  // namespace mica
