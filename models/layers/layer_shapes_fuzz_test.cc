// Random lists of layers: none crashes, and what is inferred is consistent in itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "base/error.h"
#include "models/layers/kept_values.h"
#include "models/layers/layer_shapes.h"
#include "models/layers/layer_validation.h"
#include "models/layers/memory_need.h"
#include "models/layers/random_layer_lists.h"

namespace mica {
namespace {

constexpr int kClasses = 10;

bool IsValid(const BlockConfig& config) {
  ConfigProblems problems;
  ValidateLayers(config.layer(), "m", &problems);
  return !problems.has_errors();
}

void ExpectSums(const InferredLayer& layer) {
  if (layer.layers.empty()) return;
  int64_t parameters = 0, multiply_adds = 0;
  for (const InferredLayer* leaf : LeavesOf(layer.layers)) {
    parameters += leaf->parameters;
    multiply_adds += leaf->multiply_adds;
  }
  EXPECT_EQ(layer.parameters, parameters);
  EXPECT_EQ(layer.multiply_adds, multiply_adds);
  EXPECT_EQ(layer.activations, TotalOf(layer.layers).activations + (layer.kind == "block" ? 0 : layer.output.values()));
  for (const InferredLayer& inside : layer.layers) ExpectSums(inside);
}

void ExpectConsistent(const BlockConfig& config, const std::vector<InferredLayer>& layers) {
  int64_t parameters = 0, tensors = 0;
  std::set<std::string> names;
  for (const InferredLayer* leaf : LeavesOf(layers)) {
    EXPECT_GE(leaf->multiply_adds, 0);
    EXPECT_EQ(leaf->activations, leaf->output.values());
    for (const LayerTensor& tensor : leaf->tensors) {
      EXPECT_TRUE(names.insert(tensor.name).second) << tensor.name;
      tensors += tensor.size();
      if (tensor.is_parameter()) parameters += tensor.size();
    }
  }
  EXPECT_EQ(TotalOf(layers).parameters, parameters);
  EXPECT_EQ(NeedOfWeights(layers).fixed_bytes, 4 * tensors);
  EXPECT_EQ(layers.back().output.ToString(), LayerShape::Flat(kClasses).ToString());
  for (size_t i = 1; i < layers.size(); ++i) EXPECT_EQ(layers[i].input, layers[i - 1].output);
  for (const InferredLayer& layer : layers) ExpectSums(layer);
  EXPECT_EQ(KeptValues(config.layer(), layers).size(), LeavesOf(layers).size());
}

TEST(LayerShapesFuzzTest, RandomListsAreInferredOrRefused) {
  RandomLayerLists lists(/*seed=*/1);
  int inferred = 0, refused = 0, invalid = 0;
  for (int i = 0; i < 20000; ++i) {
    const BlockConfig config = lists.Next();
    const LayerShape input = {1 + lists.Below(12), 1 + lists.Below(40), 1 + lists.Below(40)};
    SCOPED_TRACE(config.ShortDebugString());
    if (!IsValid(config)) {
      ++invalid;
      continue;
    }
    const auto layers = InferLayers(config.layer(), i % 2 == 0 ? "m" : "", input, kClasses);
    if (layers.ok()) {
      ++inferred;
      ExpectConsistent(config, *layers);
    } else {
      ++refused;
      EXPECT_EQ(ExitCodeOf(layers.status()), ExitCode::kConfig);
      const std::vector<std::string> lines = absl::StrSplit(layers.status().message(), '\n');
      EXPECT_EQ(FieldsOf(layers.status()).size(), lines.size());
    }
    if (HasFailure()) return;
  }
  // All ends are reached often.
  EXPECT_GT(inferred, 500);
  EXPECT_GT(refused, 500);
  EXPECT_GT(invalid, 500);
}

}  // namespace
}  // namespace mica
