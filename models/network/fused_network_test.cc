#include "models/network/fused_network.h"

#include <ATen/ops/allclose.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <c10/core/InferenceMode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/utils.h>

#include <algorithm>
#include <string>
#include <thread>

#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "models/model.pb.h"
#include "models/network/layer_modules.h"

namespace mica {
namespace {

constexpr int kClasses = 5;

class Made {
 public:
  explicit Made(const std::string& text, int channels = 3) {
    const auto config =
        ParseTextOrDie<SequentialConfig>(text + " layer { name: 'pool' global_average_pool {} } layer { name: 'end' linear {} }");
    const auto inferred = InferLayers(config.layer(), "model.sequential", {channels, 8, 10}, kClasses);
    EXPECT_THAT(inferred, IsOk()) << text;
    at::manual_seed(1);
    layers_ = MakeNetwork(config.layer(), *inferred, this->module.get());
    const torch::NoGradGuard no_gradients;
    for (const auto& tensor : module->named_parameters()) tensor.value().add_(at::randn_like(tensor.value()), 0.1);
    for (const auto& tensor : module->named_buffers()) {
      if (tensor.value().is_floating_point()) tensor.value().add_(at::rand_like(tensor.value()));
    }
    fused = std::make_unique<FusedNetwork>(layers_);
  }

  at::Tensor Plain(const at::Tensor& images) const { return RunLayers(layers_, images, nullptr); }
  at::Tensor Fused(const at::Tensor& images) const { return fused->Forward(images); }
  at::Tensor tensor(const std::string& name) const {
    const auto parameters = module->named_parameters(), buffers = module->named_buffers();
    return parameters.contains(name) ? parameters[name] : buffers[name];
  }

  std::shared_ptr<torch::nn::Module> module = std::make_shared<torch::nn::Module>();
  std::unique_ptr<FusedNetwork> fused;

 private:
  std::vector<NetworkLayer> layers_;
};

// Largest difference relative to the largest value.
double Difference(const at::Tensor& a, const at::Tensor& b) {
  return ((a - b).abs().max() / b.abs().max()).item<double>();
}

at::Tensor Images(int64_t batch, int channels = 3) {
  return at::rand({batch, channels, 8, 10}).contiguous(at::MemoryFormat::ChannelsLast);
}

constexpr char kConvolution[] = "conv2d { out_channels: 16 padding_px: 1 bias: false } ";
constexpr char kStem[] = "layer { name: 'stem' conv2d { out_channels: 16 padding_px: 1 } } ";

std::string Layer(const std::string& name, const std::string& kind) {
  return "layer { name: '" + name + "' " + kind + " } ";
}

std::vector<std::string> Networks() {
  const std::string convolution_and_norm = Layer("c", kConvolution) + Layer("n", "batch_norm { epsilon: 0.01 }");
  const std::string residual = convolution_and_norm + Layer("r", "relu {}") + Layer("d", kConvolution) + Layer("m", "batch_norm {}");
  std::vector<std::string> networks = {
      Layer("c", "conv2d { out_channels: 16 stride: 2 padding_px: 2 dilation: 2 }") + Layer("n", "batch_norm {}"),
      Layer("c", "conv2d { out_channels: 18 groups: 3 }") + Layer("r", "relu {}") + Layer("n", "batch_norm {}"),
      kStem + Layer("x", "residual { " + residual + " }") + Layer("o", "relu {}"),
      kStem + Layer("x", "residual { " + residual + " }") + Layer("o", "silu {}"),
      kStem + Layer("one", "max_pool { kernel_size_px: 8 }") + Layer("x", "residual { " + residual + " }") + Layer("o", "relu {}"),
      kStem +
          Layer("x", "residual { " + residual + " shortcut { name: 'downsample' block { layer { " + kConvolution +
                         " } layer { batch_norm {} } } } }") +
          Layer("o", "relu {}"),
      kStem + Layer("x", "residual { " + residual + Layer("depth", "stochastic_depth { probability: 0 }") + " }"),
      kStem + Layer("x", "residual { " + Layer("d", "dropout { probability: 0 }") + " }") +
          Layer("o", "relu {}"),  // the branch gives its input
      kStem + Layer("x", "residual { " + Layer("n", "batch_norm {}") + Layer("r", "relu {}") + Layer("c", kConvolution) + " }"),
      kStem + Layer("x", "residual { " + Layer("c", kConvolution) + Layer("r", "relu {}") + " }") + Layer("o", "relu {}"),
      kStem + Layer("x", "concat { branch {} branch { " + convolution_and_norm + " } }"),
      kStem + Layer("x",
                    "concat { split_input: true branch {} branch { layer { name: 'w' conv2d { out_channels: 8 groups: 8 padding_px: 1 } } "
                    "layer { name: 'n' "
                    "batch_norm {} } } }"),
      // Few channels: in CHWN for batches of 16.
      Layer("c", "conv2d { out_channels: 4 }") + Layer("n", "batch_norm {}") + Layer("r", "relu {}") + Layer("p", "max_pool {}"),
      Layer("c", "conv2d { out_channels: 4 }") + Layer("n", "batch_norm {}") + Layer("r", "gelu {}"),
      Layer("c", "conv2d { out_channels: 4 }") + Layer("r", "relu {}"),
      Layer("c", "conv2d { out_channels: 3 padding_px: 1 }") +
          Layer("x", "residual { layer { name: 'd' conv2d { out_channels: 3 padding_px: 1 } } layer { name: 'n' batch_norm {} } }") +
          Layer("o", "relu {}"),
  };
  for (const char* activation : {"relu", "relu6", "leaky_relu", "gelu", "silu", "tanh", "sigmoid", "hard_swish", "hard_sigmoid"}) {
    networks.push_back(convolution_and_norm + Layer("a", activation + std::string(" {}")));
  }
  return networks;
}

TEST(FusedNetworkTest, EvaluationGivesTheSame) {
  for (const std::string& network : Networks()) {
    const Made made(network);
    made.module->eval();
    const c10::InferenceMode inference;
    for (const int64_t batch : {1, 3, 16, 1}) {
      const at::Tensor images = Images(batch), copy = images.clone();
      const at::Tensor expected = made.Plain(images);
      EXPECT_LT(Difference(made.Fused(images), expected), 1e-5) << network << batch;
      EXPECT_LT(Difference(made.Fused(images.contiguous()), expected), 1e-5) << network << batch;
      EXPECT_TRUE(images.equal(copy)) << network;
    }
    EXPECT_EQ(made.Fused(Images(1).narrow(0, 0, 0)).sizes(), (std::vector<int64_t>{0, kClasses})) << network;
  }
}

TEST(FusedNetworkTest, TrainingGivesTheSameOutputsGradientsAndStatistics) {
  for (const std::string& network : Networks()) {
    for (const int64_t batch : {3, 16}) {
      const Made plain(network), fused(network);
      const at::Tensor images = Images(batch), factors = at::randn({batch, kClasses});
      const at::Tensor expected = plain.Plain(images), output = fused.Fused(images);
      EXPECT_LT(Difference(output, expected), 1e-4) << network << batch;
      (expected * factors).sum().backward();
      (output * factors).sum().backward();
      for (const auto& parameter : plain.module->named_parameters()) {
        const at::Tensor& gradient = parameter.value().grad();
        // A batch norm takes its input's mean away, so the gradient of a bias before it is rounding alone.
        const double scale = gradient.abs().max().item<double>() + 0.1;
        EXPECT_LT(((fused.tensor(parameter.key()).grad() - gradient).abs().max() / scale).item<double>(), 1e-3)
            << network << parameter.key();
      }
      for (const auto& buffer : plain.module->named_buffers()) {
        EXPECT_TRUE(fused.tensor(buffer.key()).allclose(buffer.value(), 1e-4, 1e-6)) << network << buffer.key();
      }
    }
  }
}

const std::string kFolded = std::string(kStem) + "layer { name: 'norm' batch_norm {} } layer { name: 'relu' relu {} }";
constexpr const char* kFoldedTensors[] = {"stem.weight", "stem.bias", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var"};

TEST(FusedNetworkTest, SeesEachChangeOfItsWeights) {
  const Made made(kFolded);
  made.module->eval();
  const at::Tensor images = Images(2);
  const c10::InferenceMode inference;
  at::Tensor before = made.Fused(images);
  const auto expect_change = [&](const std::string& how) {
    const at::Tensor after = made.Fused(images);
    EXPECT_GT(Difference(after, before), 1e-3) << how;
    EXPECT_LT(Difference(after, made.Plain(images)), 1e-5) << how;
    before = after;
  };
  for (const std::string name : kFoldedTensors) {
    made.tensor(name).mul_(2);
    expect_change(name + " in place");
    at::Tensor tensor = made.tensor(name);
    const c10::InferenceMode not_only(false);
    tensor.set_data(tensor.data().clone().mul_(0.7));
    expect_change(name + " other memory");
  }
}

TEST(FusedNetworkTest, ForgetsFoldedWeightsWhenTold) {
  const Made made(kFolded);
  made.module->eval();
  const at::Tensor images = Images(2);
  const torch::NoGradGuard no_gradients;
  const at::Tensor before = made.Fused(images);
  made.tensor("stem.bias").mutable_data_ptr<float>()[0] += 1;  // raises no version
  made.fused->DropFolded();
  EXPECT_GT(Difference(made.Fused(images), before), 1e-3);
  EXPECT_LT(Difference(made.Fused(images), made.Plain(images)), 1e-5);
}

// As an optimizer does: forward without a gradient, then a step through pointers, in any mode.
TEST(FusedNetworkTest, KeepsNothingOfWeightsInTraining) {
  for (const bool fixed : {false, true}) {
    const Made made(kFolded);
    if (fixed) std::static_pointer_cast<BatchNormModule>(made.module->named_modules()["norm"])->Fix();
    const at::Tensor images = Images(4);
    at::Tensor before;
    for (int step = 0; step < 3; ++step) {
      made.Fused(images).sum().backward();
      const torch::NoGradGuard no_gradients;
      const at::Tensor output = made.Fused(images);
      if (step > 0) {
        EXPECT_GT(Difference(output, before), 1e-3);
      }
      EXPECT_LT(Difference(output, made.Plain(images)), 1e-5);
      before = output;
      made.tensor("stem.bias").mutable_data_ptr<float>()[3] += 1;
      made.tensor("norm.bias").mutable_data_ptr<float>()[3] += 1;
    }
  }
}

TEST(FusedNetworkTest, FrozenLayersAreFoldedInTraining) {
  const Made made(kFolded);
  const auto norm = std::static_pointer_cast<BatchNormModule>(made.module->named_modules()["norm"]);
  norm->Fix();
  for (const char* name : {"stem.weight", "stem.bias", "norm.weight", "norm.bias"}) made.tensor(name).set_requires_grad(false);
  made.module->train();
  EXPECT_FALSE(norm->is_training());
  const at::Tensor images = Images(4), mean_before = norm->running_mean.clone();
  const at::Tensor output = made.Fused(images);
  EXPECT_LT(Difference(output, made.Plain(images)), 1e-5);
  output.sum().backward();
  EXPECT_TRUE(made.tensor("end.weight").grad().defined());
  EXPECT_FALSE(made.tensor("stem.weight").grad().defined());
  EXPECT_TRUE(norm->running_mean.equal(mean_before));
  EXPECT_EQ(norm->num_batches_tracked.item<int64_t>(), 0);

  // They are folded: a change that LibTorch cannot see counts once they are dropped.
  made.tensor("stem.bias").mutable_data_ptr<float>()[3] += 1;
  EXPECT_TRUE(made.Fused(images).equal(output));
  made.fused->DropFolded();
  EXPECT_GT(Difference(made.Fused(images), output), 1e-3);
  EXPECT_LT(Difference(made.Fused(images), made.Plain(images)), 1e-5);
}

// Of logits with a branch and without it follows what they are with the branch four times as strong.
TEST(FusedNetworkTest, StochasticDepthLeavesBranchesOutInTraining) {
  const Made made(kStem + Layer("x", "residual { " + Layer("c", kConvolution) + Layer("n", "batch_norm {}") +
                                         Layer("depth", "stochastic_depth { probability: 0.75 }") + " }"));
  made.module->eval();
  const torch::NoGradGuard no_gradients;
  const at::Tensor images = Images(1).repeat({200, 1, 1, 1}).contiguous(at::MemoryFormat::ChannelsLast);
  const auto depth = made.module->named_modules()["x.depth"];
  const at::Tensor with = made.Fused(images);
  depth->train();
  at::manual_seed(3);
  const at::Tensor drawn = made.Fused(images);
  depth->eval();
  made.tensor("x.n.weight").zero_();
  made.tensor("x.n.bias").zero_();
  const at::Tensor without = made.Fused(images);

  const auto are = [&](const at::Tensor& logits) { return (drawn - logits).abs().amax(1).lt(1e-4); };  // [images]
  const auto dropped = are(without).sum().item<int64_t>(), kept = are(without + 4 * (with - without)).sum().item<int64_t>();
  EXPECT_EQ(dropped + kept, 200);
  EXPECT_NEAR(kept, 50, 6 * 6.13);  // six standard deviations
}

TEST(FusedNetworkTest, ImagesGetGradientsInEvaluation) {
  const Made made(kFolded);
  made.module->eval();
  at::Tensor a = Images(2).set_requires_grad(true), b = a.detach().clone().set_requires_grad(true);
  made.Fused(a).square().sum().backward();
  made.Plain(b).square().sum().backward();
  EXPECT_LT(Difference(a.grad(), b.grad()), 1e-5);
}

TEST(FusedNetworkTest, TakesDoubles) {
  const Made made(kFolded);
  made.module->eval();
  made.module->to(at::kDouble);
  const torch::NoGradGuard no_gradients;
  const at::Tensor images = Images(2).to(at::kDouble);
  EXPECT_LT(Difference(made.Fused(images), made.Plain(images)), 1e-12);
}

TEST(FusedNetworkTest, ThreadsShareANetworkInEvaluation) {
  const std::string part = "conv2d { out_channels: 16 padding_px: 1 } } layer { batch_norm {} }";
  const Made made(kStem +
                  Layer("x", "residual { layer { name: 'c' " + part + " shortcut { name: 'downsample' block { layer { " + part + " } } }") +
                  Layer("o", "relu {}"));
  made.module->eval();
  const at::Tensor images = Images(2);
  const torch::NoGradGuard no_gradients;
  const at::Tensor expected = made.Plain(images);
  std::vector<double> differences(4, 0);
  std::vector<std::thread> threads;
  for (double& difference : differences) {
    threads.emplace_back([&] {
      const c10::InferenceMode inference;
      for (int i = 0; i < 20; ++i) difference = std::max(difference, Difference(made.Fused(images), expected));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(differences, testing::Each(testing::Lt(1e-5)));
}

}  // namespace
}  // namespace mica
