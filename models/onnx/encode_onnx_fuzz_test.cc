// Random lists of layers that fit together become graphs whose shapes fit together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/status_matchers.h"
#include "models/layers/layer_validation.h"
#include "models/layers/random_layer_lists.h"
#include "models/onnx/encode_onnx.h"
#include "models/onnx/onnx.pb.h"
#include "models/onnx/onnx_shapes.h"
#include "models/onnx/test_weights.h"

namespace mica {
namespace {

constexpr int kClasses = 10;
constexpr int64_t kMaxTestParameters = 1 << 20;  // larger models take time without saying more

bool IsValid(const BlockConfig& config) {
  ConfigProblems problems;
  ValidateLayers(config.layer(), "m", &problems);
  return !problems.has_errors();
}

void ExpectGraphOf(const InferredModel& model) {
  const TestWeights weights(model.layers);
  const absl::StatusOr<std::string> bytes = EncodeOnnx(model, weights.arrays);
  ASSERT_THAT(bytes, IsOk());
  onnx::ModelProto file;
  ASSERT_TRUE(file.ParseFromString(*bytes));
  for (const int64_t batch : {1, 3}) {
    const absl::StatusOr<OnnxShapes> shapes = ShapesOf(file.graph(), batch);
    ASSERT_THAT(shapes, IsOk());
    EXPECT_THAT(shapes->at("logits"), testing::ElementsAre(batch, kClasses));
  }
}

TEST(EncodeOnnxFuzzTest, RandomModelsBecomeGraphsWhoseShapesFit) {
  RandomLayerLists lists(/*seed=*/2);
  int encoded = 0;
  for (int i = 0; i < 20000; ++i) {
    const BlockConfig config = lists.Next();
    const LayerShape input = {1 + lists.Below(12), 1 + lists.Below(40), 1 + lists.Below(40)};
    SCOPED_TRACE(input.ToString() + " " + config.ShortDebugString());
    if (!IsValid(config)) continue;
    auto layers = InferLayers(config.layer(), "m", input, kClasses);
    if (!layers.ok() || TotalOf(*layers).parameters > kMaxTestParameters) continue;
    InferredModel model;
    *model.config.mutable_layer() = config.layer();
    model.layers = *std::move(layers);
    ExpectGraphOf(model);
    if (HasFailure()) return;
    ++encoded;
  }
  EXPECT_GT(encoded, 500);
}

}  // namespace
}  // namespace mica
