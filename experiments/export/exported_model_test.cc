#include "experiments/export/exported_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "models/weights/torch_file/torch_file_reader.h"
#include "training/checkpoint/safetensors_reader.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// A convolution and a linear layer, whose weights count up.
class ExportedModelTest : public testing::Test {
 protected:
  ExportedModelTest() {
    model_.experiment = ParseTextOrDie<Experiment>(
        "model { sequential { layer { name: 'stem' conv2d { out_channels: 2 kernel_size_px: 1 } } layer { global_average_pool {} } "
        "layer { name: 'head' linear {} } } } eval_transforms { center_crop { size_px: 4 } } "
        "eval_transforms { normalize { mean: 0.5 std: [0.1, 0.2, 0.4] } }");
    model_.class_names = {"cat", "dog"};
    model_.images = {3, 4, 4};
    auto inferred = InferModel(model_.experiment.model(), {3, 4, 4}, /*num_classes=*/2);
    EXPECT_THAT(inferred, IsOk());
    model_.model = *std::move(inferred);
    // Not in the model's order, as a checkpoint has them.
    AddWeight("head.weight", {2, 2});
    AddWeight("head.bias", {2});
    AddWeight("stem.weight", {2, 3, 1, 1});
    AddWeight("stem.bias", {2});
  }

  void AddWeight(const std::string& name, const std::vector<int64_t>& shape) {
    int64_t size = 1;
    for (const int64_t side : shape) size *= side;
    std::string& bytes = bytes_.emplace_back();
    for (int64_t i = 0; i < size; ++i) {
      const auto value = static_cast<float>(i);
      bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
    }
    model_.weights.push_back({name, "F32", shape, bytes});
  }

  ExportedModel model_;
  std::deque<std::string> bytes_;
};

std::vector<std::string> NamesOf(const std::vector<ArrayView>& arrays) {
  std::vector<std::string> names;
  for (const ArrayView& array : arrays) names.push_back(array.name);
  return names;
}

TEST_F(ExportedModelTest, ATorchFileHasTheWeightsInTheModelsOrder) {
  const auto bytes = EncodeModel(model_, ExportFormat::kTorch, {});
  ASSERT_THAT(bytes, IsOk());
  const auto file = DecodeTorchFile(*bytes, "x", /*section=*/"");
  ASSERT_THAT(file, IsOk());
  EXPECT_THAT(NamesOf(file->arrays), ElementsAre("stem.weight", "stem.bias", "head.weight", "head.bias"));
  EXPECT_EQ(file->arrays[2].bytes, model_.weights[0].bytes);
}

TEST_F(ExportedModelTest, SafetensorsHoldWeightsAndMetadata) {
  const auto bytes = EncodeModel(model_, ExportFormat::kSafetensors, {});
  ASSERT_THAT(bytes, IsOk());
  auto file = DecodeSafetensors(*bytes, "x");
  ASSERT_THAT(file, IsOk());
  EXPECT_EQ(file->arrays.size(), 4);
  EXPECT_EQ(file->metadata["format"], "pt");
  EXPECT_EQ(file->metadata["mica.class_names"], "[\"cat\",\"dog\"]");
}

TEST_F(ExportedModelTest, OnnxMayTakePixelsAndGiveProbabilities) {
  ModelExportOptions options;
  const auto plain = EncodeModel(model_, ExportFormat::kOnnx, options);
  options.softmax = options.normalise = true;
  const auto whole = EncodeModel(model_, ExportFormat::kOnnx, options);
  ASSERT_THAT(plain, IsOk());
  ASSERT_THAT(whole, IsOk());
  EXPECT_THAT(*plain, HasSubstr("mica.class_names"));
  EXPECT_THAT(*plain, Not(HasSubstr("Softmax")));
  EXPECT_THAT(*whole, HasSubstr("Softmax"));
  EXPECT_GT(whole->size(), plain->size()) << "it holds the normalisation too";
}

TEST_F(ExportedModelTest, WeightsThatDoNotFitAreListedForEveryFormat) {
  model_.weights[0].dtype = "U16";
  model_.weights[1].shape = {3};
  model_.weights.pop_back();
  for (const ExportFormat format : {ExportFormat::kSafetensors, ExportFormat::kTorch, ExportFormat::kOnnx}) {
    EXPECT_THAT(EncodeModel(model_, format, {}),
                Fails(ExitCode::kCheckpoint,
                      "stem.bias is missing\nhead.weight is U16 [2,2], expected F32 [2,2]\nhead.bias is F32 [3], expected F32 [2]"));
  }
}

TEST_F(ExportedModelTest, WhatStandsBehindTheNormalisationHidesItNot) {
  *model_.experiment.add_eval_transforms() = ParseTextOrDie<TransformConfig>("cutout { size_px: 1 }");
  EXPECT_THAT(InputText(model_, {}), HasSubstr("mean [0.5, 0.5, 0.5], std [0.1, 0.2, 0.4]"));
}

TEST_F(ExportedModelTest, InputsAndOutputsAreDescribed) {
  EXPECT_EQ(InputText(model_, {}),
            "f32 [N,3,4,4], red, green, blue, (pixel / 255 - mean) / std; mean [0.5, 0.5, 0.5], std [0.1, 0.2, 0.4]");
  EXPECT_EQ(OutputText(model_, {}), "f32 [N,2], logits of cat, dog");
  ModelExportOptions options;
  options.softmax = options.normalise = true;
  EXPECT_EQ(InputText(model_, options), "f32 [N,3,4,4], red, green, blue, pixels from 0 to 255");
  EXPECT_EQ(OutputText(model_, options), "f32 [N,2], probabilities of cat, dog");
  model_.experiment.clear_eval_transforms();
  model_.images.channels = 1;
  EXPECT_EQ(InputText(model_, {}), "f32 [N,1,4,4], grey, pixel / 255");
}

}  // namespace
}  // namespace mica
