#include "models/zoo/pretrained_network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/config/parse_text_or_die.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"
#include "models/layers/layer_shapes.h"
#include "models/zoo/model_layers.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The names and shapes of a network's tensors, as a file of its weights has them.
std::vector<ArrayView> ArraysOf(const std::string& model, int classes = 1000, int channels = 3) {
  const auto inferred = InferModel(ParseTextOrDie<ModelConfig>(model), {channels, 224, 224}, classes);
  std::vector<ArrayView> arrays;
  for (const InferredLayer* layer : LeavesOf(inferred->layers)) {
    for (const LayerTensor& tensor : layer->tensors) arrays.push_back({tensor.name, "F32", tensor.shape, ""});
  }
  return arrays;
}

TEST(PretrainedNetworkTest, NamesAndShapesTellTheNetworkAndItsHead) {
  struct Row {
    std::string network, head;
    bool is_fixed_size;
  };
  for (const Row& row : std::vector<Row>{{"resnet18", "fc", false},
                                         {"resnet34", "fc", false},
                                         {"resnet50", "fc", false},
                                         {"mobilenet_v2", "classifier.1", false},
                                         {"mobilenet_v3_small", "classifier.3", false},
                                         {"vgg11", "classifier.6", false},
                                         {"densenet121", "classifier", false},
                                         {"squeezenet1_1", "classifier.1", false},
                                         {"efficientnet_b0", "classifier.1", false},
                                         {"swin_t", "head", false},
                                         {"vit_b_16", "heads.head", true}}) {
    const auto match = RecogniseNetwork(ArraysOf(row.network + " {}"), "/w");
    ASSERT_THAT(match, IsOk()) << row.network;
    EXPECT_EQ(match->name, row.network);
    EXPECT_EQ(match->head, row.head);
    EXPECT_EQ(match->is_fixed_size, row.is_fixed_size) << row.network;
    EXPECT_TRUE(match->knows_imagenet);
    EXPECT_EQ(match->model.initial_weights().weights_file(), "/w");
    EXPECT_THAT(match->model.initial_weights().reinitialise(), ElementsAre(row.head));
  }
}

TEST(PretrainedNetworkTest, WrappersAndCountersDoNotCount) {
  std::vector<ArrayView> arrays;
  for (ArrayView array : ArraysOf("resnet18 {}", /*classes=*/7)) {
    if (absl::EndsWith(array.name, "num_batches_tracked")) continue;
    array.name = absl::StrCat("module._orig_mod.", array.name);
    arrays.push_back(array);
  }
  const auto match = RecogniseNetwork(arrays, "/w");
  ASSERT_THAT(match, IsOk());
  EXPECT_EQ(match->name, "resnet18");
}

// models/zoo/testdata/names.py: the same tensors, in the same order, under others' names. One of the
// files has no head.
TEST(PretrainedNetworkTest, OthersNamesAreKnown) {
  for (const auto& [network, origin] : {std::pair("mobilenet_v2", "old"), std::pair("efficientnet_b0", "timm"),
                                        std::pair("convnext_tiny", "timm"), std::pair("efficientnet_lite0", "tensorflow")}) {
    const auto text = ReadFile(absl::StrCat("models/zoo/testdata/names/", network, ".", origin, ".txt"));
    ASSERT_THAT(text, IsOk());
    const std::vector<std::string> names = absl::StrSplit(*text, '\n', absl::SkipEmpty());
    std::vector<ArrayView> arrays = ArraysOf(absl::StrCat(network, " {}"));
    arrays.resize(names.size());
    for (size_t i = 0; i < names.size(); ++i) arrays[i].name = names[i];
    const auto match = RecogniseNetwork(arrays, "/w");
    ASSERT_THAT(match, IsOk()) << network;
    EXPECT_EQ(match->name, network);
    EXPECT_EQ(match->model.efficientnet_lite0().tensorflow(), match->model.has_efficientnet_lite0()) << "its padding is TensorFlow's";
  }
  const auto own = RecogniseNetwork(ArraysOf("efficientnet_lite0 {}"), "/w");
  ASSERT_THAT(own, IsOk());
  EXPECT_FALSE(own->model.efficientnet_lite0().tensorflow());
}

TEST(PretrainedNetworkTest, AFirstPartOfAllNamesIsRenamed) {
  std::vector<ArrayView> arrays = ArraysOf("resnet18 {}");
  for (ArrayView& array : arrays) array.name = absl::StrCat("net.", array.name);
  const auto match = RecogniseNetwork(arrays, "/w");
  ASSERT_THAT(match, IsOk());
  ASSERT_EQ(match->model.initial_weights().rename_size(), 1);
  EXPECT_EQ(match->model.initial_weights().rename(0).from(), "^net\\.");
}

TEST(PretrainedNetworkTest, HalfNumbersAreConverted) {
  std::vector<ArrayView> arrays = ArraysOf("resnet18 {}");
  for (ArrayView& array : arrays) array.dtype = "F16";
  const auto match = RecogniseNetwork(arrays, "/w");
  ASSERT_THAT(match, IsOk());
  EXPECT_TRUE(match->model.initial_weights().convert_types());
  EXPECT_FALSE(RecogniseNetwork(ArraysOf("resnet18 {}"), "/w")->model.initial_weights().has_convert_types());
}

TEST(PretrainedNetworkTest, TensorsBeyondTheNetworkAreIgnored) {
  std::vector<ArrayView> arrays = ArraysOf("resnet18 {}");
  arrays.push_back({"projector.0.weight", "F32", {2, 2}, ""});
  arrays.push_back({"projector.0.bias", "F32", {2}, ""});
  const auto match = RecogniseNetwork(arrays, "/w");
  ASSERT_THAT(match, IsOk());
  EXPECT_THAT(match->model.initial_weights().allow_unexpected(), ElementsAre("projector"));
}

TEST(PretrainedNetworkTest, ARunOfMicaTellsItsWidthAndItsChannels) {
  const auto match = RecogniseNetwork(ArraysOf("resnet9 { channels: 24 }", /*classes=*/5, /*channels=*/1), "/w");
  ASSERT_THAT(match, IsOk());
  EXPECT_EQ(match->model.resnet9().channels(), 24);
  EXPECT_EQ(match->channels, 1);
  EXPECT_FALSE(match->knows_imagenet);
}

TEST(PretrainedNetworkTest, OtherFilesAreRefusedWithTheNearestNetwork) {
  std::vector<ArrayView> arrays = ArraysOf("resnet18 {}");
  arrays[0].shape[0] += 1;
  EXPECT_THAT(RecogniseNetwork(arrays, "/w"),
              Fails(ExitCode::kCheckpoint, HasSubstr("99 of 100 of those of resnet18 are there with their shapes, and the file has 122")));
  EXPECT_THAT(RecogniseNetwork({{"a", "F32", {3}, ""}}, "/w"), Fails(ExitCode::kCheckpoint, HasSubstr("its 1 tensors are of no network")));
  EXPECT_THAT(RecogniseNetwork({}, "/w"), Fails(ExitCode::kCheckpoint, HasSubstr("its 0 tensors are of no network")));
}

}  // namespace
}  // namespace mica
