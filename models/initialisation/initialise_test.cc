#include "models/initialisation/initialise.h"

#include <ATen/Context.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/full.h>
#include <ATen/ops/rand.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/utils.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "models/layers/layer.pb.h"

namespace mica {
namespace {

// A module with the tensors of these layers, all -7.
std::shared_ptr<torch::nn::Module> ModuleOf(absl::Span<const InferredLayer> layers) {
  const auto root = std::make_shared<torch::nn::Module>();
  for (const InferredLayer* layer : LeavesOf(layers)) {
    for (const LayerTensor& tensor : layer->tensors) {
      const std::vector<std::string> parts = absl::StrSplit(tensor.name, '.');
      std::shared_ptr<torch::nn::Module> owner = root;
      for (size_t i = 0; i + 1 < parts.size(); ++i) {
        const auto children = owner->named_children();
        owner = children.contains(parts[i]) ? children[parts[i]] : owner->register_module(parts[i], std::make_shared<torch::nn::Module>());
      }
      const at::Tensor value = at::full(tensor.shape, -7.0);
      tensor.is_parameter() ? owner->register_parameter(parts.back(), value) : owner->register_buffer(parts.back(), value);
    }
  }
  return root;
}

struct Model {
  std::vector<InferredLayer> layers;
  std::shared_ptr<torch::nn::Module> module;

  at::Tensor operator[](const std::string& name) const { return module->named_parameters()[name].detach(); }
};

Model Make(const std::string& text, const LayerShape& input, int num_classes) {
  absl::StatusOr<std::vector<InferredLayer>> layers = InferLayers(ParseTextOrDie<BlockConfig>(text).layer(), "", input, num_classes);
  EXPECT_THAT(layers, IsOk()) << text;
  const auto module = ModuleOf(*layers);
  return {*std::move(layers), module};
}

void Apply(const std::string& config, uint64_t seed, Model* model) {
  at::manual_seed(seed);
  EXPECT_THAT(Initialise(ParseTextOrDie<InitialisationConfig>(config), model->layers, model->module.get()), IsOk()) << config;
}

// The weight of one convolution, drawn by one rule.
at::Tensor Drawn(const std::string& rule, const LayerShape& input, const std::string& convolution, uint64_t seed) {
  Model model =
      Make("layer { name: 'a' conv2d { " + convolution + " } } layer { flatten {} } layer { linear {} }", input, /*num_classes=*/2);
  Apply("rule { pattern: 'a' " + rule + " }", seed, &model);
  return model["a.weight"];
}

// pytorch_vectors.py made the table.
TEST(InitialiseTest, EachKindDrawsWhatPyTorchDraws) {
  struct Row {
    std::string rule;
    double first, last, norm, dot_ramp;
  };
  const std::vector<Row> rows = {
      {"kaiming_normal {}", -0.01806523, -0.3094181, 3.448819, -1.565235},
      {"kaiming_normal { fan: FAN_OUT negative_slope: 0.5 }", -0.01319298, -0.225967, 2.518661, -1.143086},
      {"kaiming_uniform { negative_slope: 2.23606797749979 }", -0.1652455, -0.1250326, 1.478353, 0.258898},
      {"kaiming_uniform { fan: FAN_OUT }", -0.330491, -0.2500652, 2.956706, 0.517796},
      {"xavier_normal { gain: 0.5 }", -0.005712728, -0.09784658, 1.090612, -0.4949708},
      {"xavier_uniform {}", -0.2559972, -0.1936996, 2.290254, 0.4010831},
      {"normal { mean: 1 std: 0.5 }", 0.9616778, 0.3436252, 16.32173, 104.1796},
      {"uniform { low: -3 high: 5 }", -2.965892, -2.000782, 37.56247, 113.7136},
      {"truncated_normal { std: 0.02 }", -0.05260912, -0.02301649, 0.3150331, 0.0555437},
      {"truncated_normal { std: 1.5 mean: 1 low: -0.5 high: 2 }", -0.4845165, -0.09741044, 15.35818, 87.84658},
      {"orthogonal { gain: 2 }", -0.02734876, -0.5201926, 4.89898, -2.154458},
      {"constant { value: 0.25 }", 0.25, 0.25, 3.674235, 26.875},
  };
  for (const Row& row : rows) {
    const at::Tensor weight = Drawn(row.rule, {/*channels=*/4, 3, 3}, "out_channels: 6", /*seed=*/3).to(at::kDouble).flatten();
    const at::Tensor ramp = at::arange(weight.numel(), at::kDouble) / weight.numel();
    EXPECT_NEAR(weight[0].item<double>(), row.first, 2e-6) << row.rule;
    EXPECT_NEAR(weight[-1].item<double>(), row.last, 2e-6) << row.rule;
    EXPECT_NEAR(weight.norm().item<double>(), row.norm, 2e-5 * row.norm) << row.rule;
    EXPECT_NEAR(weight.dot(ramp).item<double>(), row.dot_ramp, 2e-4) << row.rule;
  }
}

// Mean and standard deviation of 73,728 numbers, from the formulas of the papers. Fans of a weight
// [128,64 (of 128 in 2 groups),3,3]: 576 and 1152.
TEST(InitialiseTest, EachKindHasTheMomentsOfItsFormula) {
  struct Row {
    std::string rule;
    double mean, deviation, least, most;
  };
  const double inf = std::numeric_limits<double>::infinity();
  const double kaiming = std::sqrt(2.0 / 576), kaiming_out = std::sqrt(2.0 / 1152), xavier = std::sqrt(2.0 / (576 + 1152));
  const std::vector<Row> rows = {
      {"kaiming_normal {}", 0, kaiming, -inf, inf},
      {"kaiming_normal { fan: FAN_OUT }", 0, kaiming_out, -inf, inf},
      {"kaiming_normal { negative_slope: 1 }", 0, kaiming / std::sqrt(2), -inf, inf},
      {"kaiming_uniform {}", 0, kaiming, -kaiming * std::sqrt(3), kaiming * std::sqrt(3)},
      {"xavier_normal { gain: 2 }", 0, 2 * xavier, -inf, inf},
      {"xavier_uniform {}", 0, xavier, -xavier * std::sqrt(3), xavier * std::sqrt(3)},
      {"normal { mean: -0.3 std: 0.2 }", -0.3, 0.2, -inf, inf},
      {"normal { mean: 4 std: 0 }", 4, 0, 4, 4},
      {"uniform { low: -1 high: 5 }", 2, 6 / std::sqrt(12), -1, 5},
      // Between plus and minus one standard deviation: variance 1 - 2 phi(1) / (Phi(1) - Phi(-1)).
      {"truncated_normal { std: 0.5 low: -0.5 high: 0.5 }", 0, 0.5 * std::sqrt(1 - 2 * 0.24197072 / 0.68268949), -0.5, 0.5},
      // The upper half: mean sqrt(2 / pi), variance 1 - 2 / pi.
      {"truncated_normal { std: 1 low: 0 high: 100 }", std::sqrt(2 / M_PI), std::sqrt(1 - 2 / M_PI), 0, 5.5},
      {"constant { value: -2.5 }", -2.5, 0, -2.5, -2.5},
  };
  for (const Row& row : rows) {
    const at::Tensor weight = Drawn(row.rule, {/*channels=*/128, 3, 3}, "out_channels: 128 groups: 2 ", /*seed=*/1).to(at::kDouble);
    ASSERT_EQ(weight.numel(), 73728) << row.rule;
    // Five standard deviations of either estimate; the 4th moment is at most that of a normal
    // distribution.
    EXPECT_NEAR(weight.mean().item<double>(), row.mean, 5 * row.deviation / std::sqrt(73728) + 1e-6) << row.rule;
    EXPECT_NEAR(weight.std().item<double>(), row.deviation, 5 * row.deviation / std::sqrt(2 * 73728) + 1e-6) << row.rule;
    EXPECT_GE(weight.min().item<double>(), row.least - 1e-6) << row.rule;
    EXPECT_LE(weight.max().item<double>(), row.most + 1e-6) << row.rule;
  }
}

// PyTorch's function gives one value in 2^24 as the bound itself, -2: a hundred standard
// deviations. This seed draws the number behind it.
TEST(InitialiseTest, DistantBoundsOfATruncatedNormalAreNotDrawn) {
  constexpr uint64_t kSeed = 146;
  at::manual_seed(kSeed);
  ASSERT_EQ(at::empty({64, 64, 4, 4}).uniform_(-1, 1).min().item<float>(), -1);

  const at::Tensor weight = Drawn("truncated_normal { std: 0.02 }", {/*channels=*/64, 4, 4}, "out_channels: 64 kernel_size_px: 4", kSeed);

  EXPECT_NEAR(weight.min().item<double>(), -0.02 * 5.42, 0.02 * 0.1);  // half of 2^-24 of the distribution lies below
}

TEST(InitialiseTest, OrthogonalRowsOrColumnsAreOrthonormal) {
  for (const auto& [channels, outputs] : {std::pair(2, 6), std::pair(3, 27), std::pair(5, 70)}) {
    const at::Tensor weight =
        Drawn("orthogonal { gain: 3 }", {channels, 3, 3}, absl::StrCat("out_channels: ", outputs), 1).flatten(1).to(at::kDouble);
    const int64_t rows = weight.size(0), columns = weight.size(1);
    const at::Tensor gram = rows < columns ? weight.matmul(weight.t()) : weight.t().matmul(weight);
    EXPECT_TRUE(at::allclose(gram, 9 * at::eye(gram.size(0), at::kDouble), /*rtol=*/0, /*atol=*/1e-5)) << rows << " x " << columns;
  }
}

constexpr char kResNet[] = R"(
    layer { name: 'conv1' conv2d { out_channels: 4 padding_px: 1 } }
    layer { name: 'layer1' residual {
      layer { name: 'conv1' conv2d { out_channels: 4 padding_px: 1 } }
      layer { name: 'bn1' batch_norm {} } } }
    layer { name: 'pool' global_average_pool {} }
    layer { name: 'fc' linear {} })";

TEST(InitialiseTest, ChangesWhatRulesCoverAndNothingElse) {
  Model model = Make(kResNet, {/*channels=*/3, 8, 8}, /*num_classes=*/5);
  Apply("zero_gamma: true rule { layer_kind: NORM tensor: ALL constant { value: 2 } } rule { pattern: 'fc' constant { value: 3 } }", 1,
        &model);

  EXPECT_TRUE(model["layer1.bn1.weight"].eq(0).all().item<bool>());  // whatever the rules say
  EXPECT_TRUE(model["layer1.bn1.bias"].eq(2).all().item<bool>());
  EXPECT_TRUE(model["fc.weight"].eq(3).all().item<bool>());
  for (const char* name : {"fc.bias", "conv1.weight", "conv1.bias", "layer1.conv1.weight"}) {
    EXPECT_TRUE(model[name].eq(-7).all().item<bool>()) << name;
  }
  for (const auto& buffer : model.module->named_buffers()) EXPECT_TRUE(buffer.value().eq(-7).all().item<bool>()) << buffer.key();
}

TEST(InitialiseTest, DrawsNothingWhereNoRuleDraws) {
  Model model = Make(kResNet, {/*channels=*/3, 8, 8}, /*num_classes=*/5);
  Apply("zero_gamma: true rule { pattern: 'fc' constant { value: 3 } }", 9, &model);
  const at::Tensor after = at::rand({4});
  at::manual_seed(9);
  EXPECT_TRUE(after.equal(at::rand({4})));
}

TEST(InitialiseTest, EqualSeedsGiveEqualWeights) {
  constexpr char kRules[] = "rule { layer_kind: [CONV2D, LINEAR] kaiming_normal {} } rule { pattern: 'fc' orthogonal {} }";
  Model first = Make(kResNet, {3, 8, 8}, 5), second = Make(kResNet, {3, 8, 8}, 5), third = Make(kResNet, {3, 8, 8}, 5);
  Apply(kRules, 1, &first);
  Apply(kRules, 1, &second);
  Apply(kRules, 2, &third);
  for (const char* name : {"conv1.weight", "layer1.conv1.weight", "fc.weight"}) {
    EXPECT_TRUE(first[name].equal(second[name])) << name;
    EXPECT_FALSE(first[name].equal(third[name])) << name;
  }
}

TEST(InitialiseTest, StridesDoNotChangeWhatIsDrawn) {
  Model plain = Make(kResNet, {3, 8, 8}, 5), strided = Make(kResNet, {3, 8, 8}, 5);
  at::Tensor weight = strided["conv1.weight"];
  weight.set_data(weight.contiguous(at::MemoryFormat::ChannelsLast));
  strided.module->named_parameters()["conv1.weight"].set_data(weight);
  Apply("rule { layer_kind: CONV2D kaiming_normal {} }", 1, &plain);
  Apply("rule { layer_kind: CONV2D kaiming_normal {} }", 1, &strided);
  EXPECT_FALSE(strided["conv1.weight"].is_contiguous());
  EXPECT_TRUE(plain["conv1.weight"].equal(strided["conv1.weight"]));
}

TEST(InitialiseTest, AModuleWithOtherTensorsIsOurBug) {
  const Model model = Make(kResNet, {3, 8, 8}, 5);
  torch::nn::Module other;
  EXPECT_THAT(Initialise(ParseTextOrDie<InitialisationConfig>("zero_gamma: true"), model.layers, &other),
              Fails(ExitCode::kInternal, testing::HasSubstr("layer1.bn1.weight")));
}

}  // namespace
}  // namespace mica
