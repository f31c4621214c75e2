#include "models/kernels/fused_batch_norm.h"

#include <ATen/Parallel.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

constexpr double kMomentum = 0.1, kEpsilon = 1e-5;

// The values of a layer; running statistics are moved by each call.
struct Layer {
  at::Tensor input, weight, bias, residual, running_mean, running_var;

  Layer To(at::ScalarType type) const {
    Layer copy = *this;
    for (at::Tensor* tensor : {&copy.input, &copy.weight, &copy.bias, &copy.residual, &copy.running_mean, &copy.running_var}) {
      if (tensor->defined()) *tensor = tensor->detach().to(type, /*non_blocking=*/false, /*copy=*/true);
    }
    for (at::Tensor* tensor : {&copy.input, &copy.weight, &copy.bias, &copy.residual}) {
      if (tensor->defined()) tensor->requires_grad_();
    }
    return copy;
  }
};

Layer MakeLayer(const std::vector<int64_t>& sizes, bool with_residual, double mean = 0.5) {
  at::manual_seed(1);
  const auto values = [&] {
    const at::Tensor tensor = at::randn(sizes);
    return sizes.size() == 4 ? tensor.contiguous(at::MemoryFormat::ChannelsLast) : tensor;
  };
  const int64_t channels = sizes[1];
  return {values().mul(3).add(mean), at::rand({channels}).sub(0.3), at::randn({channels}), with_residual ? values() : at::Tensor(),
          at::randn({channels}),     at::rand({channels})};
}

at::Tensor Fused(const Layer& layer, bool relu) {
  return FusedBatchNorm(layer.input, layer.weight, layer.bias, layer.running_mean, layer.running_var, kMomentum, kEpsilon, layer.residual,
                        relu);
}

at::Tensor Reference(const Layer& layer, bool relu) {
  at::Tensor output = at::batch_norm(layer.input, layer.weight, layer.bias, layer.running_mean, layer.running_var, /*training=*/true,
                                     kMomentum, kEpsilon, /*cudnn_enabled=*/true);
  if (layer.residual.defined()) output = output.add(layer.residual);
  return relu ? at::relu(output) : output;
}

using Operation = at::Tensor (*)(const Layer& layer, bool relu);

// The output, all gradients for a fixed random gradient of the output, and the running statistics.
std::vector<at::Tensor> Results(Operation operation, const Layer& layer, bool relu) {
  const at::Tensor output = operation(layer, relu);
  at::manual_seed(2);
  output.backward(at::randn(output.sizes()).to(output.scalar_type()));
  std::vector<at::Tensor> results = {output.detach(), layer.input.grad(), layer.weight.grad(), layer.bias.grad()};
  if (layer.residual.defined()) results.push_back(layer.residual.grad());
  results.push_back(layer.running_mean);
  results.push_back(layer.running_var);
  return results;
}

// The reference computes in double precision.
void ExpectClose(const Layer& layer, bool relu, double tolerance) {
  const auto found = Results(Fused, layer.To(at::kFloat), relu), expected = Results(Reference, layer.To(at::kDouble), relu);
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    ASSERT_EQ(found[i].sizes(), expected[i].sizes());
    const double largest = expected[i].abs().max().item<double>();
    EXPECT_LT(found[i].to(at::kDouble).sub(expected[i]).abs().max().item<double>(), tolerance * largest) << "result " << i;
  }
}

struct Case {
  std::vector<int64_t> sizes;
  bool residual, relu;
};

class FusedBatchNormTest : public testing::TestWithParam<Case> {};

TEST_P(FusedBatchNormTest, IsLibTorchs) {
  const auto& [sizes, residual, relu] = GetParam();
  ExpectClose(MakeLayer(sizes, residual), relu, 1e-5);
}

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const std::vector<int64_t>& sizes : {std::vector<int64_t>{4, 64, 20, 20}, {2, 3, 5, 7}, {3, 37, 9, 1}, {20, 300, 1, 1}, {33, 20}}) {
    for (const bool residual : {false, true}) {
      for (const bool relu : {false, true}) cases.push_back({sizes, residual, relu});
    }
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Layers, FusedBatchNormTest, testing::ValuesIn(Cases()), [](const auto& info) {
  return absl::StrCat("Of", info.param.sizes[1], "Channels", info.param.residual ? "WithResidual" : "", info.param.relu ? "WithRelu" : "");
});

// With sums of squares instead of deviations no digit would be left.
TEST(FusedBatchNormLayerTest, AMeanFarFromZeroKeepsItsDigits) {
  ExpectClose(MakeLayer({8, 16, 30, 30}, /*with_residual=*/false, /*mean=*/3000), /*relu=*/false, 1e-3);
}

TEST(FusedBatchNormLayerTest, ThreadsChangeNoBit) {
  const int threads = at::get_num_threads();
  std::vector<std::vector<at::Tensor>> results;
  for (const int count : {1, 2, 5}) {
    at::set_num_threads(count);
    results.push_back(Results(Fused, MakeLayer({8, 64, 30, 30}, /*with_residual=*/true).To(at::kFloat), /*relu=*/true));
  }
  at::set_num_threads(threads);
  for (size_t i = 0; i < results[0].size(); ++i) {
    EXPECT_TRUE(results[0][i].equal(results[1][i])) << "result " << i;
    EXPECT_TRUE(results[0][i].equal(results[2][i])) << "result " << i;
  }
}

TEST(FusedBatchNormLayerTest, KeepsChannelsLast) {
  const Layer layer = MakeLayer({2, 8, 6, 6}, /*with_residual=*/true).To(at::kFloat);
  const at::Tensor output = Fused(layer, /*relu=*/true);
  EXPECT_TRUE(output.is_contiguous(at::MemoryFormat::ChannelsLast));
  const std::vector<at::Tensor> gradients = torch::autograd::grad({output}, {layer.input}, {at::ones_like(output)});
  EXPECT_TRUE(gradients[0].is_contiguous(at::MemoryFormat::ChannelsLast));
}

TEST(FusedBatchNormLayerTest, OtherLayoutsAndTypesGoThroughLibTorch) {
  const Layer layer = MakeLayer({3, 6, 5, 5}, /*with_residual=*/true);
  Layer planes = layer.To(at::kFloat);
  planes.input = planes.input.detach().contiguous().requires_grad_();
  const auto expected = Results(Reference, layer.To(at::kDouble), /*relu=*/true);
  const auto of_planes = Results(Fused, planes, /*relu=*/true), of_doubles = Results(Fused, layer.To(at::kDouble), /*relu=*/true);
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_TRUE(of_planes[i].to(at::kDouble).allclose(expected[i], 1e-4, 1e-4)) << "result " << i;
    EXPECT_TRUE(of_doubles[i].allclose(expected[i])) << "result " << i;
  }
}

TEST(FusedBatchNormLayerTest, AResidualOfAnotherLayoutIsTheSame) {
  Layer layer = MakeLayer({3, 6, 5, 5}, /*with_residual=*/true).To(at::kFloat);
  const at::Tensor expected = Fused(layer, /*relu=*/true);
  layer.residual = layer.residual.detach().contiguous();
  EXPECT_TRUE(Fused(layer, /*relu=*/true).equal(expected));
}

TEST(FusedBatchNormLayerTest, FrozenTensorsGetNoGradient) {
  Layer layer = MakeLayer({3, 6, 5, 5}, /*with_residual=*/true).To(at::kFloat);
  layer.weight.requires_grad_(false);
  layer.residual.requires_grad_(false);
  Fused(layer, /*relu=*/true).sum().backward();
  EXPECT_FALSE(layer.weight.grad().defined());
  EXPECT_FALSE(layer.residual.grad().defined());
  EXPECT_TRUE(layer.bias.grad().defined());
  EXPECT_TRUE(layer.input.grad().defined());
}

TEST(FusedBatchNormLayerTest, NaNStaysAndIsSeenByAllOfItsChannel) {
  Layer layer = MakeLayer({3, 6, 5, 5}, /*with_residual=*/false).To(at::kFloat);
  layer.input = layer.input.detach();
  layer.input[1][2][3][4] = std::nanf("");
  const at::Tensor output = Fused(layer, /*relu=*/true);
  EXPECT_TRUE(output.select(1, 2).isnan().all().item<bool>());
  EXPECT_EQ(output.isnan().sum().item<int64_t>(), 3 * 5 * 5);
}

// A cache of folded weights asks for versions of tensors.
TEST(FusedBatchNormLayerTest, RunningStatisticsGetANewVersion) {
  const Layer layer = MakeLayer({3, 6, 5, 5}, /*with_residual=*/false).To(at::kFloat);
  const int64_t version = layer.running_var._version();
  Fused(layer, /*relu=*/false);
  EXPECT_GT(layer.running_var._version(), version);
}

TEST(FusedBatchNormLayerTest, RefusesWhatHasNoVariance) {
  const auto run = [](const std::vector<int64_t>& sizes) { return Fused(MakeLayer(sizes, /*with_residual=*/false), /*relu=*/false); };
  EXPECT_THROW(run({1, 6, 1, 1}), c10::Error);
  EXPECT_THROW(run({1, 6}), c10::Error);
  EXPECT_NO_THROW(run({2, 6}));
  Layer layer = MakeLayer({3, 6, 5, 5}, /*with_residual=*/false);
  layer.residual = at::zeros({3, 6, 5, 1});
  EXPECT_THROW(Fused(layer, /*relu=*/false), c10::Error);
  layer = MakeLayer({3, 6, 5, 5}, /*with_residual=*/false);
  layer.weight = at::ones({5});
  EXPECT_THROW(Fused(layer, /*relu=*/false), c10::Error);
}

}  // namespace
}  // namespace mica
