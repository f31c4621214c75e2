#include "models/zoo/naming_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/config/parse_text_or_die.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"
#include "models/layers/layer_shapes.h"
#include "models/weights/weight_match.h"
#include "models/zoo/model_layers.h"

namespace mica {
namespace {

using testing::ElementsAre;

struct Origin {
  std::string arm;
  std::string origin;
  std::string table;  // as a report names it
};

// The names of testdata/names.py.
std::vector<std::string> NamesOf(const Origin& origin) {
  const auto text = ReadFile(absl::StrCat("models/zoo/testdata/names/", origin.arm, ".", origin.origin, ".txt"));
  EXPECT_THAT(text, IsOk());
  return absl::StrSplit(*text, '\n', absl::SkipEmpty());
}

class NamesOfOthersTest : public testing::TestWithParam<Origin> {};

// Both sides list the tensors in the order in which the network computes with them, so tensors
// that belong together stand at the same place.
TEST_P(NamesOfOthersTest, EveryTensorGetsTheNameOfTheModelsTensorAtItsPlace) {
  const auto config =
      ParseTextOrDie<ModelConfig>(absl::StrCat(GetParam().arm, GetParam().origin == "tensorflow" ? " { tensorflow: true }" : " {}"));
  const auto model = InferModel(config, {/*channels=*/3, 224, 224}, /*num_classes=*/1000);
  ASSERT_THAT(model, IsOk());
  const std::vector<std::string> names = NamesOf(GetParam());
  std::vector<ModelWeight> weights;
  std::vector<ArrayView> arrays;
  for (const InferredLayer* const layer : LeavesOf(model->layers)) {
    for (const LayerTensor& tensor : layer->tensors) {
      if (weights.size() == names.size()) continue;  // the file may lack the head
      weights.push_back({tensor.name, tensor.shape, "F32"});
      arrays.push_back({names[arrays.size()], "F32", tensor.shape, ""});
    }
  }
  ASSERT_EQ(weights.size(), names.size());
  MatchRules rules;
  rules.foreign = true;
  rules.tables = NamingTablesFor(config);

  const auto match = MatchWeights(arrays, "x", weights, rules);

  ASSERT_THAT(match, IsOk());
  for (const WeightFit& fit : match->fits) EXPECT_EQ(fit.array, fit.weight) << weights[fit.weight].name << " from " << names[fit.array];
  EXPECT_EQ(match->fits.size(), names.size());
  EXPECT_THAT(match->report.renamings, ElementsAre(GetParam().table));
}

INSTANTIATE_TEST_SUITE_P(Origins, NamesOfOthersTest,
                         testing::Values(Origin{"mobilenet_v2", "old", "from MobileNetV2 as it was written before torchvision had it"},
                                         Origin{"mobilenet_v2", "timm", "from timm's MobileNetV2"},
                                         Origin{"efficientnet_b0", "timm", "from timm's EfficientNet"},
                                         Origin{"efficientnet_lite0", "tensorflow", "from EfficientNet-Lite as converted from TensorFlow"},
                                         Origin{"vit_b_16", "timm", "from timm's vision transformer"},
                                         Origin{"convnext_tiny", "timm", "from timm's ConvNeXt"},
                                         Origin{"densenet121", "old", "from DenseNet as torchvision wrote it before version 0.3"}),
                         [](const auto& info) { return absl::StrCat(info.param.arm, "_", info.param.origin); });

// Its padding would be another.
TEST(NamingTablesTest, ConvertedWeightsNeedTheConvertedNetwork) {
  EXPECT_TRUE(NamingTablesFor(ParseTextOrDie<ModelConfig>("efficientnet_lite0 {}")).empty());
}

}  // namespace
}  // namespace mica
