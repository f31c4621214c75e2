#include "experiments/artefacts/run_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "experiments/artefacts/example_run_files.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(RunFilesTest, AFinishedRunIsWholeAndHasNoProblem) {
  const RunFiles run = ReadRunFiles(WriteExampleRun("whole", RunReport::FINISHED) + "/").value();
  EXPECT_THAT(run.problems, IsEmpty());
  EXPECT_EQ(run.name(), "tiny/whole");
  EXPECT_EQ(run.reported_split(), "test");
  EXPECT_THAT(run.class_names, ElementsAre("shirt, long", "12\" record", "T-shirt/top"));
  ASSERT_NE(run.Find("per_class.csv"), nullptr);
  EXPECT_EQ(run.Find("per_class.csv")->size(), 3u);
  EXPECT_EQ(run.Find("nothing.csv"), nullptr);
  EXPECT_TRUE(run.experiment.has_value());
  EXPECT_FALSE(run.samples.has_value());
}

TEST(RunFilesTest, EveryFileCanBeMissingOrTornByItself) {
  const RunFiles whole = ReadRunFiles(WriteExampleRun("one", RunReport::FINISHED)).value();
  for (const auto& [name, table] : whole.tables) {
    const std::string folder = WriteExampleRun("one", RunReport::FINISHED);
    std::filesystem::remove(folder + "/" + name);
    RunFiles run = ReadRunFiles(folder).value();
    ASSERT_THAT(run.problems, SizeIs(1)) << name;
    EXPECT_EQ(run.problems[0], folder + "/" + name + ": is missing");
    WriteTestFile(folder + "/" + name, "a,b\n\"");
    run = ReadRunFiles(folder).value();
    if (name != "metrics.csv") EXPECT_THAT(run.problems, ElementsAre(HasSubstr(folder + "/" + name))) << name;
    EXPECT_EQ(run.tables.size(), whole.tables.size() - (name == "metrics.csv" ? 0 : 1)) << name;
  }
}

TEST(RunFilesTest, WithoutItsRecordTheTablesAreStillThere) {
  const std::string folder = WriteExampleRun("no_record", RunReport::FINISHED);
  std::filesystem::remove(folder + "/run.textproto");
  const RunFiles run = ReadRunFiles(folder).value();
  EXPECT_FALSE(run.record.has_value());
  EXPECT_THAT(run.problems, ElementsAre(HasSubstr("run.textproto")));
  EXPECT_NE(run.Find("predictions.csv"), nullptr);
  EXPECT_EQ(run.name(), folder);
}

TEST(RunFilesTest, AnUnfinishedRunLacksNothing) {
  const RunFiles run = ReadRunFiles(WriteExampleRun("stopped", RunReport::INTERRUPTED)).value();
  EXPECT_THAT(run.problems, IsEmpty());
  EXPECT_EQ(run.Find("predictions.csv"), nullptr);
  EXPECT_EQ(run.Find("metrics.csv")->size(), 1u);
}

TEST(RunFilesTest, AnEvaluationIsReadInTheSameWay) {
  const std::string folder = WriteExampleRun("evaluation", RunReport::FINISHED);
  for (const char* const name : {"run.textproto", "metrics.csv", "class_map.csv"}) std::filesystem::remove(folder + "/" + name);
  WriteTestFile(folder + "/evaluation.textproto", "experiment: 'x' run: 'a' split: 'validation'");
  const RunFiles files = ReadRunFiles(folder).value();
  EXPECT_THAT(files.problems, IsEmpty());
  EXPECT_EQ(files.name(), "x/a");
  EXPECT_EQ(files.reported_split(), "validation");
  std::filesystem::remove(folder + "/curves.csv");
  EXPECT_THAT(ReadRunFiles(folder)->problems, ElementsAre(HasSubstr("curves.csv: is missing")));
}

TEST(RunFilesTest, AFolderWithoutARunIsAnError) {
  EXPECT_THAT(ReadRunFiles(MakeTestFolder("empty")).status().message(), HasSubstr("holds no run"));
  EXPECT_THAT(ReadRunFiles("/nowhere/at/all").status().message(), HasSubstr("/nowhere/at/all"));
}

}  // namespace
}  // namespace mica
