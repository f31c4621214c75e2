// How large the zoo's rules draw first weights, against what torchvision's and timm's code draws
// (testdata/initial_sizes.py).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "models/initialisation/initialisation_plan.h"
#include "models/zoo/model_layers.h"

namespace mica {
namespace {

using Role = LayerTensor::Role;
using Sizes = std::map<std::string, double>;  // root mean squares by tensors' names

std::map<std::string, Sizes> SizesOfModels() {
  std::map<std::string, Sizes> models;
  std::ifstream file("models/zoo/testdata/initial_sizes.csv");
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    models[cells.at(0)][cells.at(1)] = std::strtod(cells.at(2).c_str(), nullptr);
  }
  return models;
}

struct Fans {
  double in, out;
};

Fans FansOf(const LayerTensor& tensor) {
  double kernel = 1;
  for (size_t i = 2; i < tensor.shape.size(); ++i) kernel *= static_cast<double>(tensor.shape[i]);
  return {kernel * static_cast<double>(tensor.shape.at(1)), kernel * static_cast<double>(tensor.shape.at(0))};
}

double SizeOf(const KaimingConfig& config, const Fans& fans) {
  const double slope = config.negative_slope();
  return std::sqrt(2 / (1 + slope * slope) / (config.fan() == KaimingConfig::FAN_OUT ? fans.out : fans.in));
}

// Of the kinds that the zoo uses; the others are NaN, so that nothing is near them.
double SizeOf(const InitialisationRuleConfig& rule, const LayerTensor& tensor) {
  switch (rule.kind_case()) {
    case InitialisationRuleConfig::kKaimingNormal:
      return SizeOf(rule.kaiming_normal(), FansOf(tensor));
    case InitialisationRuleConfig::kKaimingUniform:
      return SizeOf(rule.kaiming_uniform(), FansOf(tensor));
    case InitialisationRuleConfig::kXavierUniform:
      return rule.xavier_uniform().gain() * std::sqrt(2 / (FansOf(tensor).in + FansOf(tensor).out));
    case InitialisationRuleConfig::kNormal:
      return std::hypot(rule.normal().mean(), rule.normal().std());
    case InitialisationRuleConfig::kUniform: {
      const double low = rule.uniform().low(), high = rule.uniform().high();
      return std::sqrt((low * low + low * high + high * high) / 3);
    }
    case InitialisationRuleConfig::kTruncatedNormal:
      return rule.truncated_normal().std();  // their bounds are far away
    case InitialisationRuleConfig::kConstant:
      return std::abs(rule.constant().value());
    case InitialisationRuleConfig::kXavierNormal:
    case InitialisationRuleConfig::kOrthogonal:
    case InitialisationRuleConfig::KIND_NOT_SET:
      break;
  }
  return std::nan("");
}

// What PyTorch's layers draw.
double DefaultSize(const LayerTensor& tensor) {
  const Fans fans = FansOf(tensor);
  return absl::EndsWith(tensor.name, "in_proj_weight") ? std::sqrt(2 / (fans.in + fans.out)) : 1 / std::sqrt(3 * fans.in);
}

void ExpectSize(const InitialTensor& initial, double published) {
  const LayerTensor& tensor = *initial.tensor;
  if (initial.rule == nullptr && tensor.role != Role::kWeight) {
    if (tensor.role != Role::kBias || absl::StrContains(tensor.name, "self_attention")) return;  // PyTorch's own begin at 0
    EXPECT_GT(published, 0) << tensor.name << " needs a rule";
    return;
  }
  const double size = initial.rule == nullptr ? DefaultSize(tensor) : SizeOf(*initial.rule, tensor);
  // Chance, and rare values of PyTorch's truncated normals that lie far away.
  EXPECT_NEAR(published, size, size * (0.04 + 5 / std::sqrt(2.0 * static_cast<double>(tensor.size())))) << tensor.name;
}

TEST(ZooInitialisationTest, FreshWeightsAreAsLargeAsThePublishedCodeDrawsThem) {
  const std::map<std::string, Sizes> models = SizesOfModels();
  EXPECT_EQ(models.size(), 32u);
  for (const auto& [arm, sizes] : models) {
    SCOPED_TRACE(arm);
    const auto model = InferModel(ParseTextOrDie<ModelConfig>(arm + " {}"), {3, 224, 224}, /*num_classes=*/5);
    ASSERT_THAT(model, IsOk());
    size_t compared = 0;
    for (const InitialTensor& initial : PlanInitialisation(model->initialisation, model->layers)) {
      const auto published = sizes.find(initial.tensor->name);
      if (published == sizes.end()) continue;  // of a norm
      ++compared;
      ExpectSize(initial, published->second);
    }
    EXPECT_EQ(compared, sizes.size());
  }
}

TEST(ZooInitialisationTest, EveryRuleCoversTensors) {
  const auto* kind = ModelConfig::descriptor()->FindOneofByName("kind");
  for (int i = 0; i < kind->field_count(); ++i) {
    const std::string arm = kind->field(i)->name();
    if (arm == "sequential") continue;
    const auto model = InferModel(ParseTextOrDie<ModelConfig>(arm + " {}"), {3, 224, 224}, /*num_classes=*/5);
    ASSERT_THAT(model, IsOk()) << arm;
    EXPECT_THAT(CheckInitialisation(model->initialisation, "initialisation", model->layers), IsOk()) << arm;
  }
}

}  // namespace
}  // namespace mica
