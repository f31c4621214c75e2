#include "models/layered_classifier.h"

#include <ATen/Context.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/utils.h>

#include <map>

#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "models/model.pb.h"
#include "models/weights/weights.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::Pointwise;

struct Made {
  std::shared_ptr<LayeredClassifier> model;
  InferredLayer total;
};

Made Make(const std::string& text, const LayerShape& input, int num_classes) {
  const auto config = ParseTextOrDie<SequentialConfig>(text);
  const auto inferred = InferLayers(config.layer(), "model.sequential", input, num_classes);
  EXPECT_THAT(inferred, IsOk()) << text;
  return {std::make_shared<LayeredClassifier>(config.layer(), *inferred), TotalOf(*inferred)};
}

// The output of one layer for an image [C,H,W] in evaluation, flattened. A linear layer with the
// identity as its weight follows it.
std::vector<float> Through(const std::string& layer, const at::Tensor& image, int values) {
  const LayerShape shape{static_cast<int>(image.size(0)), static_cast<int>(image.size(1)), static_cast<int>(image.size(2))};
  const auto model = Make("layer { " + layer + " } layer { flatten {} } layer { name: 'end' linear { bias: false } }", shape, values).model;
  const torch::NoGradGuard no_gradients;
  model->eval();
  model->named_parameters()["end.weight"].copy_(at::eye(values));
  const at::Tensor output = model->forward(image.unsqueeze(0).contiguous(at::MemoryFormat::ChannelsLast)).contiguous();
  return {output.const_data_ptr<float>(), output.const_data_ptr<float>() + output.numel()};
}

MATCHER(Nearly, "") {
  return std::abs(std::get<0>(arg) - std::get<1>(arg)) < 1e-5;
}

void ExpectThrough(const std::string& layer, const at::Tensor& image, const std::vector<float>& expected) {
  EXPECT_THAT(Through(layer, image, static_cast<int>(expected.size())), Pointwise(Nearly(), expected)) << layer;
}

TEST(LayeredClassifierTest, LayersComputeWhatTheirCommentsSay) {
  const at::Tensor row = at::tensor({-2.f, 0.f, 1.f}).view({1, 1, 3});
  ExpectThrough("relu {}", row, {0, 0, 1});
  ExpectThrough("leaky_relu {}", row, {-0.02, 0, 1});
  ExpectThrough("leaky_relu { negative_slope: 0.5 }", row, {-1, 0, 1});
  ExpectThrough("gelu {}", row, {-0.0455003, 0, 0.8413447});
  ExpectThrough("silu {}", row, {-0.2384058, 0, 0.7310586});
  ExpectThrough("tanh {}", row, {-0.9640276, 0, 0.7615942});
  ExpectThrough("dropout { probability: 0.9 }", row, {-2, 0, 1});
  // x / sqrt(1 + 1): fresh running statistics.
  ExpectThrough("batch_norm { epsilon: 1 }", row, {-1.4142136, 0, 0.7071068});
}

TEST(LayeredClassifierTest, PoolingsComputeWhatTheirCommentsSay) {
  const at::Tensor square = at::arange(9).to(at::kFloat).view({1, 3, 3});
  ExpectThrough("max_pool {}", square, {4});
  ExpectThrough("max_pool { stride: 1 }", square, {4, 5, 7, 8});
  // Padding is never the largest.
  ExpectThrough("max_pool { padding_px: 1 }", square.neg(), {0, -1, -3, -4});
  ExpectThrough("average_pool {}", square, {2});
  ExpectThrough("average_pool { stride: 1 }", square, {2, 3, 5, 6});
  ExpectThrough("average_pool { padding_px: 1 }", square, {0, 0.75, 2.25, 6});  // zeros count
  ExpectThrough("global_average_pool {}", at::arange(8).to(at::kFloat).view({2, 2, 2}), {1.5, 5.5});
}

// The images are channels_last, yet the values come out channel by channel.
TEST(LayeredClassifierTest, FlattenGoesChannelByChannel) {
  ExpectThrough("flatten {}", at::arange(8).to(at::kFloat).view({2, 2, 2}), {0, 1, 2, 3, 4, 5, 6, 7});
}

// Each list is really built: if an output had another shape, the next layer would not fit.
TEST(LayeredClassifierTest, ShapesAndCountsAreThoseInferred) {
  for (const std::string list : {
           "layer { conv2d { out_channels: 6 kernel_size_px: 5 stride: 2 padding_px: 1 dilation: 2 groups: 3 } }",
           "layer { conv2d { out_channels: 4 bias: false } } layer { batch_norm {} } layer { max_pool { kernel_size_px: 3 stride: 2 "
           "padding_px: "
           "1 } }",
           "layer { average_pool { kernel_size_px: 3 stride: 2 padding_px: 1 } } layer { block { layer { conv2d { out_channels: 5 } } } }",
           "layer { global_average_pool {} } layer { linear { out_features: 8 bias: false } } layer { batch_norm {} } layer { dropout {} }",
           "layer { gelu {} } layer { silu {} } layer { tanh {} } layer { relu {} } layer { leaky_relu {} }",
       }) {
    const Made made = Make(list + " layer { name: 'flat' flatten {} } layer { name: 'end' linear {} }", {3, 17, 23}, 7);
    EXPECT_EQ(CountParameters(*made.model), made.total.parameters) << list;
    EXPECT_EQ(made.model->forward(at::rand({2, 3, 17, 23})).sizes(), (std::vector<int64_t>{2, 7})) << list;
  }
}

// 8 images take LibTorch's layers, 16 and 32 mica's own for few channels (chwn_layers.h). They are
// the same 8 repeatedly, so they have the same batch statistics and outputs, and multiples of the
// gradients.
TEST(LayeredClassifierTest, ABatchOf8RepeatedGivesTheSame) {
  for (const std::string layers : {
           "layer { relu {} } layer { max_pool {} } layer { conv2d { out_channels: 5 kernel_size_px: 5 padding_px: 3 } }",
           "layer { max_pool { kernel_size_px: 3 stride: 2 } } layer { conv2d { out_channels: 3 bias: false } }",
           "layer { max_pool { padding_px: 1 } } layer { conv2d { out_channels: 3 stride: 2 } } layer { gelu {} }",
           "layer { batch_norm {} } layer { relu {} } layer { average_pool {} } layer { max_pool { kernel_size_px: 3 } }",
           "layer { batch_norm {} } layer { conv2d { out_channels: 20 } } layer { batch_norm {} } layer { global_average_pool {} }",
       }) {
    at::manual_seed(1);
    const std::string first = "layer { name: 'first' conv2d { out_channels: 4 padding_px: 1 } }";
    const auto model = Make(first + layers + "layer { name: 'flat' flatten {} } layer { name: 'end' linear {} }", {3, 12, 14}, 7).model;
    const auto output_and_gradients = [&](const at::Tensor& images) {
      model->zero_grad();
      const at::Tensor output = model->forward(images);
      output.square().sum().backward();
      std::vector<at::Tensor> results = {output.detach().slice(0, 0, 8)};
      for (const at::Tensor& parameter : model->parameters()) results.push_back(parameter.grad().clone());
      return results;
    };
    const at::Tensor images = at::randn({8, 3, 12, 14});
    const auto once = output_and_gradients(images);

    for (const int64_t times : {2, 4}) {
      const auto repeated = output_and_gradients(images.repeat({times, 1, 1, 1}));
      EXPECT_TRUE(repeated[0].allclose(once[0], 1e-4, 1e-5)) << layers;
      for (size_t i = 1; i < once.size(); ++i) {
        const double scale = static_cast<double>(times) * once[i].abs().max().item<double>();
        EXPECT_TRUE(repeated[i].allclose(once[i].mul(times), 1e-3, 1e-4 * scale + 1e-3)) << layers << " parameter " << i;
      }
    }
  }
}

constexpr char kSmallNetwork[] = R"(
    layer {
      name: "features"
      block {
        layer { conv2d { out_channels: 8 padding_px: 1 bias: false } }
        layer { batch_norm {} }
        layer { relu {} }
        layer { dropout { probability: 0.2 } }
      }
    }
    layer { global_average_pool {} }
    layer { name: "classifier" linear {} })";

// Without gradients, convolution and ReLU are one pass.
TEST(LayeredClassifierTest, InferenceGivesTheBitsOfTraining) {
  at::manual_seed(1);
  const auto model = Make(
                         R"pb(layer { conv2d { out_channels: 4 } }
                              layer { relu {} }
                              layer {
                                block {
                                  layer { conv2d { out_channels: 20 } }
                                  layer { relu {} }
                                  layer { conv2d { out_channels: 3 } }
                                }
                              }
                              layer { relu {} }
                              layer { max_pool {} }
                              layer { flatten {} }
                              layer { linear {} })pb",
                         {1, 8, 8}, 3)
                         .model;
  for (const int64_t batch : {3, 16, 40, 64}) {
    const at::Tensor images = at::rand({batch, 1, 8, 8});
    const at::Tensor trained = model->forward(images);
    EXPECT_TRUE(trained.requires_grad());
    const c10::InferenceMode inference;
    EXPECT_TRUE(model->forward(images).equal(trained)) << batch;
  }
}

TEST(LayeredClassifierTest, WatchersSeeTheLayersAsTheyAreWritten) {
  const auto model = Make(kSmallNetwork, {1, 8, 8}, 2).model;
  model->eval();
  std::vector<std::string> names;
  const at::Tensor images = at::rand({2, 1, 8, 8});
  const torch::NoGradGuard no_gradients;
  const at::Tensor logits = model->ForwardWatched(images, [&](const std::string& name, const at::Tensor&) { names.push_back(name); });
  EXPECT_THAT(names, ElementsAre("features.0", "features.1", "features.2", "features.3", "features", "1", "classifier"));
  EXPECT_TRUE(logits.allclose(model->forward(images), 1e-5, 1e-6));
}

// Weights written through pointers raise no version: train() and eval() make the model look anew.
TEST(LayeredClassifierTest, EvalSeesWeightsThatWereWrittenThroughPointers) {
  const auto model = Make(kSmallNetwork, {1, 8, 8}, 2).model;
  model->eval();
  const torch::NoGradGuard no_gradients;
  const at::Tensor images = at::rand({2, 1, 8, 8});
  const at::Tensor before = model->forward(images);
  model->named_parameters()["features.1.bias"].mutable_data_ptr<float>()[0] += 1;
  model->eval();
  EXPECT_FALSE(model->forward(images).allclose(before, 1e-3, 1e-3));
}

TEST(LayeredClassifierTest, TensorsAreNamedAfterTheLayers) {
  std::vector<std::string> names;
  for (const NamedTensor& tensor : WeightsOf(*Make(kSmallNetwork, {1, 8, 8}, 2).model)) names.push_back(tensor.name);
  EXPECT_THAT(names, ElementsAre("features.0.weight", "features.1.weight", "features.1.bias", "classifier.weight", "classifier.bias",
                                 "features.1.running_mean", "features.1.running_var", "features.1.num_batches_tracked"));
}

// Class 0: bright upper half, dark lower half; class 1: stripes. The means are equal, so only a
// convolution can tell them apart.
at::Tensor Images(const at::Tensor& labels) {
  at::Tensor images = at::rand({labels.size(0), 1, 8, 8}) * 0.3;
  for (int64_t i = 0; i < labels.size(0); ++i) {
    at::Tensor image = images[i][0];
    if (labels[i].item<int64_t>() == 0) {
      image.slice(0, 0, 4).add_(0.7);
    } else {
      image.slice(0, 0, 8, 2).add_(0.7);
    }
  }
  return images;
}

TEST(LayeredClassifierTest, TrainsWithBatchNormAndDropout) {
  at::manual_seed(1);
  const auto model = Make(kSmallNetwork, {1, 8, 8}, 2).model;
  const at::Tensor labels = at::arange(32) % 2;
  const at::Tensor images = Images(labels);
  std::vector<double> losses;
  for (int step = 0; step < 60; ++step) {
    const at::Tensor loss = at::cross_entropy_loss(model->forward(images), labels);
    loss.backward();
    losses.push_back(loss.item<double>());
    const torch::NoGradGuard no_gradients;
    for (at::Tensor& parameter : model->parameters()) {
      parameter.sub_(parameter.grad(), 0.2);
      parameter.mutable_grad().zero_();
    }
  }
  EXPECT_GT(losses.front(), 0.5);
  EXPECT_LT(losses.back(), 0.2);

  const at::Tensor in_training = model->forward(images);
  EXPECT_FALSE(in_training.equal(model->forward(images)));  // dropout draws anew
  model->eval();
  const at::Tensor in_evaluation = model->forward(images);
  EXPECT_TRUE(in_evaluation.equal(model->forward(images)));
  // With running statistics, an image's output does not depend on other images.
  EXPECT_TRUE(in_evaluation.slice(0, 0, 1).allclose(model->forward(images.slice(0, 0, 1)), 1e-5, 1e-6));
  EXPECT_TRUE(in_evaluation.argmax(1).equal(labels));

  std::map<std::string, at::Tensor> tensors;
  for (const NamedTensor& tensor : WeightsOf(*model)) tensors[tensor.name] = tensor.tensor;
  EXPECT_EQ(tensors.at("features.1.num_batches_tracked").item<int64_t>(), 62);
  EXPECT_FALSE(tensors.at("features.1.running_mean").equal(at::zeros({8})));
}

TEST(LayeredClassifierTest, FixesTheNamedBatchNormsAndNoOthers) {
  const auto model = Make(
                         "layer { name: 'bn1' batch_norm {} } layer { name: 'b' block { layer { name: 'bn2' batch_norm {} } } } "
                         "layer { flatten {} } layer { linear {} }",
                         {1, 2, 2}, 2)
                         .model;
  const auto moved = [&] {
    std::vector<std::string> names;
    for (const char* name : {"bn1", "b.bn2"}) {
      const at::Tensor count = model->named_buffers()[std::string(name) + ".num_batches_tracked"];
      const int64_t before = count.item<int64_t>();
      model->forward(at::rand({3, 1, 2, 2}));
      if (count.item<int64_t>() > before) names.push_back(name);
    }
    return names;
  };
  EXPECT_THAT(moved(), ElementsAre("bn1", "b.bn2"));
  model->FixBatchNorms({"bn1", "b.bn2"});
  model->eval();
  model->train();
  EXPECT_THAT(moved(), ElementsAre());
  model->FixBatchNorms({"b.bn2"});
  EXPECT_THAT(moved(), ElementsAre("bn1"));
  model->FixBatchNorms({});
  EXPECT_THAT(moved(), ElementsAre("bn1", "b.bn2"));
  EXPECT_THROW(model->FixBatchNorms({"b"}), c10::Error);
}

}  // namespace
}  // namespace mica
