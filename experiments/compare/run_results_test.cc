#include "experiments/compare/run_results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/number_format.h"
#include "base/testing/status_matchers.h"
#include "experiments/compare/example_runs.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string NewRun(const std::string& name, RunReport::State state) {
  const std::string folder = absl::StrCat(testing::TempDir(), "/run_results/", name);
  WriteExampleRunFolder(folder, state);
  return folder;
}

std::string TextOf(const std::string& folder, const std::string& file) {
  return *ReadFile(absl::StrCat(folder, "/", file));
}

TEST(RunResultsTest, ReadsWhatAFinishedRunWrote) {
  const absl::StatusOr<RunResults> run = ReadRunResults(NewRun("finished", RunReport::FINISHED));

  ASSERT_THAT(run, IsOk());
  EXPECT_TRUE(run->finished());
  EXPECT_EQ(run->experiment.optimizer().sgd().learning_rate(), 0.1);
  EXPECT_TRUE(run->experiment.loader().has_batch_size() || run->experiment.evaluation().has_batch_size()) << "defaults are filled";
  EXPECT_THAT(run->class_names, ElementsAre("shirt, long", "12\" record", "T-shirt/top"));
  EXPECT_THAT(run->class_counts, ElementsAre(2, 1, 1));
  EXPECT_EQ(run->summary->parameters, 8750);
  EXPECT_EQ(run->summary->best_epoch, std::nullopt);
  EXPECT_EQ(run->summary->train_seconds, 15.5);
  EXPECT_EQ(run->Reported("accuracy"), 0.75);
  EXPECT_EQ(run->Reported("nll"), run->Reported("loss"));
  EXPECT_EQ(run->Reported("none"), std::nullopt);
  EXPECT_THAT(run->samples->ids, ElementsAre(3, 4, 5, 6));
  EXPECT_THAT(run->samples->truths, ElementsAre(2, 1, 0, 0));
  EXPECT_THAT(run->samples->right, ElementsAre(1, 1, 1, 0));
  EXPECT_EQ(run->best_test_accuracy->value, 0.75);
  EXPECT_FALSE(run->best_val_accuracy.has_value());
}

TEST(RunResultsTest, SamplesAreSortedById) {
  const std::string folder = NewRun("order", RunReport::FINISHED);
  const std::string text = TextOf(folder, "predictions.csv");
  const size_t rows = text.find('\n') + 1;
  const size_t second = text.find('\n', rows) + 1;
  WriteExampleFile(folder, "predictions.csv", absl::StrCat(text.substr(0, rows), text.substr(second), text.substr(rows, second - rows)));

  EXPECT_THAT(ReadRunResults(folder)->samples->ids, ElementsAre(3, 4, 5, 6));
}

TEST(RunResultsTest, AnUnfinishedRunHasWhatThereIs) {
  for (const RunReport::State state : {RunReport::INTERRUPTED, RunReport::FAILED}) {
    const std::string folder = NewRun("unfinished", state);
    const absl::StatusOr<RunResults> run = ReadRunResults(folder);
    ASSERT_THAT(run, IsOk());
    EXPECT_EQ(run->record.state, state);
    EXPECT_EQ(run->Reported("accuracy"), std::nullopt);
    EXPECT_FALSE(run->samples.has_value());
    EXPECT_EQ(run->best_test_accuracy->epoch, 1);
    EXPECT_EQ(run->best_test_accuracy->value, 0.75);

    std::filesystem::remove(folder + "/metrics.csv");
    EXPECT_THAT(ReadRunResults(folder), IsOk());
  }
}

TEST(RunResultsTest, AnEndlessMetricsFileIsRefusedBeforeItIsRead) {
  const std::string folder = NewRun("endless", RunReport::INTERRUPTED);
  // A sparse file, which takes no space.
  std::filesystem::resize_file(folder + "/metrics.csv", uintmax_t{3} << 30);

  EXPECT_THAT(ReadRunResults(folder), Fails(ExitCode::kData, folder + "/metrics.csv: 3221225472 bytes; at most 1073741824 are read here"));
}

TEST(RunResultsTest, ATornLastRowOfMetricsIsCutOff) {
  const std::string folder = NewRun("torn", RunReport::INTERRUPTED);
  const std::string text = TextOf(folder, "metrics.csv");
  for (size_t kept = 0; kept < text.size(); kept += 7) {
    WriteExampleFile(folder, "metrics.csv", text.substr(0, kept));
    const absl::StatusOr<RunResults> run = ReadRunResults(folder);
    ASSERT_THAT(run, IsOk()) << kept;
    ASSERT_FALSE(run->best_test_accuracy.has_value()) << kept;
  }
}

TEST(RunResultsTest, TheEarliestOfEqualEpochsIsTheBest) {
  const std::string folder = NewRun("epochs", RunReport::INTERRUPTED);
  WriteExampleFile(folder, "metrics.csv", "epoch,val_accuracy,test_accuracy\n1,0.5,\n2,0.75,\n3,0.75,\n4,0.25,\n");
  EXPECT_EQ(ReadRunResults(folder)->best_val_accuracy->epoch, 2);
  EXPECT_EQ(ReadRunResults(folder)->best_val_accuracy->value, 0.75);
}

// Losses of a model whose scores overflowed.
TEST(RunResultsTest, LossesNeedNotBeFinite) {
  const std::string folder = NewRun("diverged", RunReport::FINISHED);
  const std::string loss = FormatNumber(*ReadRunResults(folder)->Reported("loss"));
  WriteExampleFile(folder, "summary.csv", absl::StrReplaceAll(TextOf(folder, "summary.csv"), {{"," + loss + ",", ",nan,"}}));
  ASSERT_THAT(ReadRunResults(folder), IsOk());
  EXPECT_TRUE(std::isnan(*ReadRunResults(folder)->Reported("loss")));
}

struct Damage {
  const char* file;
  std::string from, to;  // `to` replaces the whole file if `from` is empty
  std::string message;
};

std::ostream& operator<<(std::ostream& stream, const Damage& damage) {
  return stream << damage.file << ": " << damage.from << " -> " << damage.to.substr(0, 30);
}

class DamagedRunTest : public testing::TestWithParam<Damage> {};

TEST_P(DamagedRunTest, IsRefusedWithFileAndReason) {
  const std::string folder = NewRun("damaged", RunReport::FINISHED);
  const std::string text = TextOf(folder, GetParam().file);
  const std::string damaged = GetParam().from.empty() ? GetParam().to : absl::StrReplaceAll(text, {{GetParam().from, GetParam().to}});
  ASSERT_NE(damaged, text);
  WriteExampleFile(folder, GetParam().file, damaged);

  const std::string path = absl::StrCat(folder, "/", GetParam().file);
  EXPECT_THAT(ReadRunResults(folder), Fails(ExitCode::kData, AllOf(HasSubstr(path), HasSubstr(GetParam().message))));
}

INSTANTIATE_TEST_SUITE_P(
    Files, DamagedRunTest,
    testing::Values(Damage{"summary.csv", "", "", ": is empty"}, Damage{"summary.csv", "test_accuracy", "accuracy", ":1: need columns"},
                    Damage{"summary.csv", ",8750,", ",", ":2: "}, Damage{"summary.csv", ",8750,", ",many,", ":2: parameters is \"many\""},
                    Damage{"summary.csv", ",8750,", ",-1,", ":2: parameters is -1"},
                    Damage{"summary.csv", ",0.75,", ",1.75,", ":2: test_accuracy is 1.75, which cannot be"},
                    Damage{"summary.csv", ",0.75,", ",nan,", ":2: test_accuracy is nan, which cannot be"},
                    Damage{"summary.csv", ",15.5,", ",inf,", ":2: train_seconds is inf, which cannot be"},
                    Damage{"class_map.csv", "", "id,name,validation,test\n", "names no class"},
                    Damage{"class_map.csv", "\n1,", "\n2,", ":3: id is 2; expected 1"},
                    Damage{"class_map.csv", "", "id,name\n0,a\n", ":1: need columns"},
                    Damage{"metrics.csv", "epoch", "time", ":1: need columns"}, Damage{"metrics.csv", "\n1,", "\n0,", ":2: epoch is 0"},
                    Damage{"metrics.csv", ",0.75", ",wrong", ":2: test_accuracy is \"wrong\""},
                    Damage{"predictions.csv", "truth", "label", ":1: need columns id,truth,prediction,correct"},
                    Damage{"predictions.csv", "\n4,", "\n3,", ":3: id 3 stands twice"},
                    Damage{"predictions.csv", "\n4,", "\n-4,", ":3: id is -4"}, Damage{"predictions.csv", "\n4,", "\n,", ":3: id is \"\""},
                    Damage{"predictions.csv", "\n4,", "\n4,4,", ":3: 13 fields, but the header has 12"},
                    Damage{"predictions.csv", ",1,\"12\"\" record\",1,", ",3,\"12\"\" record\",1,", ":3: truth is 3; expected 0 to 2"},
                    Damage{"predictions.csv", ",1,\"12\"\" record\",1,", ",1,\"12\"\" record\",0,", ":3: correct is 1, but truth is 1"},
                    Damage{"predictions.csv", "\n4,\"", "\n4,x\"", ":3: a quote inside a field"},
                    Damage{"predictions.csv", "\n4,", std::string("\n4\0,", 4), ":3: holds a NUL byte"},
                    Damage{"predictions.csv", "\n4,", "\n4" + std::string(2 << 20, ' ') + ",", ":3: line longer than 1 MiB"},
                    Damage{"predictions.csv", "", "id,truth,prediction,correct\n3,2,2,1\n", "1 rows, but class_map.csv counts 4"},
                    Damage{"run.textproto", "\"test\"", "\"train\"", "reported_split is neither test nor validation"}));

// The files of two runs, mixed up.
TEST(RunResultsTest, PredictionsMustAgreeWithTheSummary) {
  const std::string folder = NewRun("mixed", RunReport::FINISHED);
  WriteExampleFile(folder, "summary.csv", absl::StrReplaceAll(TextOf(folder, "summary.csv"), {{",0.75,", ",0.5,"}}));
  EXPECT_THAT(ReadRunResults(folder),
              Fails(ExitCode::kData, folder + "/predictions.csv: 3 of 4 are right (0.75), but summary.csv says 0.5"));
}

TEST(RunResultsTest, MissingFilesAreNamed) {
  for (const std::string file : {"summary.csv", "class_map.csv", "metrics.csv", "predictions.csv", "experiment.textproto"}) {
    const std::string folder = NewRun("missing", RunReport::FINISHED);
    std::filesystem::remove(absl::StrCat(folder, "/", file));
    EXPECT_THAT(ReadRunResults(folder), Fails(ExitCode::kData, HasSubstr(absl::StrCat(folder, "/", file))));
  }
}

TEST(RunResultsTest, AnExperimentOfAnotherMicaSaysSo) {
  const std::string folder = NewRun("newer", RunReport::FINISHED);
  const std::string experiment = "name: 'x' optimiser {}";
  WriteExampleFile(folder, "experiment.textproto", experiment);
  const std::string fingerprint = FormatFingerprint(Fingerprint(kExampleExperiment));
  WriteExampleFile(
      folder, "run.textproto",
      absl::StrCat(absl::StrReplaceAll(TextOf(folder, "run.textproto"), {{fingerprint, FormatFingerprint(Fingerprint(experiment))}}),
                   "mica_version: \"99.1\"\n"));
  EXPECT_THAT(ReadRunResults(folder), Fails(ExitCode::kData, AllOf(HasSubstr("experiment.textproto:1:11: unknown field \"optimiser\""),
                                                                   HasSubstr("was written by mica 99.1"))));
}

}  // namespace
}  // namespace mica
