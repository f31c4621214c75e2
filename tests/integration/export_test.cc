// mica export from outside: what is written can be read again, gives the same predictions, and runs
// in OpenCV's dnn. predict and evaluate of an experiment with initial weights.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <opencv2/dnn.hpp>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/testing/gzip_file.h"
#include "base/testing/test_files.h"
#include "eval/report/evaluation_report.pb.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/run_files.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::HasSubstr;

constexpr char kRun[] = "runs/tiny/a";
constexpr char kModel[] = "model { tiny_vgg { hidden_channels: 4 } } ";

// A folder with a run of a convolutional network.
TinyExperiment TrainedExperiment(const std::string& name) {
  TinyExperiment tiny(name);
  const MicaResult trained = RunMica({{"train", "x.textproto", "--run_name=a", absl::StrCat("--set=", kModel)}, tiny.folder()});
  EXPECT_EQ(trained.exit_code, 0) << trained;
  return tiny;
}

MicaResult Export(const TinyExperiment& tiny, std::vector<std::string> flags, const std::string& word = kRun) {
  flags.insert(flags.begin(), {"export", word});
  return RunMica({flags, tiny.folder()});
}

// The fragment that gives x.textproto the model, with weights from a file.
std::string From(const std::string& file) {
  return absl::StrCat("--set=model { tiny_vgg { hidden_channels: 4 } initial_weights { weights_file: '", file, "' } }");
}

TEST(ExportTest, WeightsComeBackAndPredictTheSame) {
  const TinyExperiment tiny = TrainedExperiment("export_round_trip");
  for (const char* const file : {"w.safetensors", "w.pth"}) {
    const MicaResult exported = Export(tiny, {absl::StrCat("--output=", file)});
    ASSERT_EQ(exported.exit_code, 0) << exported;
    EXPECT_THAT(exported.out, HasSubstr("input   f32 [N,1,8,8], grey, pixel / 255"));

    const MicaResult evaluated = RunMica({{"evaluate", "x.textproto", From(file)}, tiny.folder()});

    ASSERT_EQ(evaluated.exit_code, 0) << evaluated;
    const std::string fingerprint = FormatFingerprint(Fingerprint(ReadTestFile(tiny.Path(file))));
    const std::string folder = absl::StrCat("evaluations/tiny/test-", fingerprint.substr(0, 8));
    EXPECT_EQ(ReadTestFile(tiny.Path(folder + "/predictions.csv")), ReadTestFile(tiny.RunPath("a", "predictions.csv"))) << file;
    const auto report = ReadTextproto<EvaluationReport>(tiny.Path(folder + "/evaluation.textproto"));
    EXPECT_EQ(report.weights_file(), tiny.Path(file));
    EXPECT_THAT(report.set(), HasSubstr(file));
  }
}

TEST(ExportTest, WhatWasReadIsWrittenAgainByteForByte) {
  const TinyExperiment tiny = TrainedExperiment("export_again");
  for (const std::string ending : {".safetensors", ".pth", ".onnx", ".torchscript"}) {
    ASSERT_EQ(Export(tiny, {"--output=w.safetensors"}).exit_code, 0);
    ASSERT_EQ(Export(tiny, {"--output=first" + ending}).exit_code, 0) << ending;
    const MicaResult again = Export(tiny, {"--output=second" + ending, From("w.safetensors")}, "x.textproto");
    ASSERT_EQ(again.exit_code, 0) << again;
    EXPECT_EQ(ReadTestFile(tiny.Path("first" + ending)), ReadTestFile(tiny.Path("second" + ending))) << ending;
  }
}

// The test pictures of the data set, pixels from 0 to 255 [N,1,8,8].
cv::Mat TestPictures(const TinyExperiment& tiny) {
  const std::string bytes = ReadGzipFile(tiny.Path("data/t10k-images-idx3-ubyte.gz"));
  constexpr int kHeader = 16, kSide = 8;
  const int count = static_cast<int>(bytes.size() - kHeader) / (kSide * kSide);
  const int sizes[] = {count, 1, kSide, kSide};
  cv::Mat pictures(4, sizes, CV_32F);
  for (size_t i = kHeader; i < bytes.size(); ++i) pictures.ptr<float>()[i - kHeader] = static_cast<uint8_t>(bytes[i]);
  return pictures;
}

TEST(ExportTest, OpenCvRunsTheOnnxFile) {
  const TinyExperiment tiny = TrainedExperiment("export_onnx");
  const MicaResult exported = Export(tiny, {"--output=m.onnx", "--softmax", "--pixels"});
  ASSERT_EQ(exported.exit_code, 0) << exported;

  cv::dnn::Net network = cv::dnn::readNetFromONNX(tiny.Path("m.onnx"));
  network.setInput(TestPictures(tiny));
  const cv::Mat probabilities = network.forward();

  ASSERT_EQ(probabilities.cols, 3);
  const TestTable own = ReadTestCsv(tiny.RunPath("a", "predictions.csv"));
  for (int column = 0; column < 3; ++column) {
    const std::vector<std::string> cells = own.Column(absl::StrCat("prob_", column));
    ASSERT_EQ(static_cast<size_t>(probabilities.rows), cells.size());
    for (int row = 0; row < probabilities.rows; ++row) {
      EXPECT_NEAR(probabilities.at<float>(row, column), std::stod(cells[row]), 1e-4) << row << " " << column;
    }
  }
}

TEST(ExportTest, ClassNamesAndPreprocessingTravel) {
  const TinyExperiment tiny = TrainedExperiment("export_metadata");
  for (const char* const file : {"m.onnx", "m.safetensors", "m.pth", "m.torchscript"}) {
    ASSERT_EQ(Export(tiny, {absl::StrCat("--output=", file)}).exit_code, 0);
    const std::string bytes = ReadTestFile(tiny.Path(file));
    EXPECT_TRUE(absl::StrContains(bytes, "mica.class_names")) << file;
    EXPECT_TRUE(absl::StrContains(bytes, "mica.preprocessing")) << file;
  }
}

TEST(ExportTest, AnExperimentWithWeightsPredictsWithoutItsData) {
  const TinyExperiment tiny = TrainedExperiment("export_predict");
  WriteTestFile(tiny.Path("picture.pgm"), absl::StrCat("P5 8 8 255\n", std::string(64, 'x')));
  const MicaResult by_run = RunMica({{"predict", kRun, "picture.pgm", "--csv=run.csv"}, tiny.folder()});
  ASSERT_EQ(by_run.exit_code, 0) << by_run;
  std::filesystem::remove_all(tiny.Path("data"));
  for (const char* const file : {"w.safetensors", "w.pth"}) {
    ASSERT_EQ(Export(tiny, {absl::StrCat("--output=", file)}).exit_code, 0);
    const MicaResult result = RunMica({{"predict", "x.textproto", "picture.pgm", "--csv=own.csv", From(file)}, tiny.folder()});
    ASSERT_EQ(result.exit_code, 0) << result;
    EXPECT_EQ(ReadTestFile(tiny.Path("own.csv")), ReadTestFile(tiny.Path("run.csv"))) << file << ": its classes have their names";
  }
}

TEST(ExportTest, ARandomModelAnswersNothing) {
  const TinyExperiment tiny("export_random");
  WriteTestFile(tiny.Path("picture.pgm"), absl::StrCat("P5 8 8 255\n", std::string(64, 'x')));
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"export", "x.textproto", "--output=m.onnx"}, {"predict", "x.textproto", "picture.pgm"}, {"evaluate", "x.textproto"}}) {
    const MicaResult result = RunMica({arguments, tiny.folder()});
    EXPECT_EQ(result.exit_code, 2) << result;
    EXPECT_THAT(result.err, HasSubstr("x.textproto has no model.initial_weights, so it would answer at random"));
  }
  EXPECT_FALSE(std::filesystem::exists(tiny.Path("m.onnx")));
}

TEST(ExportTest, AHeadThatStaysRandomAnswersNothing) {
  const TinyExperiment tiny = TrainedExperiment("export_random_head");
  ASSERT_EQ(Export(tiny, {"--output=w.safetensors"}).exit_code, 0);
  const std::string set =
      "--set=model { tiny_vgg { hidden_channels: 4 } initial_weights { weights_file: 'w.safetensors' reinitialise: '*' } }";
  const MicaResult result = RunMica({{"evaluate", "x.textproto", set}, tiny.folder()});
  EXPECT_EQ(result.exit_code, 2) << result;
  EXPECT_THAT(result.err, HasSubstr("model.initial_weights.reinitialise: leaves weights random (\"*\"), so it would answer at random"));
}

TEST(ExportTest, WhatTheModelComesFromIsNotOverwritten) {
  const TinyExperiment tiny = TrainedExperiment("export_overwrite");
  ASSERT_EQ(Export(tiny, {"--output=w.safetensors"}).exit_code, 0);
  const std::string weights = ReadTestFile(tiny.Path("w.safetensors")), experiment = ReadTestFile(tiny.Path("x.textproto"));
  const MicaResult in_run = Export(tiny, {"--output=runs/tiny/a/experiment.textproto", "--format=ONNX"});
  EXPECT_EQ(in_run.exit_code, 1) << in_run;
  EXPECT_THAT(in_run.err, HasSubstr("lies in the run's folder"));
  for (const char* const output : {"w.safetensors", "x.textproto"}) {
    const MicaResult result = Export(tiny, {absl::StrCat("--output=", output), "--format=TORCH", From("w.safetensors")}, "x.textproto");
    EXPECT_EQ(result.exit_code, 1) << result;
  }
  EXPECT_EQ(ReadTestFile(tiny.Path("w.safetensors")), weights);
  EXPECT_EQ(ReadTestFile(tiny.Path("x.textproto")), experiment);
}

TEST(ExportTest, MistakesAreNamedBeforeAnythingIsRead) {
  const TinyExperiment tiny("export_mistakes");
  const auto expect = [&](const std::vector<std::string>& flags, const std::string& message) {
    const MicaResult result = Export(tiny, flags, "nowhere");
    EXPECT_NE(result.exit_code, 0) << result;
    EXPECT_THAT(result.err, HasSubstr(message));
  };
  expect({}, "--output=FILE is required");
  expect({"--output=model"}, "its ending names no format; say --format=SAFETENSORS, TORCH, TORCHSCRIPT, ONNX");
  expect({"--output=model", "--format=ONX"}, "--format=ONX: expected SAFETENSORS, TORCH, TORCHSCRIPT, ONNX; did you mean \"ONNX\"?");
  expect({"--output=model.pth", "--softmax"}, "--softmax is for --format=ONNX alone");
  expect({"--output=/nowhere/model.onnx"}, "/nowhere");
}

}  // namespace
}  // namespace mica
