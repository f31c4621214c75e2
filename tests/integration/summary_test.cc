// mica summary from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

MicaResult Summarize(const TinyExperiment& tiny, const std::string& set) {
  return RunMica({{"summary", "x.textproto", "--set=" + set}, tiny.folder()});
}

TEST(SummaryTest, ShowsLayersAndTotals) {
  const TinyExperiment tiny("summary");
  const MicaResult result = Summarize(tiny, "model { tiny_vgg { hidden_channels: 4 } } loader { batch_size: 16 }");
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_EQ(result.out, R"(layer         kind      output  parameters  multiply-adds
              image     1x8x8
block_1.0     conv2d    4x8x8           40           2304
block_1.1     relu      4x8x8            0              0
block_1.2     conv2d    4x8x8          148           9216
block_1.3     relu      4x8x8            0              0
block_1.4     max_pool  4x4x4            0              0
block_2.0     conv2d    4x4x4          148           2304
block_2.1     relu      4x4x4            0              0
block_2.2     conv2d    4x4x4          148           2304
block_2.3     relu      4x4x4            0              0
block_2.4     max_pool  4x2x2            0              0
classifier.0  flatten   16               0              0
classifier.1  linear    3               51             48
total                                  535          16176

Multiply-adds are those of one image: of convolutions and linear layers, without biases.
Weights: 0.002 MiB.
Activations: 0.084 MiB for a training batch of 16: outputs of all layers, without gradients.
)");
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(tiny.Path("runs")));
}

// However large the numbers and however long the names.
TEST(SummaryTest, StaysWithin100Columns) {
  const TinyExperiment tiny("columns");
  const std::string name(100, 'x');
  std::string layers;
  for (int i = 0; i < 60; ++i)
    absl::StrAppend(&layers, "layer { name: '", name.substr(i), "' conv2d { out_channels: 200 padding_px: 1 } } ");
  const MicaResult result = Summarize(
      tiny, absl::StrCat("model { sequential { layer { conv2d { out_channels: 200 kernel_size_px: 1 padding_px: 100 } } layer { name: '",
                         name, "' block { ", layers, "} } layer { global_average_pool {} } layer { linear {} } } }"));
  EXPECT_EQ(result.exit_code, 0) << result;
  const std::vector<std::string> lines = absl::StrSplit(result.out, '\n');
  EXPECT_THAT(lines, SizeIs(testing::Gt(64)));
  // An ellipsis is one column in three bytes.
  for (const std::string& line : lines) EXPECT_LE(line.size(), 102) << line;
  EXPECT_THAT(result.out, HasSubstr("…xxxxxxxxxxxxxxxxxxxxxxxxxxxxx  conv2d"));
}

TEST(SummaryTest, TellsOfBatchSizesThatCostSpeed) {
  const TinyExperiment tiny("batch_size");
  const auto shown = [&](const std::string& set) { return Summarize(tiny, set).out; };
  EXPECT_THAT(
      shown("model { tiny_vgg {} } loader { batch_size: 50 }"),
      HasSubstr("\nloader.batch_size 50 is no multiple of 16; on a CPU, convolutions of at most\n12 channels compute faster if it is.\n"));
  EXPECT_THAT(shown("model { tiny_vgg {} } loader { batch_size: 48 }"), Not(HasSubstr("multiple of 16")));
  EXPECT_THAT(shown("model { tiny_vgg { hidden_channels: 40 } } loader { batch_size: 50 }"), Not(HasSubstr("multiple of 16")));
  EXPECT_THAT(shown("model { linear {} } loader { batch_size: 50 }"), Not(HasSubstr("multiple of 16")));
}

TEST(SummaryTest, LayersThatDoNotFitAreAConfigError) {
  const TinyExperiment tiny("misfit");
  const MicaResult result = Summarize(tiny, "model { sequential { layer { linear {} } } }");
  EXPECT_EQ(result.exit_code, 2) << result;
  EXPECT_THAT(result.err, StartsWith("error: --set:1:30: model.sequential.layer[0].linear: needs a flat input, gets 1x8x8 from the data"));
  EXPECT_THAT(result.out, IsEmpty());
}

TEST(SummaryTest, FaultsHaveTheirExitCodes) {
  const TinyExperiment tiny("codes");
  EXPECT_EQ(RunMica({{"summary"}, tiny.folder()}).exit_code, 1);
  EXPECT_EQ(Summarize(tiny, "dataset { idx { folder: 'nowhere' } }").exit_code, 3);
  MicaCommand to_full_disk = {{"summary", "x.textproto"}, tiny.folder()};
  to_full_disk.stdout_file = "/dev/full";
  const MicaResult result = RunMica(to_full_disk);
  EXPECT_EQ(result.exit_code, 5) << result;
  EXPECT_THAT(result.err, AllOf(HasSubstr("stdout: cannot write the summary"), HasSubstr("No space left on device")));
}

}  // namespace
}  // namespace mica
