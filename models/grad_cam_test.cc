#include "models/grad_cam.h"

#include <ATen/Context.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/einsum.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>
#include <torch/utils.h>

#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "models/layered_classifier.h"
#include "models/model.pb.h"

namespace mica {
namespace {

std::shared_ptr<LayeredClassifier> Make(const std::string& text, const LayerShape& input, int num_classes) {
  at::manual_seed(3);
  const auto config = ParseTextOrDie<SequentialConfig>(text);
  const auto inferred = InferLayers(config.layer(), "model.sequential", input, num_classes);
  EXPECT_THAT(inferred, IsOk()) << text;
  return std::make_shared<LayeredClassifier>(config.layer(), *inferred);
}

at::Tensor OutputOf(LayeredClassifier& model, const at::Tensor& images, const std::string& layer) {
  const torch::NoGradGuard no_gradients;
  at::Tensor found;
  model.ForwardWatched(images, [&](const std::string& name, const at::Tensor& output) {
    if (name == layer) found = output;
  });
  return found;
}

at::Tensor Normalised(at::Tensor maps) {
  maps = maps.clamp_min(0);
  for (int64_t i = 0; i < maps.size(0); ++i) {
    if (const double largest = maps[i].max().item<double>(); largest > 0) maps[i] /= largest;
  }
  return maps;
}

constexpr char kCam[] = R"(
    layer { name: "conv" conv2d { out_channels: 6 padding_px: 1 } }
    layer { name: "pool" global_average_pool {} }
    layer { name: "fc" linear {} })";

// The derivative of the logit of class k by any pixel of channel c is fc.weight[k, c] / pixels:
// then Grad-CAM is the class activation map of Zhou et al. 2016.
TEST(GradCamTest, BehindAMeanAndALinearLayerItIsTheWeightedSumOfChannels) {
  const auto model = Make(kCam, {3, 9, 7}, 4);
  model->eval();
  const at::Tensor images = at::randn({5, 3, 9, 7}), classes = at::tensor({0, 3, 1, 2, 3}, at::kLong);
  const torch::NoGradGuard no_gradients;
  const at::Tensor rows = model->named_parameters()["fc.weight"].index_select(0, classes);
  const at::Tensor expected = Normalised(at::einsum("nc,nchw->nhw", {rows, OutputOf(*model, images, "conv")}));

  const at::Tensor maps = GradCam(*model, images, classes, "conv");

  EXPECT_EQ(maps.sizes(), (std::vector<int64_t>{5, 9, 7}));
  EXPECT_TRUE(maps.allclose(expected, 1e-4, 1e-5)) << maps << expected;
  EXPECT_GT(maps.max().item<double>(), 0.999);
  EXPECT_GE(maps.min().item<double>(), 0);
}

constexpr char kTail[] = R"(
    layer { name: "relu" relu {} }
    layer { name: "pool" max_pool {} }
    layer { name: "flat" flatten {} }
    layer { name: "hidden" linear { out_features: 10 } }
    layer { name: "gelu" gelu {} }
    layer { name: "fc" linear {} })";

// A second implementation without automatic differentiation: the layers after `stem` are a network
// of their own, whose logit is differentiated by differences.
TEST(GradCamTest, AgreesWithDifferencesOfTheLogit) {
  const auto whole = Make(std::string("layer { name: 'stem' conv2d { out_channels: 4 padding_px: 1 } }") + kTail, {1, 6, 6}, 3);
  const auto tail = Make(kTail, {4, 6, 6}, 3);
  const torch::NoGradGuard no_gradients;
  for (const auto& parameter : tail->named_parameters()) parameter.value().copy_(whole->named_parameters()[parameter.key()]);
  whole->eval();
  whole->to(at::kDouble);
  tail->eval();
  tail->to(at::kDouble);
  const at::Tensor images = at::randn({2, 1, 6, 6}, at::kDouble), stem = OutputOf(*whole, images, "stem").contiguous();
  const int64_t classes[] = {2, 0};
  at::Tensor expected = at::empty_like(stem.select(1, 0));
  for (int64_t n = 0; n < 2; ++n) {
    at::Tensor map = stem[n][0] * 0;
    for (int64_t c = 0; c < 4; ++c) {
      double sum = 0;
      for (int64_t pixel = 0; pixel < 36; ++pixel) {
        const auto logit = [&](double step) {
          at::Tensor moved = stem.narrow(0, n, 1).clone();
          moved.view({4, 36})[c][pixel] += step;
          return tail->forward(moved)[0][classes[n]].item<double>();
        };
        sum += (logit(1e-5) - logit(-1e-5)) / 2e-5;
      }
      map += stem[n][c] * (sum / 36);
    }
    expected[n].copy_(map);
  }
  const at::Tensor maps = GradCam(*whole, images, at::tensor({2, 0}, at::kLong), "stem");
  EXPECT_TRUE(maps.allclose(Normalised(expected), 1e-3, 1e-4)) << maps << expected;
}

TEST(GradCamTest, AnImagesMapDependsNeitherOnOthersNorOnWhatIsTrained) {
  const auto model =
      Make(std::string("layer { name: 'stem' conv2d { out_channels: 4 padding_px: 1 } } layer { batch_norm {} }") + kTail, {1, 6, 6}, 3);
  const at::Tensor images = at::randn({16, 1, 6, 6}), classes = at::full({16}, 1, at::kLong);
  const at::Tensor together = GradCam(*model, images, classes, "stem");
  EXPECT_TRUE(model->is_training());
  for (const at::Tensor& parameter : model->parameters()) EXPECT_FALSE(parameter.grad().defined());
  for (at::Tensor& parameter : model->parameters()) parameter.requires_grad_(false);
  for (const int64_t i : {0, 7, 15}) {
    const at::Tensor alone = GradCam(*model, images.narrow(0, i, 1), classes.narrow(0, i, 1), "stem");
    EXPECT_TRUE(alone[0].allclose(together[i], 1e-4, 1e-5)) << i;
  }
}

// Whatever is beyond the ReLU is 0, and nothing is divided by 0.
TEST(GradCamTest, NothingSpeaksForAClassOfNegativeWeights) {
  const auto model = Make(kCam, {3, 9, 7}, 2);
  {
    const torch::NoGradGuard no_gradients;
    model->named_parameters()["conv.weight"].fill_(1);
    model->named_parameters()["conv.bias"].fill_(0);
    model->named_parameters()["fc.weight"][0].fill_(-1);
    model->named_parameters()["fc.weight"][1].fill_(1);
  }
  const at::Tensor images = at::rand({1, 3, 9, 7}) + 0.1;
  EXPECT_EQ(GradCam(*model, images, at::tensor({0}, at::kLong), "conv").abs().max().item<double>(), 0);
  EXPECT_EQ(GradCam(*model, images, at::tensor({1}, at::kLong), "conv").max().item<double>(), 1);
}

TEST(GradCamTest, NumbersThatAreNotFiniteAreSeen) {
  const auto model = Make(kCam, {3, 9, 7}, 2);
  const at::Tensor images = at::full({1, 3, 9, 7}, std::numeric_limits<float>::quiet_NaN());
  EXPECT_TRUE(GradCam(*model, images, at::tensor({0}, at::kLong), "conv").isnan().any().item<bool>());
}

// Tokens behind a class token, and without one, are the pixels they were made from.
TEST(GradCamTest, TokensStandForTheirPatches) {
  const std::string patches =
      "layer { name: 'patches' conv2d { out_channels: 6 kernel_size_px: 2 stride: 2 } } layer { name: 'tokens' tokens {} }";
  const std::string end = "layer { name: 'pool' global_average_pool {} } layer { name: 'fc' linear {} }";
  const at::Tensor images = at::randn({3, 1, 4, 6}), classes = at::tensor({0, 1, 1}, at::kLong);
  const auto plain = Make(patches + end, {1, 4, 6}, 2);
  const at::Tensor of_pixels = GradCam(*plain, images, classes, "patches");
  EXPECT_EQ(of_pixels.sizes(), (std::vector<int64_t>{3, 2, 3}));
  EXPECT_TRUE(GradCam(*plain, images, classes, "tokens").allclose(of_pixels, 1e-4, 1e-6));
  const auto with_class = Make(patches + "layer { name: 'class' class_token {} }" + end, {1, 4, 6}, 2);
  const torch::NoGradGuard no_gradients;
  for (const auto& parameter : plain->named_parameters()) with_class->named_parameters()[parameter.key()].copy_(parameter.value());
  EXPECT_TRUE(GradCam(*with_class, images, classes, "class").allclose(of_pixels, 1e-4, 1e-6));
}

TEST(GradCamTest, OtherLayersAreBugs) {
  const auto model = Make(kCam, {3, 9, 7}, 2);
  const at::Tensor images = at::rand({1, 3, 9, 7}), classes = at::tensor({0}, at::kLong);
  EXPECT_THROW(GradCam(*model, images, classes, "none"), c10::Error);
  EXPECT_THROW(GradCam(*model, images, classes, "fc"), c10::Error);
}

}  // namespace
}  // namespace mica
