#include "models/zoo/layer_writer.h"

namespace mica {

LayerWriter& LayerWriter::Named(absl::string_view name) {
  name_ = std::string(name);
  return *this;
}

LayerConfig* LayerWriter::Next() {
  LayerConfig* layer = list_->Add();
  if (name_.has_value()) layer->set_name(*name_);
  name_.reset();
  return layer;
}

Conv2dConfig* LayerWriter::Convolution(const ConvolutionShape& shape) {
  Conv2dConfig* convolution = Next()->mutable_conv2d();
  convolution->set_out_channels(shape.channels);
  convolution->set_kernel_size_px(shape.kernel);
  if (shape.stride != 1) convolution->set_stride(shape.stride);
  if (shape.kernel / 2 != 0) convolution->set_padding_px(shape.kernel / 2);
  if (shape.groups != 1) convolution->set_groups(shape.groups);
  convolution->set_bias(false);
  return convolution;
}

BatchNormConfig* LayerWriter::BatchNorm(double epsilon) {
  BatchNormConfig* norm = Next()->mutable_batch_norm();
  norm->set_epsilon(epsilon);
  return norm;
}

namespace {

// PoolConfig is MaxPoolConfig or AveragePoolConfig.
template <typename PoolConfig>
void SetWindow(const PoolShape& shape, PoolConfig* pool) {
  pool->set_kernel_size_px(shape.kernel);
  if (shape.stride != shape.kernel) pool->set_stride(shape.stride);
  if (shape.padding != 0) pool->set_padding_px(shape.padding);
}

}  // namespace

MaxPoolConfig* LayerWriter::MaxPool(const PoolShape& shape) {
  MaxPoolConfig* pool = Next()->mutable_max_pool();
  SetWindow(shape, pool);
  return pool;
}

void LayerWriter::AveragePool(const PoolShape& shape) {
  SetWindow(shape, Next()->mutable_average_pool());
}

LayerWriter LayerWriter::Block() {
  return LayerWriter(Next()->mutable_block()->mutable_layer());
}

ResidualWriter LayerWriter::Residual() {
  ResidualConfig* residual = Next()->mutable_residual();
  return {LayerWriter(residual->mutable_layer()), LayerWriter(residual->mutable_shortcut())};
}

}  // namespace mica
