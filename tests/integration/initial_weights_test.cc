// A run that begins with the weights of another one, from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "eval/report/run_report.pb.h"
#include "tests/integration/checkpoint_files.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/run_files.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::HasSubstr;

MicaResult Train(const TinyExperiment& tiny, const std::string& run, const std::string& set) {
  return RunMica({{"train", "x.textproto", "--run_name=" + run, "--set=" + set}, tiny.folder()});
}

constexpr char kWeights[] = "runs/tiny/a/checkpoints/step-000000018/model.safetensors";

std::string From(const std::string& more = "") {
  return absl::StrCat("model { linear {} initial_weights { weights_file: '", kWeights, "' ", more, " } } ");
}

TEST(InitialWeightsTest, TrainingGoesOnWhereTheFileEnds) {
  const TinyExperiment tiny("initial_weights");
  ASSERT_EQ(Train(tiny, "a", "").exit_code, 0);

  const MicaResult result = Train(tiny, "b", From() + "optimizer { sgd { learning_rate: 1e-12 } }");

  ASSERT_EQ(result.exit_code, 0) << result;
  const TestTable before = ReadTestCsv(tiny.RunPath("a", "summary.csv")), after = ReadTestCsv(tiny.RunPath("b", "summary.csv"));
  EXPECT_NEAR(after.Number("test_loss"), before.Number("test_loss"), 1e-6) << "steps of nearly nothing leave the loss where it was";
  EXPECT_EQ(after.Cell("test_accuracy"), before.Cell("test_accuracy"));
}

TEST(InitialWeightsTest, TheRunRecordsFileAndFingerprint) {
  const TinyExperiment tiny("initial_weights_record");
  ASSERT_EQ(Train(tiny, "a", "").exit_code, 0);
  const MicaResult result = Train(tiny, "b", From());
  ASSERT_EQ(result.exit_code, 0) << result;

  EXPECT_THAT(result.out, HasSubstr("  initial_weights.csv "));
  const auto report = ReadTextproto<RunReport>(tiny.RunPath("b", "run.textproto"));
  EXPECT_EQ(report.initial_weights_file(), tiny.Path(kWeights));
  EXPECT_EQ(report.initial_weights_fingerprint(), FormatFingerprint(Fingerprint(ReadTestFile(tiny.Path(kWeights)))));
  EXPECT_THAT(ReadTestFile(tiny.RunPath("b", "log.txt")), HasSubstr("initial_weights xxh3="));
  const TestTable rows = ReadTestCsv(tiny.RunPath("b", "initial_weights.csv"));
  EXPECT_EQ(rows.Cell("name"), "layer_stack.1.weight");
  EXPECT_EQ(rows.Cell("fate"), "matched");
  EXPECT_FALSE(ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto")).has_initial_weights_file());
  EXPECT_FALSE(std::filesystem::exists(tiny.RunPath("a", "initial_weights.csv")));
}

TEST(InitialWeightsTest, TheResolvedExperimentRepeatsTheRunFromAnywhere) {
  const TinyExperiment tiny("initial_weights_repeat");
  ASSERT_EQ(Train(tiny, "a", "").exit_code, 0);
  ASSERT_EQ(Train(tiny, "b", From()).exit_code, 0);
  EXPECT_THAT(ReadTestFile(tiny.RunPath("b", "experiment.textproto")),
              HasSubstr(absl::StrCat("weights_file: \"", tiny.Path(kWeights), "\"")));

  const MicaResult again =
      RunMica({{"train", tiny.RunPath("b", "experiment.textproto"), "--run_name=c", "--output_dir=" + tiny.Path("runs")}, "/"});

  ASSERT_EQ(again.exit_code, 0) << again;
  EXPECT_EQ(MaskedCsv(tiny.RunPath("c", "metrics.csv")), MaskedCsv(tiny.RunPath("b", "metrics.csv")));
  const std::string weights = "checkpoints/step-000000018/model.safetensors";
  EXPECT_EQ(ReadTestFile(tiny.RunPath("c", weights)), ReadTestFile(tiny.RunPath("b", weights)));
}

// Evaluating such a run needs its checkpoint, not the file that it began with.
TEST(InitialWeightsTest, EvaluateDoesNotNeedTheFile) {
  const TinyExperiment tiny("initial_weights_evaluate");
  ASSERT_EQ(Train(tiny, "a", "").exit_code, 0);
  ASSERT_EQ(Train(tiny, "b", From()).exit_code, 0);
  std::filesystem::remove_all(tiny.RunPath("a", ""));
  const MicaResult result = RunMica({{"evaluate", "runs/tiny/b"}, tiny.folder()});
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_EQ(ReadTestFile(tiny.RunPath("b", "evaluations/test/predictions.csv")), ReadTestFile(tiny.RunPath("b", "predictions.csv")));
}

// Three equal channels give what the grey one gave.
TEST(InitialWeightsTest, AGreyFileFillsAModelForColoursIfTheExperimentSaysHow) {
  const TinyExperiment tiny("initial_weights_colours");
  ASSERT_EQ(Train(tiny, "a", "model { tiny_vgg {} }").exit_code, 0);
  const auto in_colours = [](const std::string& more) {
    return absl::StrCat(
        "decode { colour: RGB } optimizer { sgd { learning_rate: 1e-12 } } model { tiny_vgg {} initial_weights { weights_file: '", kWeights,
        "' ", more, " } }");
  };

  const MicaResult refused = Train(tiny, "b", in_colours(""));
  const MicaResult result = Train(tiny, "c", in_colours("first_convolution: REPEAT_GREY"));

  EXPECT_EQ(refused.exit_code, 4) << refused;
  EXPECT_THAT(refused.err, HasSubstr("write model.initial_weights.first_convolution: REPEAT_GREY"));
  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_NEAR(ReadTestCsv(tiny.RunPath("c", "summary.csv")).Number("test_loss"),
              ReadTestCsv(tiny.RunPath("a", "summary.csv")).Number("test_loss"), 1e-5);
  EXPECT_THAT(ReadTestFile(tiny.RunPath("c", "log.txt")), HasSubstr("9 matched, 1 adapted"));
}

TEST(InitialWeightsTest, AFileOfAnotherNetworkIsCalledThat) {
  const TinyExperiment tiny("initial_weights_other_network");
  ASSERT_EQ(Train(tiny, "a", "model { tiny_vgg {} }").exit_code, 0);

  const MicaResult result = Train(tiny, "b", From());

  EXPECT_EQ(result.exit_code, 4) << result;
  EXPECT_THAT(result.err, HasSubstr("its tensors are those of tiny_vgg, while the model is linear; write model { tiny_vgg {} … }"));
}

TEST(InitialWeightsTest, InitialisationDecidesHowARunBegins) {
  const TinyExperiment tiny("initialisation");
  const std::string still = "optimizer { sgd { learning_rate: 1e-12 } } model { linear {} initialisation { rule { ";

  const MicaResult result = Train(tiny, "zero", still + "pattern: '*.2' tensor: ALL constant { value: 0 } } } }");
  const MicaResult refused = Train(tiny, "refused", still + "pattern: 'layer_stck.2' constant { value: 0 } } } }");

  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_NEAR(ReadTestCsv(tiny.RunPath("zero", "summary.csv")).Number("test_loss"), std::log(3.0), 1e-5) << "equal logits of 3 classes";
  EXPECT_EQ(refused.exit_code, 2) << refused;
  EXPECT_THAT(refused.err,
              HasSubstr("model.initialisation.rule[0].pattern[0] covers no tensor: none is called \"layer_stck.2\"; did you mean "
                        "\"layer_stack.2\"?"));
}

}  // namespace
}  // namespace mica
