// mica predict from outside: the run's own predictions, whatever the pictures come from, and what
// happens to pictures and files that cannot be used.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/testing/test_files.h"
#include "data/index/idx_test_files.h"
#include "eval/report/run_report.pb.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/run_files.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

MicaResult MicaIn(const TinyExperiment& tiny, std::vector<std::string> arguments) {
  return RunMica({std::move(arguments), tiny.folder()});
}

MicaResult Train(const TinyExperiment& tiny, const std::string& set = "") {
  return MicaIn(tiny, {"train", "x.textproto", "--run_name=a", "--set=" + set});
}

MicaResult Predict(const TinyExperiment& tiny, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"predict", "runs/tiny/a"});
  return MicaIn(tiny, std::move(arguments));
}

// The test split's 24 pictures as PNG files below test/.
void WritePictures(const TinyExperiment& tiny) {
  const MicaResult result = MicaIn(tiny, {"index", "x.textproto", "--write_images=test", "--split=test"});
  ASSERT_EQ(result.exit_code, 0) << result;
}

std::vector<std::string> PicturePaths(const TinyExperiment& tiny) {
  std::vector<std::string> paths;
  for (const std::string& path : FilesBelow(tiny.Path("test"))) {
    if (absl::EndsWith(path, ".png")) paths.push_back(path);
  }
  return paths;
}

const std::vector<std::string> kProbabilities = {"prob_0", "prob_1", "prob_2"};

// The rows' probabilities, sorted, so that tables of the same pictures in another order are equal.
std::vector<std::vector<std::string>> SortedProbabilities(const TestTable& table) {
  std::vector<std::vector<std::string>> rows(table.rows.size());
  for (const std::string& column : kProbabilities) {
    const std::vector<std::string> values = table.Column(column);
    for (size_t row = 0; row < rows.size(); ++row) rows[row].push_back(values[row]);
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

class PredictModelTest : public testing::TestWithParam<std::string> {};

TEST_P(PredictModelTest, ASplitAndItsPicturesGetTheRunsOwnPredictions) {
  const TinyExperiment tiny("predict_" + GetParam().substr(0, GetParam().find(' ')));
  ASSERT_EQ(Train(tiny, absl::StrCat("model { ", GetParam(), " }")).exit_code, 0);

  const MicaResult split = Predict(tiny, {"--split=test", "--csv=split.csv"});
  ASSERT_EQ(split.exit_code, 0) << split;
  EXPECT_THAT(split.err, IsEmpty());
  const TestTable own = ReadTestCsv(tiny.RunPath("a", "predictions.csv")), predicted = ReadTestCsv(tiny.Path("split.csv"));
  EXPECT_THAT(predicted.header, ElementsAre("path", "prediction", "prediction_name", "confidence", "prob_0", "prob_1", "prob_2"));
  ASSERT_EQ(predicted.rows.size(), 24);
  for (const std::string& column : predicted.header) EXPECT_EQ(predicted.Column(column), own.Column(column)) << column;

  // In the split's order: where an image stands among those of its forward pass moves last bits.
  WritePictures(tiny);
  std::vector<std::string> paths = PicturePaths(tiny);  // CLASS/test-POSITION.png
  std::sort(paths.begin(), paths.end(),
            [](const std::string& a, const std::string& b) { return a.substr(a.rfind('/')) < b.substr(b.rfind('/')); });
  WriteTestFile(tiny.Path("test/list.txt"), absl::StrJoin(paths, "\n"));
  const MicaResult pictures = Predict(tiny, {"--list=test/list.txt", "--csv=pictures.csv"});
  ASSERT_EQ(pictures.exit_code, 0) << pictures;
  const TestTable of_pictures = ReadTestCsv(tiny.Path("pictures.csv"));
  EXPECT_THAT(of_pictures.Cell("path"), StartsWith(tiny.Path("test/")));
  for (const std::string& column : predicted.header) {
    if (column == "path") continue;
    EXPECT_EQ(of_pictures.Column(column), own.Column(column)) << column;
  }
}

INSTANTIATE_TEST_SUITE_P(Models, PredictModelTest, testing::Values("linear {}", "tiny_vgg { hidden_channels: 3 }"),
                         [](const auto& info) { return absl::StrCat("Model", info.index); });

// The other tests need one run and its pictures.
class PredictTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(Train(tiny_).exit_code, 0);
    WritePictures(tiny_);
    pictures_ = PicturePaths(tiny_);
    ASSERT_EQ(pictures_.size(), 24);
  }

  std::string Picture(size_t i) const { return "test/" + pictures_[i]; }

  const TinyExperiment tiny_ = TinyExperiment("predict");
  std::vector<std::string> pictures_;
};

TEST_F(PredictTest, AFewPicturesAreShownManyAreCounted) {
  const MicaResult two = Predict(tiny_, {Picture(0), Picture(1), "--top_k=2"});
  EXPECT_EQ(two.exit_code, 0) << two;
  EXPECT_THAT(two.out, AllOf(StartsWith("picture"), HasSubstr(Picture(0)), HasSubstr(Picture(1)),
                             HasSubstr("the one that the run reports; 2 pictures\n")));
  EXPECT_EQ(std::count(two.out.begin(), two.out.end(), '\n'), 6);

  const MicaResult all = Predict(tiny_, {"test"});
  EXPECT_EQ(all.exit_code, 0) << all;
  EXPECT_THAT(all.out,
              AllOf(StartsWith("class  pictures   share  mean confidence\n"), HasSubstr("--csv=FILE writes"), Not(HasSubstr(".png"))));
  EXPECT_THAT(Predict(tiny_, {"test", "--top_k=1"}).out, HasSubstr(Picture(23)));
}

TEST_F(PredictTest, AListNamesPicturesInItsOrder) {
  std::filesystem::create_directory(tiny_.Path("lists"));
  WriteTestFile(tiny_.Path("lists/l.txt"), absl::StrCat("../", Picture(5), "\n../", Picture(2), "\n"));
  const MicaResult result = Predict(tiny_, {"--list=lists/l.txt", "--csv=l.csv"});
  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(ReadTestCsv(tiny_.Path("l.csv")).Column("path"), ElementsAre(tiny_.Path(Picture(5)), tiny_.Path(Picture(2))));
}

// One is no picture, one is missing, one turns out to be cut off only when it is decoded.
TEST_F(PredictTest, WhatCannotBeReadIsNamedAndTheRestGoesOn) {
  WriteTestFile(tiny_.Path("test/page.jpg"), "<!doctype html><title>404</title>");
  const std::string whole = ReadTestFile(tiny_.Path(Picture(0)));
  WriteTestFile(tiny_.Path("test/cut.png"), whole.substr(0, whole.size() / 2));
  const MicaResult result =
      Predict(tiny_, {"test", "nothing.png", "--csv=p.csv", "--submission=s.csv", "--submission_columns=id={path},c={class}"});
  EXPECT_EQ(result.exit_code, 3) << result;
  EXPECT_THAT(result.err, AllOf(HasSubstr("page.jpg: is a web page"), HasSubstr("nothing.png: No such file or directory"),
                                HasSubstr("cut.png"), HasSubstr("there is no submission, because 3 of 27 pictures have no prediction"),
                                HasSubstr("error: 3 paths could not be used; 24 of 27 pictures are predicted\n")));
  EXPECT_EQ(ReadTestCsv(tiny_.Path("p.csv")).rows.size(), 24);
  EXPECT_FALSE(std::filesystem::exists(tiny_.Path("s.csv")));
}

TEST_F(PredictTest, WithoutAUsablePictureThereIsNothingToDo) {
  const MicaResult folder = Predict(tiny_, {"runs/tiny/a/checkpoints", "--csv=p.csv"});
  EXPECT_EQ(folder.exit_code, 3) << folder;
  EXPECT_THAT(folder.err, AllOf(HasSubstr("no pictures; it holds files"), HasSubstr("nothing to predict")));
  EXPECT_FALSE(std::filesystem::exists(tiny_.Path("p.csv")));
  const MicaResult word = Predict(tiny_, {"validation"});
  EXPECT_EQ(word.exit_code, 3) << word;
  EXPECT_THAT(word.err, HasSubstr("the split of the run's own data is --split=validation"));
}

TEST_F(PredictTest, ASubmissionHasTheIdsOfItsTemplateOrOfItsSample) {
  const MicaResult positions = Predict(tiny_, {"test", "--submission=s.csv", "--submission_columns=Id={position:04},Category={number}"});
  ASSERT_EQ(positions.exit_code, 0) << positions;
  EXPECT_THAT(positions.out, HasSubstr("s.csv: 24 rows, columns Id={position:04},Category={number}\n"));
  const TestTable table = ReadTestCsv(tiny_.Path("s.csv"));
  ASSERT_EQ(table.rows.size(), 24);
  EXPECT_EQ(table.Cell("Id"), "0000");
  EXPECT_EQ(table.rows[23][0], "0023");

  ASSERT_EQ(Predict(tiny_, {"test", "--csv=p.csv"}).exit_code, 0);
  EXPECT_EQ(table.Column("Category"), ReadTestCsv(tiny_.Path("p.csv")).Column("prediction"));
  std::string sample = "Id,Category\n";
  for (int i = 23; i >= 0; --i) absl::StrAppend(&sample, i < 10 ? "000" : "00", i, ",0\n");
  WriteTestFile(tiny_.Path("sample.csv"), sample);
  const MicaResult sampled = Predict(tiny_, {"test", "--submission=t.csv", "--sample_submission=sample.csv"});
  ASSERT_EQ(sampled.exit_code, 0) << sampled;
  std::vector<std::string> reversed = ReadTestCsv(tiny_.Path("t.csv")).Column("Category");
  std::reverse(reversed.begin(), reversed.end());
  EXPECT_EQ(reversed, table.Column("Category"));

  WriteTestFile(tiny_.Path("sample.csv"), sample + "0024,0\n");
  const MicaResult longer = Predict(tiny_, {"test", "--submission=u.csv", "--sample_submission=sample.csv"});
  EXPECT_EQ(longer.exit_code, 3) << longer;
  EXPECT_THAT(longer.err, HasSubstr("sample.csv: has 25 ids, the pictures are 24; 1 ids without a picture: \"0024\""));
  EXPECT_FALSE(std::filesystem::exists(tiny_.Path("u.csv")));
}

TEST_F(PredictTest, ViewsAreMerged) {
  const std::string set = "--set=evaluation { test_time_augmentation { views: 3 transforms { horizontal_flip {} } } }";
  const MicaResult result = Predict(tiny_, {"--split=test", "--csv=tta.csv", set});
  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out, HasSubstr("24 pictures, the mean of 4 views of each\n"));
  ASSERT_EQ(Predict(tiny_, {"--split=test", "--csv=again.csv", "--tta", set}).exit_code, 0);
  ASSERT_EQ(Predict(tiny_, {"--split=test", "--csv=clean.csv", "--notta", set}).exit_code, 0);
  ASSERT_EQ(Predict(tiny_, {"--split=test", "--csv=own.csv"}).exit_code, 0);
  EXPECT_EQ(ReadTestFile(tiny_.Path("tta.csv")), ReadTestFile(tiny_.Path("again.csv")));
  EXPECT_NE(ReadTestFile(tiny_.Path("tta.csv")), ReadTestFile(tiny_.Path("clean.csv")));
  EXPECT_EQ(ReadTestFile(tiny_.Path("own.csv")), ReadTestFile(tiny_.Path("clean.csv")));

  const MicaResult without = Predict(tiny_, {"--split=test", "--tta"});
  EXPECT_EQ(without.exit_code, 1) << without;
  EXPECT_THAT(without.err, HasSubstr("--tta: the run has no random views to merge"));
}

TEST(PredictAugmentedTest, ARunThatReportsMergedFiguresIsEvaluatedAndPredictedAlike) {
  const TinyExperiment tiny("predict_augmented");
  const MicaResult trained = Train(tiny, "evaluation { test_time_augmentation { views: 2 transforms { horizontal_flip {} } } }");
  ASSERT_EQ(trained.exit_code, 0) << trained;
  EXPECT_THAT(trained.out, HasSubstr("\n  tta.csv "));
  EXPECT_EQ(ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto")).views(), 3);
  const TestTable views = ReadTestCsv(tiny.RunPath("a", "tta.csv"));
  EXPECT_THAT(views.Column("view"), ElementsAre("clean", "1", "2", "merged"));
  EXPECT_EQ(views.Column("accuracy").back(), ReadTestCsv(tiny.RunPath("a", "summary.csv")).Cell("test_accuracy"));
  const MicaResult evaluated = MicaIn(tiny, {"evaluate", "runs/tiny/a"});
  ASSERT_EQ(evaluated.exit_code, 0) << evaluated;
  EXPECT_THAT(evaluated.out, HasSubstr("\n  tta.csv "));
  for (const char* const name : {"predictions.csv", "per_class.csv", "tta.csv"}) {
    EXPECT_EQ(ReadTestFile(tiny.RunPath("a", absl::StrCat("evaluations/test/", name))), ReadTestFile(tiny.RunPath("a", name))) << name;
  }
  ASSERT_EQ(Predict(tiny, {"--split=test", "--csv=p.csv"}).exit_code, 0);
  const TestTable own = ReadTestCsv(tiny.RunPath("a", "predictions.csv")), predicted = ReadTestCsv(tiny.Path("p.csv"));
  for (const std::string& column : predicted.header) EXPECT_EQ(predicted.Column(column), own.Column(column)) << column;
}

// The mean of several views is less sure than each of them, so the temperature is fitted to means too.
TEST(PredictAugmentedTest, TheTemperatureIsThatOfMergedPredictions) {
  const TinyExperiment tiny("predict_merged_temperature");
  std::string labels;
  for (int i = 0; i < 48; ++i) labels.push_back(static_cast<char>((i + (i % 5 == 0 ? 1 : 0)) % 3));
  WriteTestFile(tiny.Path("data/train-labels-idx1-ubyte.gz"), Gzip(IdxBytes({48}, labels)));
  const MicaResult trained = Train(tiny,
                                   "dataset { validation_fraction: 0.5 } "
                                   "evaluation { test_time_augmentation { views: 2 transforms { horizontal_flip {} } } }");
  ASSERT_EQ(trained.exit_code, 0) << trained;
  const double temperature = ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto")).calibration().temperature();

  // The mean negative log likelihood of the merged predictions of the validation split is least there.
  ASSERT_EQ(MicaIn(tiny, {"evaluate", "runs/tiny/a", "--split=validation"}).exit_code, 0);
  const TestTable merged = ReadTestCsv(tiny.RunPath("a", "evaluations/validation/predictions.csv"));
  const auto nll = [&](double at) {
    double sum = 0;
    for (size_t row = 0; row < merged.rows.size(); ++row) {
      double all = 0;
      for (const std::string& column : kProbabilities) all += std::pow(std::atof(merged.Column(column)[row].c_str()), 1 / at);
      const std::string truth = merged.Column("truth")[row];
      sum -= std::log(std::pow(std::atof(merged.Column("prob_" + truth)[row].c_str()), 1 / at) / all);
    }
    return sum;
  };
  EXPECT_LT(nll(temperature), nll(temperature * 1.02));
  EXPECT_LT(nll(temperature), nll(temperature / 1.02));

  EXPECT_EQ(Predict(tiny, {"--split=test", "--calibrated"}).exit_code, 0);
  const MicaResult clean = Predict(tiny, {"--split=test", "--calibrated", "--notta"});
  EXPECT_EQ(clean.exit_code, 1) << clean;
  EXPECT_THAT(clean.err,
              HasSubstr("--calibrated: the run's temperature is that of predictions that merge 3 views, and these would have 1"));
  const auto temperatures = [&](const std::string& set) {
    EXPECT_EQ(MicaIn(tiny, {"evaluate", "runs/tiny/a", "--set=" + set}).exit_code, 0);
    const std::vector<std::string> column = ReadTestCsv(tiny.RunPath("a", "evaluations/test/reliability.csv")).Column("temperature");
    return std::set<std::string>(column.begin(), column.end()).size();
  };
  EXPECT_EQ(temperatures(""), 2);
  EXPECT_EQ(temperatures("evaluation { test_time_augmentation { views: 1 } }"), 1);
}

// It would fail after the last epoch.
TEST(PredictAugmentedTest, CheckFindsViewsOfAnotherSize) {
  const TinyExperiment tiny("predict_views");
  const std::string set = "evaluation { test_time_augmentation { views: 2 transforms { random_crop { size_px: 6 } } } }";
  const MicaResult result = MicaIn(tiny, {"check", "x.textproto", "--set=" + set});
  EXPECT_EQ(result.exit_code, 2) << result;
  EXPECT_THAT(result.err, AllOf(StartsWith("error: --set:1:14: "), HasSubstr("makes pictures of 6x6 pixels, but eval_transforms of 8x8")));
}

// Everything that prepares pictures is at work: they are resized, and views are drawn.
TEST(PredictAugmentedTest, ARunOnPictureFilesPredictsThemAsItReportsThem) {
  const TinyExperiment tiny("predict_files");
  for (const std::string split : {"train", "test"}) {
    ASSERT_EQ(MicaIn(tiny, {"index", "x.textproto", "--write_images=tree/" + split, "--split=" + split}).exit_code, 0);
  }
  std::string text = TinyExperiment::Text();
  text.replace(text.find("idx { folder: \"data\" }"), 22,
               "train { class_folders { folder: 'tree/train' } } test { class_folders { folder: 'tree/test' } }");
  WriteTestFile(tiny.Path("x.textproto"),
                text +
                    "decode { colour: GREY } eval_transforms { resize { height_px: 12 width_px: 10 } } "
                    "train_transforms { resize { height_px: 12 width_px: 10 } } train_transforms { horizontal_flip {} } "
                    "evaluation { test_time_augmentation { views: 2 } }");
  const MicaResult trained = Train(tiny);
  ASSERT_EQ(trained.exit_code, 0) << trained;
  const MicaResult predicted = Predict(tiny, {"tree/test", "--csv=p.csv"});
  ASSERT_EQ(predicted.exit_code, 0) << predicted;
  EXPECT_THAT(predicted.out, HasSubstr("24 pictures, the mean of 3 views of each"));
  ASSERT_EQ(Predict(tiny, {"--split=test", "--csv=s.csv"}).exit_code, 0);
  const TestTable own = ReadTestCsv(tiny.RunPath("a", "predictions.csv")), split = ReadTestCsv(tiny.Path("s.csv"));
  for (const std::string& column : split.header) EXPECT_EQ(split.Column(column), own.Column(column)) << column;
  // Views of the same file draw by its id, so only what is not merged is equal whatever else is named.
  ASSERT_EQ(Predict(tiny, {"tree/test", "--notta", "--csv=p.csv"}).exit_code, 0);
  ASSERT_EQ(Predict(tiny, {"--split=test", "--notta", "--csv=s.csv"}).exit_code, 0);
  EXPECT_EQ(SortedProbabilities(ReadTestCsv(tiny.Path("p.csv"))), SortedProbabilities(ReadTestCsv(tiny.Path("s.csv"))));
}

struct WrongCall {
  std::vector<std::string> arguments;
  int exit_code;
  std::string message;
};

// The classes stay, the confidences are those of the temperature. Every fifth label is wrong: a model
// without mistakes has no temperature.
TEST(PredictCalibratedTest, TheRunsTemperatureChangesConfidencesAlone) {
  const TinyExperiment tiny("predict_calibrated");
  std::string labels;
  for (int i = 0; i < 48; ++i) labels.push_back(static_cast<char>((i + (i % 5 == 0 ? 1 : 0)) % 3));
  WriteTestFile(tiny.Path("data/train-labels-idx1-ubyte.gz"), Gzip(IdxBytes({48}, labels)));
  const MicaResult trained =
      RunMica({{"train", "x.textproto", "--run_name=a", "--set=dataset { validation_fraction: 0.5 }"}, tiny.folder()});
  ASSERT_EQ(trained.exit_code, 0) << trained;
  const auto predict = [&](const std::string& flag, const std::string& csv) {
    const MicaResult result = RunMica({{"predict", "runs/tiny/a", "--split=test", flag, "--csv=" + csv}, tiny.folder()});
    EXPECT_EQ(result.exit_code, 0) << result;
    return ReadTestCsv(tiny.Path(csv));
  };
  const TestTable plain = predict("--nocalibrated", "plain.csv"), calibrated = predict("--calibrated", "calibrated.csv");
  EXPECT_EQ(calibrated.Column("prediction"), plain.Column("prediction"));
  EXPECT_NE(calibrated.Column("confidence"), plain.Column("confidence"));
  EXPECT_THAT(ReadTestFile(tiny.RunPath("a", "run.textproto")), HasSubstr("temperature: "));
}

TEST_F(PredictTest, WrongCallsSayWhatIsRight) {
  std::filesystem::create_directory(tiny_.Path("folder"));
  const std::vector<WrongCall> calls = {
      {{}, 1, "name pictures or folders behind the run, a list of them (--list=FILE), or a split of the run's data (--split=test)"},
      {{"--split=tset"}, 1, "--split=tset: expected train, validation, test, unlabelled; did you mean \"test\"?"},
      {{"--split=unlabelled"}, 1, "the data has no such samples; it has train, test"},
      {{"test", "--split=test"}, 1, "--split is a split of the run's own data and takes no other pictures"},
      {{"test", "--top_k=0"}, 1, "--top_k=0: must be at least 1"},
      {{"test", "--csv="}, 1, "--csv is empty"},
      {{"test", "--csv=folder"}, 5, "--csv: folder is a folder; name a file"},
      {{"test", "--csv=none/p.csv"}, 5, "the folder none does not exist; make it first"},
      {{"test", "--csv=a.csv", "--submission=a.csv", "--submission_columns=i={stem},c={class}"}, 1, "name the same file"},
      {{"test", "--submission=x.textproto", "--sample_submission=x.textproto"}, 1, "--sample_submission would be overwritten"},
      {{Picture(0), "--csv=" + Picture(0)}, 1, "is one of the pictures"},
      {{"test", "--submission=s.csv"}, 1, "--submission needs --sample_submission=FILE"},
      {{"test", "--submission_columns=i={stem},c={class}"}, 1, "--submission_columns has no effect without --submission=FILE"},
      {{"test", "--submission=s.csv", "--submission_columns=i={stm},c={class}"}, 1, "did you mean \"stem\"?"},
      {{"--list=none.txt"}, 3, "none.txt"},
      {{"test", "--checkpoint=7"}, 4, "complete checkpoints: step-"},
  };
  for (const WrongCall& call : calls) {
    const MicaResult result = Predict(tiny_, call.arguments);
    EXPECT_EQ(result.exit_code, call.exit_code) << result;
    EXPECT_THAT(result.err, HasSubstr(call.message));
  }
}

// The run does not resize: its model is for pictures of 8 x 8 alone.
TEST_F(PredictTest, PicturesOfAnotherSizeAreRefused) {
  WriteTestFile(tiny_.Path("wide.pgm"), "P5\n10 8\n255\n" + std::string(80, 'x'));
  const MicaResult one = Predict(tiny_, {"wide.pgm"});
  EXPECT_EQ(one.exit_code, 4) << one;
  EXPECT_THAT(one.err, HasSubstr("the images come out as 1x8x10 (channels x height x width)"));
  EXPECT_THAT(one.err,
              HasSubstr("; the run was trained on 1x8x8: give it pictures of that size, or train one whose eval_transforms resize\n"));
  const MicaResult both = Predict(tiny_, {"wide.pgm", Picture(0)});
  EXPECT_EQ(both.exit_code, 2) << both;
  EXPECT_THAT(both.err, HasSubstr("or, for this run, give it pictures of the size that it was trained on"));
}

TEST_F(PredictTest, ARunWithoutACheckpointIsRefused) {
  std::filesystem::remove_all(tiny_.RunPath("a", "checkpoints"));
  const MicaResult result = Predict(tiny_, {"test"});
  EXPECT_EQ(result.exit_code, 4) << result;
  EXPECT_THAT(result.err, HasSubstr("runs/tiny/a/checkpoints"));
}

}  // namespace
}  // namespace mica
