#include "experiments/embedding/embedding_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "base/files/csv_reader.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// Samples with these labels, all predicted as class 0.
class Example {
 public:
  explicit Example(const std::vector<int>& labels, int classes = 2) {
    std::vector<std::string> names;
    for (int i = 0; i < classes; ++i) names.push_back(i == 0 ? "cat, tabby" : absl::StrCat("class ", i));
    index_.classes = ClassMap(names);
    index_.files.push_back({"/d/a.idx"});
    features_.layer = "fc";
    features_.kind = "linear";
    features_.why = "as named";
    features_.shape = "2 values";
    features_.columns = 2;
    features_.predictions = PredictionTable(classes);
    embedding_.columns = 2;
    for (size_t i = 0; i < labels.size(); ++i) {
      ImageRecord& record = index_.records.emplace_back();
      record.id = static_cast<int64_t>(i);
      record.length = 1;
      record.position = static_cast<int32_t>(i);
      record.label = labels[i];
      std::vector<float> logits(classes);
      logits[0] = 1;
      features_.predictions.Add(record.id, record.label, logits);
      embedding_.points.x.push_back(static_cast<float>(i));
      embedding_.points.y.push_back(0.5f);
      embedding_.reduced.insert(embedding_.reduced.end(), {1, 2});
    }
  }

  EmbeddedSplit Get(EmbeddingMethod method = EmbeddingMethod::kTsne) const {
    return {index_, features_, embedding_, method, Split::kTest, features_.predictions.size(), "runs/x/a"};
  }

  LayerEmbedding& embedding() { return embedding_; }

 private:
  DatasetIndex index_;
  LayerFeatures features_;
  LayerEmbedding embedding_;
};

TEST(EmbeddingReportTest, ARowIsASample) {
  EXPECT_EQ(EmbeddingCsv(Example({0, 1, -1}).Get()),
            "id,path,truth,truth_name,prediction,prediction_name,correct,x,y\n"
            "0,/d/a.idx#0,0,\"cat, tabby\",0,\"cat, tabby\",1,0,0.5\n"
            "1,/d/a.idx#1,1,class 1,0,\"cat, tabby\",0,1,0.5\n"
            "2,/d/a.idx#2,,,0,\"cat, tabby\",,2,0.5\n");
}

TEST(EmbeddingReportTest, ColoursAreTrueClassesAndCrossesAreWrong) {
  const ScatterPlot plot = EmbeddingPlot(Example({1, 0, -1, 1}).Get());
  EXPECT_THAT(plot.groups, ElementsAre("cat, tabby", "class 1", "no label"));
  std::vector<int> groups, marks;
  for (const ScatterPoint& point : plot.points) {
    groups.push_back(point.group);
    marks.push_back(point.is_marked);
  }
  EXPECT_THAT(groups, ElementsAre(1, 0, 2, 1));
  EXPECT_THAT(marks, ElementsAre(1, 0, 0, 1));
  EXPECT_EQ(plot.mark, "predicted wrong");
  EXPECT_FALSE(plot.has_ticks);
}

TEST(EmbeddingReportTest, WithoutLabelsThereIsOneColour) {
  const ScatterPlot plot = EmbeddingPlot(Example({-1, -1}).Get(EmbeddingMethod::kPca));
  EXPECT_THAT(plot.groups, IsEmpty());
  EXPECT_EQ(plot.points[1].group, 0);
  EXPECT_EQ(plot.mark, "");
  EXPECT_EQ(plot.x.label, "component 1");
}

// Class 999 has two samples, so it is among the largest.
TEST(EmbeddingReportTest, OfAThousandClassesTheLargestHaveColours) {
  std::vector<int> labels;
  for (int i = 0; i < 1000; ++i) labels.push_back(i);
  labels.push_back(999);
  const ScatterPlot plot = EmbeddingPlot(Example(labels, 1000).Get());
  ASSERT_EQ(plot.groups.size(), kMostColours);
  EXPECT_EQ(plot.groups.back(), "971 other classes");
  EXPECT_EQ(plot.groups[kMostColours - 2], "class 999");
  EXPECT_EQ(plot.points[27].group, 27);
  EXPECT_EQ(plot.points[500].group, static_cast<int>(kMostColours) - 1);
  EXPECT_EQ(plot.points[1000].group, static_cast<int>(kMostColours) - 2);
}

TEST(EmbeddingReportTest, MeasuresThatDoNotExistAreEmptyOrDashes) {
  Example example({0, 1});
  example.embedding().trustworthiness = 0.75;
  const absl::StatusOr<CsvTable> table = ParseCsv(EmbeddingSummaryCsv(example.Get()), "summary.csv", {"trustworthiness", "continuity"});
  ASSERT_THAT(table, IsOk());
  EXPECT_EQ(table->Text(0, "trustworthiness"), "0.75");
  EXPECT_EQ(table->Text(0, "continuity"), "");
  const std::string text = EmbeddingText(example.Get());
  EXPECT_THAT(text, testing::ContainsRegex("trustworthiness +0\\.7500 "));
  EXPECT_THAT(text, testing::ContainsRegex("continuity +- "));
  EXPECT_THAT(text, StartsWith("layer fc (linear), as named: 2 values\ntest split, 2 samples\nt-SNE, "));
}

// 3 of one class and 1 of the other: 6 of 12 ordered pairs are equal.
TEST(EmbeddingReportTest, PurityStandsBesideItsChance) {
  EXPECT_THAT(EmbeddingText(Example({0, 0, 0, 1}).Get()), HasSubstr("; chance 0.5000"));
  EXPECT_THAT(EmbeddingText(Example({0, -1}).Get()), Not(HasSubstr("chance")));
}

TEST(EmbeddingReportTest, TheFolderIsReplacedAsAWhole) {
  const Example example({0, 1, 1});
  std::vector<Picture> pictures(3);
  for (Picture& picture : pictures) picture.Reshape(8, 8, 1);
  const DrawnPlot plot = {"png", "svg"};
  const std::string folder = MakeTestFolder("embedding") + "/fc_tsne_test";
  const std::vector<ReportFile> all = MakeEmbeddingFiles(example.Get(), pictures, &plot);
  ASSERT_THAT(WriteEmbedding(folder, all), IsOk());
  for (const ReportFile& file : all) EXPECT_THAT(ReadFile(folder + "/" + file.name), IsOkAndHolds(file.bytes));
  EXPECT_EQ(all.size(), 8);
  EXPECT_THAT(ReadFile(folder + "/projector_0_metadata.tsv"), IsOkAndHolds(StartsWith("id\tpath\ttruth\t")));
  EXPECT_THAT(ReadFile(folder + "/projector_config.pbtxt"), IsOkAndHolds(HasSubstr("single_image_dim: 32")));

  const std::vector<ReportFile> fewer = MakeEmbeddingFiles(example.Get(), {}, nullptr);
  EXPECT_EQ(fewer.size(), 5);
  ASSERT_THAT(WriteEmbedding(folder, fewer), IsOk());
  EXPECT_THAT(ReadFile(folder + "/embedding.png"), Fails(ExitCode::kData, HasSubstr("No such file")));
  WriteTestFile(folder + "/notes.txt", "mine");
  EXPECT_THAT(WriteEmbedding(folder, fewer), Fails(ExitCode::kOutput, HasSubstr("holds notes.txt")));
}

}  // namespace
}  // namespace mica
