#include "models/torchscript/torchscript_source.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "models/model_validation.h"
#include "models/torchscript/layer_examples.h"
#include "models/zoo/parity_cases.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Of colour pictures of this side, for 10 classes.
absl::StatusOr<std::string> SourceOf(const ModelConfig& config, int side_px) {
  const auto model = InferModel(config, {3, side_px, side_px}, /*num_classes=*/10);
  if (!model.ok()) return model.status();
  return TorchScriptSource(*model);
}

absl::StatusOr<std::string> SourceOfLayers(const std::string& layers, int side_px = 8) {
  return SourceOf(ParseTextOrDie<ModelConfig>(absl::StrCat("sequential { ", layers, " }")), side_px);
}

TEST(TorchScriptSourceTest, ALineForEachOperation) {
  const std::string layers =
      "layer { name: 'stem' block { layer { conv2d { out_channels: 4 stride: 2 padding_px: 1 bias: false } } } } "
      "layer { name: 'bn' batch_norm {} } layer { name: 'act' relu {} } layer { name: 'drop' dropout {} } "
      "layer { name: 'b' residual { layer { conv2d { out_channels: 4 kernel_size_px: 1 } } } } "
      "layer { name: 'pool' global_average_pool {} } layer { name: 'fc' linear {} }";

  EXPECT_THAT(SourceOfLayers(layers), IsOkAndHolds(R"(def forward(self, images: Tensor) -> Tensor:
    x1 = torch.conv2d(images, getattr(self.stem, "0").weight, None, [2, 2], [1, 1], [1, 1], 1)
    x2 = torch.batch_norm(x1, self.bn.weight, self.bn.bias, self.bn.running_mean, self.bn.running_var, False, 0.1, 1e-05, True)
    x3 = torch.relu(x2)
    x4 = torch.conv2d(x3, getattr(self.b, "0").weight, getattr(self.b, "0").bias, [1, 1], [0, 0], [1, 1], 1)
    x5 = x4 + x3
    x6 = torch.mean(x5, [2, 3])
    x7 = torch.linear(x6, self.fc.weight, self.fc.bias)
    return x7
)"));
}

std::set<std::string> ArmsIn(const std::vector<InferredLayer>& layers) {
  std::set<std::string> arms;
  for (const InferredLayer& layer : layers) {
    arms.insert(layer.kind);
    arms.merge(ArmsIn(layer.layers));
  }
  return arms;
}

// torchscript_file_test computes what they say.
TEST(TorchScriptSourceTest, ExamplesHoldEveryKindOfLayer) {
  std::set<std::string> missing;
  const auto* const kinds = LayerConfig::descriptor()->FindOneofByName("kind");
  for (int i = 0; i < kinds->field_count(); ++i) missing.insert(kinds->field(i)->name());

  for (const auto& [name, parity] : LayerExamples()) {
    ConfigProblems problems;
    ValidateModelConfig(parity.model(), "model", &problems);
    for (const ConfigProblem& problem : problems.all()) ADD_FAILURE() << name << ": " << problem.message;
    const auto model = InferModel(parity.model(), {3, parity.side_px(), parity.side_px()}, parity.classes());
    ASSERT_THAT(model, IsOk()) << name;
    EXPECT_THAT(TorchScriptSource(*model), IsOkAndHolds(HasSubstr("return x"))) << name;
    for (const std::string& arm : ArmsIn(model->layers)) missing.erase(arm);
  }

  EXPECT_THAT(missing, IsEmpty());
}

TEST(TorchScriptSourceTest, EveryNetworkOfTheZooHasOne) {
  for (const ParityCase& parity : ParityCases()) EXPECT_THAT(SourceOf(parity.model(), parity.side_px()), IsOk()) << ArmOf(parity);
}

// A method for attention without masks is not needed by a network of windows, and none by others.
TEST(TorchScriptSourceTest, MethodsAreThoseThatAreUsed) {
  const std::string head = " layer { name: 'pool' global_average_pool {} } layer { name: 'fc' linear {} }";

  EXPECT_THAT(SourceOfLayers("layer { conv2d { out_channels: 4 } }" + head), IsOkAndHolds(Not(HasSubstr("def _"))));
  EXPECT_THAT(SourceOfLayers("layer { window_attention { heads: 1 } }" + head),
              IsOkAndHolds(AllOf(HasSubstr("def _window_attention("), HasSubstr("def _attend("), Not(HasSubstr("def _self_attention(")))));
  EXPECT_THAT(
      SourceOfLayers("layer { tokens {} } layer { self_attention { heads: 1 } } layer { name: 'b' self_attention { heads: 3 } }" + head),
      IsOkAndHolds(AllOf(HasSubstr("def _self_attention("), Not(HasSubstr("def _window_attention(")))));
}

// dtype=… would be a number of another version's list of types; a tensor made without device=…
// would be on the CPU.
TEST(TorchScriptSourceTest, NoTypeOfValuesIsNamedAndEveryDeviceIsThatOfTheImages) {
  for (const auto& [name, parity] : LayerExamples()) {
    const absl::StatusOr<std::string> source = SourceOf(parity.model(), parity.side_px());
    ASSERT_THAT(source, IsOk()) << name;
    for (const absl::string_view line : absl::StrSplit(*source, '\n')) {
      EXPECT_THAT(std::string(line), Not(ContainsRegex("dtype|torch[.](float|half|int|long|zeros[(]|ones[(]|empty|full|tensor|rand)")))
          << name;
      EXPECT_EQ(absl::StrContains(line, "arange"), absl::StrContains(line, "device=like.device")) << name;
    }
  }
}

TEST(TorchScriptSourceTest, NamesThatTorchScriptKeepsForItselfAreRefused) {
  for (const std::string name : {"if", "class", "None", "forward", "training", "_attend", "__init__", "lambda", "torch", "getattr"}) {
    const std::string layers = absl::StrCat("layer { name: '", name, "' conv2d { out_channels: 4 } } layer { name: 'x", name,
                                            "' conv2d { out_channels: 4 } } layer { global_average_pool {} } layer { linear {} }");
    EXPECT_THAT(SourceOfLayers(layers),
                Fails(ExitCode::kConfig, AllOf(HasSubstr(absl::StrCat("called \"", name, "\":")), HasSubstr("other names"))));
  }
}

// Layers without tensors are no attributes.
TEST(TorchScriptSourceTest, ALayerWithoutTensorsMayHaveAnyName) {
  EXPECT_THAT(SourceOfLayers("layer { name: 'if' relu {} } layer { name: 'flat' flatten {} } layer { linear {} }"), IsOk());
}

}  // namespace
}  // namespace mica
