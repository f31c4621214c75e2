// Plots and pictures of a run from outside: mica train makes them, mica plot makes them again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "base/testing/test_files.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/run_files.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

// A run that trained once, in a folder that each test copies.
class PlotTest : public testing::Test {
 protected:
  PlotTest() : tiny_(testing::UnitTest::GetInstance()->current_test_info()->name()) {
    static const TinyExperiment trained("plot");
    static const MicaResult result = RunMica(
        {{"train", "x.textproto", "--run_name=a", "--set=dataset { validation_fraction: 0.25 } report { plots: true }"}, trained.folder()});
    EXPECT_EQ(result.exit_code, 0) << result;
    EXPECT_THAT(result.out, HasSubstr("plots/"));
    std::filesystem::copy(trained.Path("runs"), tiny_.Path("runs"), std::filesystem::copy_options::recursive);
  }

  MicaResult Plot(std::vector<std::string> words) const {
    words.insert(words.begin(), "plot");
    return RunMica({words, tiny_.folder()});
  }

  std::vector<std::string> Files() const { return FilesBelow(tiny_.RunPath("a", "")); }

  const TinyExperiment tiny_;
};

TEST_F(PlotTest, AnEvaluationHasPlotsOfItsOwn) {
  const MicaResult result =
      RunMica({{"evaluate", "runs/tiny/a", "--split=validation", "--set=dataset { idx { folder: 'data' } }"}, tiny_.folder()});
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(FilesBelow(tiny_.RunPath("a", "evaluations/validation")),
              IsSupersetOf({"plots/confusion_matrix.png", "plots/predictions.png", "samples.jpg", "slices.csv"}));
}

TEST_F(PlotTest, WhoWantsNoneGetsNone) {
  const MicaResult result = RunMica({{"train", "x.textproto", "--run_name=b", "--set=report { tensorboard: false }"}, tiny_.folder()});
  EXPECT_EQ(result.exit_code, 0) << result;
  for (const std::string& name : FilesBelow(tiny_.RunPath("b", ""))) {
    EXPECT_FALSE(absl::StartsWith(name, "events.") || absl::StartsWith(name, "plots/") || name == "report.html" || name == "samples.jpg")
        << name;
  }
}

TEST_F(PlotTest, TrainingEndsWithPlotsAndPicturesOfSamples) {
  EXPECT_THAT(Files(), IsSupersetOf({"samples.csv", "samples.jpg", "plots/learning_curves.png", "plots/learning_curves.svg",
                                     "plots/confusion_matrix.svg", "plots/reliability.png", "plots/predictions.png",
                                     "plots/worst_losses.png", "report.html"}));
  const auto is_event_file = [](const std::string& name) { return absl::StartsWith(name, "events.out.tfevents."); };
  const std::vector<std::string> files = Files();
  EXPECT_EQ(std::count_if(files.begin(), files.end(), is_event_file), 2) << "training and results";
}

TEST_F(PlotTest, WhatWasDrawnIsDrawnAgainWithoutTheData) {
  const std::vector<std::string> before = Files();
  std::filesystem::remove_all(tiny_.RunPath("a", "plots"));
  std::filesystem::remove_all(tiny_.Path("data"));
  const MicaResult result = Plot({"runs/tiny/a"});
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_EQ(Files(), before);
}

TEST_F(PlotTest, AMissingAndATornFileAreNamedAndTheRestIsDrawn) {
  std::filesystem::remove_all(tiny_.RunPath("a", "plots"));
  std::filesystem::remove(tiny_.RunPath("a", "per_class.csv"));
  WriteTestFile(tiny_.RunPath("a", "curves.csv"), "curve,id\nroc");
  const MicaResult result = Plot({"runs/tiny/a"});
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.err, AllOf(HasSubstr("per_class.csv: is missing"), HasSubstr("curves.csv:2: expected 2 fields, found 1")));
  EXPECT_THAT(Files(), AllOf(Contains("plots/confusion_matrix.png"), Not(Contains("plots/per_class.png")), Not(Contains("plots/roc.png"))));
}

TEST_F(PlotTest, AFolderThatIsNoRunKeepsNoOtherFromBeingDrawn) {
  std::filesystem::remove_all(tiny_.RunPath("a", "plots"));
  const MicaResult result = Plot({"data", "runs/tiny/a"});
  EXPECT_EQ(result.exit_code, 3) << result;
  EXPECT_THAT(result.err, HasSubstr("data"));
  EXPECT_THAT(Files(), Contains("plots/learning_curves.png"));
}

}  // namespace
}  // namespace mica
