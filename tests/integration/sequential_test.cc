// Models written as lists of layers, trained from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/integration/checkpoint_files.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/run_files.h"
#include "tests/integration/tiny_experiment.h"
#include "training/checkpoint/safetensors_test_decoder.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

// Trains the shipped experiment on the small data and returns its run folder.
std::string TrainShipped(const TinyExperiment& tiny, const std::string& name) {
  const std::string shipped = absl::StrCat(getenv("TEST_SRCDIR"), "/", getenv("TEST_WORKSPACE"), "/experiments/", name, ".textproto");
  const std::string set =
      absl::StrCat("device: CPU dataset { idx { folder: '", tiny.Path("data"),
                   "' } class_names: [] } loader { batch_size: 16 } evaluation { batch_size: 16 } trainer { cpu_threads: 1 }");
  const MicaResult result = RunMica({{"train", shipped, "--run_name=a", "--set=" + set}, tiny.folder()});
  EXPECT_EQ(result.exit_code, 0) << result;
  return tiny.Path(absl::StrCat("runs/", name, "/a"));
}

std::string LatestWeights(const std::string& run) {
  return ReadTestFile(absl::StrCat(run, "/checkpoints/", NamedCheckpoint(run + "/checkpoints", "latest"), "/model.safetensors"));
}

// The experiment's comment promises this.
TEST(SequentialTest, TinyVggWrittenOutTrainsAlikeToTheLastBit) {
  const TinyExperiment tiny("written_out");
  const std::string zoo = TrainShipped(tiny, "fashion_mnist_tiny_vgg");
  const std::string written_out = TrainShipped(tiny, "fashion_mnist_sequential");
  EXPECT_EQ(ReadTestCsv(zoo + "/metrics.csv").rows.size(), 3);
  for (const std::string name : {"metrics.csv", "per_class.csv", "confusion_matrix.csv", "predictions.csv"}) {
    EXPECT_EQ(MaskedCsv(absl::StrCat(zoo, "/", name)), MaskedCsv(absl::StrCat(written_out, "/", name))) << name;
  }
  EXPECT_TRUE(LatestWeights(zoo) == LatestWeights(written_out));
  EXPECT_EQ(ReadTestCsv(written_out + "/summary.csv").Cell("model"), "sequential");
}

TEST(SequentialTest, CheckpointsHoldRunningStatistics) {
  const TinyExperiment tiny("running_statistics");
  const MicaResult result =
      RunMica({{"train", "x.textproto", "--run_name=a",
                "--set=model { sequential { layer { conv2d { out_channels: 4 } } layer { name: 'norm' batch_norm {} } "
                "layer { relu {} } layer { dropout {} } layer { global_average_pool {} } layer { linear {} } } }"},
               tiny.folder()});
  ASSERT_EQ(result.exit_code, 0) << result;
  const DecodedSafetensors weights = DecodeForTest(LatestWeights(tiny.RunPath("a", "")));
  EXPECT_THAT(weights.names, UnorderedElementsAre("0.weight", "0.bias", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var",
                                                  "norm.num_batches_tracked", "5.weight", "5.bias"));
  const DecodedArray& batches = weights.arrays.at("norm.num_batches_tracked");
  ASSERT_EQ(batches.dtype, "I64");
  int64_t steps = 0;
  ASSERT_EQ(batches.bytes.size(), sizeof(steps));
  std::memcpy(&steps, batches.bytes.data(), sizeof(steps));
  EXPECT_EQ(steps, 18);  // evaluation does not count
  EXPECT_THAT(weights.arrays.at("norm.running_mean").shape, ElementsAre(4));
  EXPECT_NE(weights.arrays.at("norm.running_mean").floats, std::vector<float>(4, 0));
}

// F17 and the like come later: nothing was written.
TEST(SequentialTest, LayersThatDoNotFitAreRefusedBeforeTraining) {
  const TinyExperiment tiny("do_not_fit");
  const MicaResult result =
      RunMica({{"train", "x.textproto", "--set=model { sequential { layer { max_pool { kernel_size_px: 9 } } } }"}, tiny.folder()});
  EXPECT_EQ(result.exit_code, 2) << result;
  EXPECT_THAT(result.err,
              HasSubstr("error: --set:1:30: model.sequential.layer[0].max_pool: needs at least 9x9 pixels, gets 1x8x8 from the data\n"));
  EXPECT_FALSE(std::filesystem::exists(tiny.Path("runs")));
}

TEST(SequentialTest, BadValuesAreReportedWhereTheyStand) {
  const TinyExperiment tiny("bad_values");
  const MicaResult result = RunMica({{"check", "x.textproto",
                                      "--set=model { sequential {\n layer { block { layer { conv2d { out_channels: 4\n stride: 0 } } } }\n "
                                      "layer { linear { outfeatures: 3 } } } }"},
                                     tiny.folder()});
  EXPECT_EQ(result.exit_code, 2) << result;
  EXPECT_THAT(result.err, HasSubstr("--set:3:2: model.sequential.layer[0].block.layer[0].conv2d.stride must be 1 to 255 (got 0)"));
  EXPECT_THAT(result.err, HasSubstr("did you mean \"out_features\"?"));
}

}  // namespace
}  // namespace mica
