// mica summary from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/testing/test_files.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/run_files.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

MicaResult Summarize(const TinyExperiment& tiny, const std::string& set) {
  return RunMica({{"summary", "x.textproto", "--set=" + set}, tiny.folder()});
}

TEST(SummaryTest, ShowsLayersAndTotals) {
  const TinyExperiment tiny("summary");
  const MicaResult result = Summarize(tiny, "model { tiny_vgg { hidden_channels: 4 } } loader { batch_size: 16 }");
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_EQ(result.out, R"(layer         kind      input  output  parameters  multiply-adds    MiB
block_1.0     conv2d    1x8x8  4x8x8           40           2304  0.016
block_1.1     relu      4x8x8  4x8x8            0              0  0.016
block_1.2     conv2d    4x8x8  4x8x8          148           9216  0.016
block_1.3     relu      4x8x8  4x8x8            0              0  0.016
block_1.4     max_pool  4x8x8  4x4x4            0              0  0.004
block_2.0     conv2d    4x4x4  4x4x4          148           2304  0.004
block_2.1     relu      4x4x4  4x4x4            0              0  0.004
block_2.2     conv2d    4x4x4  4x4x4          148           2304  0.004
block_2.3     relu      4x4x4  4x4x4            0              0  0.004
block_2.4     max_pool  4x4x4  4x2x2            0              0  0.001
classifier.0  flatten   4x2x2  16               0              0  0.001
classifier.1  linear    16     3               51             48  0.000
total                   1x8x8  3              535          16176  0.084

Multiply-adds are those of one image: of convolutions, linear layers and attention, without biases.
MiB are those of a training batch of 16: what comes out of a layer, without gradients.
Weights take 0.002 MiB.
Training takes at least 0.1 MiB: weights, gradients, what the optimizer and the backward pass keep.
)");
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(tiny.Path("runs")));
}

TEST(SummaryTest, ADepthShowsBlocksAndACsvHoldsTheSameRows) {
  const TinyExperiment tiny("depth");
  const MicaResult result =
      RunMica({{"summary", "x.textproto", "--set=model { tiny_vgg { hidden_channels: 4 } }", "--depth=1", "--csv=s.csv"}, tiny.folder()});
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out, AllOf(StartsWith("layer       kind   input  output  parameters  multiply-adds    MiB\n"
                                           "block_1     block  1x8x8  4x4x4          188          11520  "),
                                HasSubstr("\ns.csv: a row for each of these layers\n")));
  const TestTable table = ReadTestCsv(tiny.Path("s.csv"));
  EXPECT_THAT(table.Column("layer"), ElementsAre("block_1", "block_2", "classifier"));
  EXPECT_THAT(table.Column("parameters"), ElementsAre("188", "296", "51"));
  EXPECT_THAT(table.Column("trained"), ElementsAre("188", "296", "51"));
  EXPECT_THAT(table.Column("milliseconds"), ElementsAre("", "", ""));
}

TEST(SummaryTest, ShowsWhatIsFrozen) {
  const TinyExperiment tiny("frozen");
  const std::string groups =
      "model { tiny_vgg { hidden_channels: 4 } } optimizer { sgd { learning_rate: 0.1 } group { name: 'all' rest: true } ";
  const MicaResult result = Summarize(tiny, groups + "group { name: 'stem' pattern: 'block_1' freeze {} } }");
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out, AllOf(HasSubstr("parameters  trained  multiply-adds"), HasSubstr("         148        0           9216"),
                                HasSubstr("; 188 of 535 parameters are frozen.\n")));
  // Whoever got a name wrong looks it up here.
  const MicaResult wrong = Summarize(tiny, groups + "group { name: 'stem' pattern: 'blok_1' freeze {} } }");
  EXPECT_EQ(wrong.exit_code, 0) << wrong;
  EXPECT_THAT(wrong.err, AllOf(StartsWith("warning: --set:1:"), HasSubstr("blok_1")));
  EXPECT_THAT(wrong.out, HasSubstr("block_1.0"));
}

TEST(SummaryTest, MeasuresTimes) {
  const TinyExperiment tiny("time");
  const MicaResult result =
      RunMica({{"summary", "x.textproto", "--set=model { tiny_vgg {} }", "--time", "--time_batch=3", "--csv=s.csv"}, tiny.folder()});
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out, AllOf(HasSubstr(" forward passes of 3 images on cpu, layer by layer.\n"), HasSubstr(" images/s.\n")));
  const TestTable table = ReadTestCsv(tiny.Path("s.csv"));
  ASSERT_EQ(table.rows.size(), 12);
  for (const std::string& milliseconds : table.Column("milliseconds")) {
    EXPECT_GT(std::atof(milliseconds.c_str()), 0);
    EXPECT_LT(std::atof(milliseconds.c_str()), 1000);
  }
}

// The list, read back, is the same model with the same first weights.
TEST(SummaryTest, PrintsAModelAsLayersThatReadBack) {
  const TinyExperiment tiny("as_layers");
  const std::string set = "--set=model { tiny_vgg {} initialisation { rule { pattern: 'classifier' normal { std: 3 } } } } seed: 7";
  const MicaResult printed = RunMica({{"summary", "x.textproto", set, "--as_layers"}, tiny.folder()});
  ASSERT_EQ(printed.exit_code, 0) << printed;
  EXPECT_THAT(printed.out, AllOf(HasSubstr("sequential {"), HasSubstr("name: \"block_1\""), HasSubstr("normal {"), Not(HasSubstr("sgd"))));
  WriteTestFile(tiny.Path("model.textproto"), printed.out);
  WriteTestFile(tiny.Path("y.textproto"), "include: 'x.textproto' include: 'model.textproto' seed: 7");
  const MicaResult zoo = RunMica({{"summary", "x.textproto", set, "--statistics"}, tiny.folder()});
  const MicaResult list = RunMica({{"summary", "y.textproto", "--statistics"}, tiny.folder()});
  EXPECT_EQ(list.exit_code, 0) << list;
  EXPECT_EQ(list.out, zoo.out);
}

TEST(SummaryTest, StatisticsTellWeightsFromOutputs) {
  const TinyExperiment tiny("statistics");
  WriteTestFile(tiny.Path("p.pgm"), "P5\n8 8\n255\n" + std::string(64, 'x'));
  const MicaResult result = RunMica({{"summary", "x.textproto", "--statistics", "--image=p.pgm",
                                      "--set=model { linear {} initialisation { rule { pattern: '*.1' constant { value: 0.25 } } } }"},
                                     tiny.folder()});
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out, HasSubstr("\nWeights (not outputs of layers):\ntensor                values  weights                  "));
  EXPECT_THAT(
      result.out,
      ContainsRegex(
          "\nlayer_stack\\.1\\.weight +640 +as its layer draws it [^\n]+\n +as training begins +0\\.25 +0 +0\\.25 +0\\.25 +100\\.0%"));
  EXPECT_THAT(result.out, ContainsRegex("\nlayer_stack\\.2\\.weight +30 +as its layer draws it [^\n]+\nlayer_stack"));
  EXPECT_THAT(result.out, HasSubstr("\nOutputs of layers (not weights) for p.pgm, with the weights as training begins:\nlayer "));
  // 64 pixels of 120 / 255, each times a quarter, and a bias of at most 1 / 8.
  EXPECT_THAT(result.out, ContainsRegex("\nlayer_stack\\.1 +linear +10 +7\\."));
}

struct WrongCall {
  std::vector<std::string> flags;
  int exit_code;
  std::string message;
};

TEST(SummaryTest, WrongCallsSayWhatIsRight) {
  const TinyExperiment tiny("calls");
  const std::vector<WrongCall> calls = {
      {{"--depth=0"}, 1, "--depth=0: must be at least 1"},
      {{"--image=p.pgm"}, 1, "--image has no effect without --statistics"},
      {{"--time_batch=2"}, 1, "--time_batch has no effect without --time"},
      {{"--time", "--time_batch=0"}, 1, "--time_batch=0: expected 1 to 4096"},
      {{"--as_layers", "--depth=2"}, 1, "--as_layers prints the model alone; leave --depth out"},
      {{"--csv="}, 1, "--csv is empty"},
      {{"--csv=none/s.csv"}, 5, "the folder none does not exist"},
      {{"--statistics", "--image=p.pgm"}, 3, "p.pgm: No such file"},
      {{"--statistics", "--image=data"}, 3, "data"},
  };
  for (const WrongCall& call : calls) {
    std::vector<std::string> words = {"summary", "x.textproto"};
    words.insert(words.end(), call.flags.begin(), call.flags.end());
    const MicaResult result = RunMica({words, tiny.folder()});
    EXPECT_EQ(result.exit_code, call.exit_code) << result;
    EXPECT_THAT(result.err, HasSubstr(call.message));
    EXPECT_THAT(result.out, IsEmpty());
  }
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
