#include "experiments/artefacts/run_artefacts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/config/parse_text_or_die.h"
#include "base/files/fake_file_calls.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/decode/picture_encoder.h"
#include "experiments/artefacts/example_run_files.h"
#include "experiments/artefacts/run_files.h"

namespace mica {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;

std::set<std::string> FilesIn(const std::string& folder) {
  std::set<std::string> names;
  if (!std::filesystem::exists(folder)) return names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) names.insert(entry.path().lexically_relative(folder));
  return names;
}

// The data of the example run, with pictures that are there.
DatasetIndex IndexWithPictures(const std::string& folder) {
  DatasetIndex index = ExampleIndex();
  Picture picture;
  picture.Reshape(8, 8, 1);
  std::fill(picture.pixels.begin(), picture.pixels.end(), 200);
  WriteTestFile(absl::StrCat(folder, "/p.png"), EncodePng(picture));
  index.files[1].path = absl::StrCat(folder, "/p.png");
  for (ImageRecord& record : index.records) record.offset = record.length = 0;
  index.common_size = PictureSize{8, 8};
  return index;
}

TEST(RunArtefactsTest, AFinishedRunGetsPlotsAndPicturesOfItsSamples) {
  const std::string folder = WriteExampleRun("run", RunReport::FINISHED);
  const DatasetIndex index = IndexWithPictures(MakeTestFolder("data"));
  const Experiment experiment = ParseTextOrDie<Experiment>(kTinyExperiment);
  ArtefactOptions options;
  options.index = &index;
  options.experiment = &experiment;
  const ArtefactReport made = WriteRunArtefacts(folder, options).value();
  EXPECT_THAT(made.problems, IsEmpty());
  const std::set<std::string> files = FilesIn(folder);
  for (const std::string& file : made.files) EXPECT_THAT(files, Contains(file));
  EXPECT_THAT(files, IsSupersetOf({"samples.jpg", "samples.csv", "plots/learning_curves.svg", "plots/confusion_matrix.png",
                                   "plots/predictions.png", "plots/worst_losses.png", "report.html"}));
  EXPECT_THAT(ReadRunFiles(folder)->samples->samples, SizeIs(4));
}

TEST(RunArtefactsTest, WithoutTheDataTheKeptSamplesAreDrawnAgain) {
  const std::string folder = WriteExampleRun("run", RunReport::FINISHED);
  const DatasetIndex index = IndexWithPictures(MakeTestFolder("data"));
  const Experiment experiment = ParseTextOrDie<Experiment>(kTinyExperiment);
  ArtefactOptions options;
  options.index = &index;
  options.experiment = &experiment;
  ASSERT_THAT(WriteRunArtefacts(folder, options).status(), IsOk());
  std::filesystem::remove_all(folder + "/plots");
  const ArtefactReport again = WriteRunArtefacts(folder).value();
  EXPECT_THAT(again.problems, IsEmpty());
  EXPECT_THAT(FilesIn(folder + "/plots"), Contains("predictions.png"));
}

TEST(RunArtefactsTest, PicturesThatAreGoneAreSaidAndTheRestIsThere) {
  const std::string folder = WriteExampleRun("run", RunReport::FINISHED);
  DatasetIndex index = IndexWithPictures(MakeTestFolder("data"));
  index.files[1].path = "/nowhere.png";
  const Experiment experiment = ParseTextOrDie<Experiment>(kTinyExperiment);
  ArtefactOptions options;
  options.index = &index;
  options.experiment = &experiment;
  const ArtefactReport made = WriteRunArtefacts(folder, options).value();
  EXPECT_THAT(made.problems, ElementsAre(HasSubstr("no pictures of samples: /nowhere.png")));
  EXPECT_THAT(FilesIn(folder), Contains("plots/confusion_matrix.png"));
}

TEST(RunArtefactsTest, WithoutGnuplotItIsSaidOnce) {
  const std::string folder = WriteExampleRun("run", RunReport::FINISHED);
  ArtefactOptions options;
  options.gnuplot.program = "/nowhere/gnuplot";
  const ArtefactReport made = WriteRunArtefacts(folder, options).value();
  EXPECT_THAT(made.problems, ElementsAre(HasSubstr("gnuplot")));
  EXPECT_THAT(made.files, ElementsAre("report.html"));
}

TEST(RunArtefactsTest, ARunThatIsStillTrainingHasItsCurves) {
  const std::string folder = WriteExampleRun("run", RunReport::RUNNING);
  const ArtefactReport made = WriteRunArtefacts(folder).value();
  EXPECT_THAT(made.problems, IsEmpty());
  EXPECT_THAT(FilesIn(folder + "/plots"),
              ElementsAre("learning_curves.png", "learning_curves.svg", "optimization.png", "optimization.svg"));
}

// F14.
TEST(RunArtefactsTest, ADiskThatFillsLeavesWholeFilesAndTheRunAsItIs) {
  const std::string folder = WriteExampleRun("run", RunReport::FINISHED);
  const std::set<std::string> before = FilesIn(folder);
  FakeFileCalls calls;
  calls.FailWritesAfter(60'000, ENOSPC);
  EXPECT_THAT(WriteRunArtefacts(folder, {}, calls).status(), Fails(ExitCode::kOutput, HasSubstr("No space left")));
  for (const std::string& file : FilesIn(folder)) {
    if (before.count(file) == 0) EXPECT_THAT(file, testing::Not(HasSubstr(".tmp."))) << file;
  }
  EXPECT_THAT(ReadRunFiles(folder)->problems, IsEmpty());
}

}  // namespace
}  // namespace mica
