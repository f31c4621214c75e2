#include "experiments/audit/audited_runs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "experiments/compare/example_runs.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class AuditedRunsTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) const { return absl::StrCat(testing::TempDir(), "/audited_runs/", name); }

  // The finished example run, but with other predictions.
  std::string WriteRun(const std::string& name, const DatasetIndex& index, const PredictionTable& predictions) const {
    const std::string folder = Path(name);
    WriteExampleRunFolder(folder, RunReport::FINISHED);
    SummaryRow summary = ExampleSummary();
    summary.test = ComputeMetrics(predictions);
    WriteExampleFile(folder, "class_map.csv", ClassMapCsv(index));
    WriteExampleFile(folder, "summary.csv", SummaryCsv(summary));
    WriteExampleFile(folder, "predictions.csv", PredictionsCsv(predictions, index));
    return folder;
  }
};

// Four more test samples, 7 to 10.
DatasetIndex LargerIndex() {
  DatasetIndex index = ExampleIndex();
  for (int i = 0; i < 4; ++i) {
    ImageRecord record = index.records[3 + i];
    record.id = 7 + i;
    record.position += 4;
    index.records.push_back(record);
  }
  return index;
}

TEST_F(AuditedRunsTest, ReadsLabelsAndProbabilities) {
  const std::string folder = WriteRun("a", ExampleIndex(), ExamplePredictions());
  const absl::StatusOr<AuditedRuns> runs = ReadAuditedRuns({folder});
  ASSERT_THAT(runs, IsOk());
  EXPECT_THAT(runs->ids, ElementsAre(3, 4, 5, 6));
  EXPECT_EQ(runs->paths[0], "/data/te,st#0");
  EXPECT_FALSE(runs->is_selected_by);
  ASSERT_EQ(runs->judged.size(), 4);
  EXPECT_EQ(runs->judged[0].label, 2);
  const double sum = 1 + std::exp(1) + std::exp(2);  // logits 0 1 2
  EXPECT_NEAR(runs->judged[0].ProbabilityOf(0), 1 / sum, 1e-6);
  EXPECT_NEAR(runs->judged[0].ProbabilityOf(2), std::exp(2) / sum, 1e-6);
}

TEST_F(AuditedRunsTest, FoldsAreJoinedAndASamplePredictedTwiceIsNamed) {
  const std::string a = WriteRun("fold1", ExampleIndex(), ExamplePredictions());
  DatasetIndex index = LargerIndex();
  PredictionTable others(3);
  for (int id = 7; id < 11; ++id) others.Add(id, index.records[id].label, {0, 1, 2});
  for (const int id : {3, 4, 5, 6}) index.records[id].split = Split::kTrain;  // class_map.csv counts those of this fold
  const std::string b = WriteRun("fold2", index, others);
  const absl::StatusOr<AuditedRuns> runs = ReadAuditedRuns({a, b});
  ASSERT_THAT(runs, IsOk());
  EXPECT_THAT(runs->ids, ElementsAre(3, 4, 5, 6, 7, 8, 9, 10));
  const std::string again = WriteRun("again", ExampleIndex(), ExamplePredictions());
  EXPECT_THAT(ReadAuditedRuns({a, again}),
              Fails(ExitCode::kConfig, AllOf(HasSubstr("4 samples are predicted twice; the first is sample 3 (/data/te,st#0)"),
                                             HasSubstr(a), HasSubstr(again))));
}

TEST_F(AuditedRunsTest, OfManyClassesTheFiveMostProbableAndTheLabelAreKnown) {
  DatasetIndex index = ExampleIndex();
  std::vector<std::string> names;
  for (int i = 0; i < 120; ++i) names.push_back(absl::StrCat("c", i));
  index.classes = ClassMap(names);
  PredictionTable predictions(120);
  std::vector<float> logits;
  for (int i = 0; i < 120; ++i) logits.push_back(static_cast<float>(i) / 8);
  for (int id = 3; id < 7; ++id) predictions.Add(id, index.records[id].label, logits);
  const absl::StatusOr<AuditedRuns> runs = ReadAuditedRuns({WriteRun("many", index, predictions)});
  ASSERT_THAT(runs, IsOk());
  EXPECT_FALSE(runs->has_all_probabilities());
  const JudgedSample& sample = runs->judged[0];
  ASSERT_EQ(sample.label, 2);
  std::vector<int32_t> listed;
  for (const ClassProbability& of : sample.probabilities) listed.push_back(of.label);
  EXPECT_THAT(listed, ElementsAre(2, 115, 116, 117, 118, 119));
  const std::vector<double> expected = predictions.Probabilities(0);
  for (const int32_t label : listed) EXPECT_NEAR(sample.ProbabilityOf(label) / expected[label], 1, 1e-6) << label;
}

TEST_F(AuditedRunsTest, RunsThatPredictedNothingAreRefused) {
  const std::string folder = Path("unfinished");
  WriteExampleRunFolder(folder, RunReport::INTERRUPTED);
  EXPECT_THAT(ReadAuditedRuns({folder}), Fails(ExitCode::kData, HasSubstr(folder + ": is not finished")));
  EXPECT_THAT(ReadAuditedRuns({"/no/such"}), Fails(ExitCode::kData, HasSubstr("/no/such")));
}

TEST_F(AuditedRunsTest, RunsOnOtherClassesAreRefused) {
  const std::string a = WriteRun("a", ExampleIndex(), ExamplePredictions());
  DatasetIndex index = ExampleIndex();
  index.classes = ClassMap({"x", "y", "z"});
  EXPECT_THAT(ReadAuditedRuns({a, WriteRun("other", index, ExamplePredictions())}),
              Fails(ExitCode::kConfig, HasSubstr("other data or classes")));
}

}  // namespace
}  // namespace mica
