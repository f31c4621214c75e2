#include "models/zoo/published_weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/config/parse_text_or_die.h"

namespace mica {
namespace {

using testing::EndsWith;

std::string How(const std::string& model, const std::string& file = "w.safetensors") {
  return HowToGetWeights(ParseTextOrDie<ModelConfig>(model), file);
}

TEST(PublishedWeightsTest, ACommandMakesTheFile) {
  EXPECT_EQ(How("resnet18 {}"),
            "torchvision has weights of resnet18; with its Python packages (pip install torchvision safetensors) this makes the file: "
            "python3 -c 'import torchvision as v, safetensors.torch as s; s.save_file(v.models.resnet18(weights=\"DEFAULT\").state_dict(), "
            "\"w.safetensors\")'");
  EXPECT_THAT(How("vit_tiny_16 {}"),
              EndsWith("(v.create_model(\"vit_tiny_patch16_224\", pretrained=True).state_dict(), \"w.safetensors\")'"));
}

TEST(PublishedWeightsTest, AnyPathCanBeCopiedIntoAShell) {
  EXPECT_THAT(How("alexnet {}", "it's \"mine\""), EndsWith(", \"it'\\''s \\\"mine\\\"\")'"));
}

TEST(PublishedWeightsTest, ImagesAreThoseOfThePublisher) {
  const auto images = [](const std::string& model) { return ImagesOfPublishedWeights(ParseTextOrDie<ModelConfig>(model)); };
  EXPECT_EQ(images("resnet18 {}")->side_px, 224);
  EXPECT_FALSE(images("resnet18 {}")->bicubic);
  EXPECT_EQ(images("resnet18 {}")->mean[2], 0.406);
  EXPECT_EQ(images("efficientnet_b2 {}")->side_px, 288);
  EXPECT_TRUE(images("efficientnet_b2 {}")->bicubic);
  EXPECT_EQ(images("vit_tiny_16 {}")->std[0], 0.5);
  EXPECT_EQ(images("efficientnet_lite0 {}")->std[0], 0.229);
  EXPECT_EQ(images("efficientnet_lite0 { tensorflow: true }")->std[0], 0.5);
  EXPECT_FALSE(images("resnet9 {}").has_value());
  EXPECT_EQ(PublisherName(ParseTextOrDie<ModelConfig>("vit_tiny_16 {}")), "timm");
}

TEST(PublishedWeightsTest, NetworksThatNobodyHasTrainedHaveNone) {
  EXPECT_EQ(How("resnet9 {}"), "");
  EXPECT_EQ(How("sequential {}"), "");
  EXPECT_EQ(How(""), "");
}

}  // namespace
}  // namespace mica
