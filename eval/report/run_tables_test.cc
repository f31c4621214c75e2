#include "eval/report/run_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/number_format.h"
#include "eval/report/run_example.h"

namespace mica {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

// RFC 4180, for these tests alone.
std::vector<std::vector<std::string>> ParseCsv(const std::string& text) {
  std::vector<std::vector<std::string>> rows = {{""}};
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' && quoted && i + 1 < text.size() && text[i + 1] == '"') {
      rows.back().back() += text[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      rows.back().emplace_back();
    } else if (c == '\n' && !quoted) {
      rows.push_back({""});
    } else {
      rows.back().back() += c;
    }
  }
  rows.pop_back();  // the text ends with a line feed
  return rows;
}

double NumberOf(const std::string& text) {
  double value = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(absl::SimpleAtod(text, &value)) << text;
  return value;
}

constexpr char kMetricColumns[] =
    "val_loss,val_accuracy,val_balanced_accuracy,val_macro_precision,val_macro_recall,val_macro_f1,val_top5_accuracy,val_nll,val_brier,"
    "val_ece,test_loss,test_accuracy,test_balanced_accuracy,test_macro_precision,test_macro_recall,test_macro_f1,test_top5_accuracy,"
    "test_nll,test_brier,test_ece";

TEST(RunTablesTest, SummaryCsvWithoutValidation) {
  EXPECT_EQ(SummaryCsv(ExampleSummary()),
            std::string("experiment,run,model,parameters,optimizer,schedule,learning_rate,epochs,seed,device,best_epoch,") +
                kMetricColumns +
                ",train_seconds,peak_memory_mib,class_map_fingerprint\n"
                "tiny,first,tiny_vgg,8750,sgd,constant,0.1,3,18446744073709551615,cpu,,,,,,,,,,,,0.5,1.5,2.5,3.5,4.5,5.5,6.5,7.5,8.5,9.5,"
                "15.5,300,0123456789abcdef\n");
}

TEST(RunTablesTest, SummaryCsvWithValidation) {
  SummaryRow row = ExampleSummary();
  row.best_epoch = 2;
  row.validation = ExampleMetrics(20);
  row.test.reset();
  EXPECT_THAT(SummaryCsv(row), HasSubstr(",cpu,2,20,21,22,23,24,25,26,27,28,29,,,,,,,,,,,15.5,"));
}

TEST(RunTablesTest, ExtraMetricsFollowTheOthersOfTheirSplit) {
  SummaryRow row = ExampleSummary();
  row.extra_metrics = {"kappa"};
  row.test->values.push_back({"kappa", 77});
  EXPECT_THAT(SummaryCsv(row), HasSubstr(",test_ece,test_kappa,train_seconds,"));
  EXPECT_THAT(SummaryCsv(row), HasSubstr(",val_ece,val_kappa,test_loss,"));
  EXPECT_THAT(SummaryCsv(row), HasSubstr(",9.5,77,15.5,"));
}

TEST(RunTablesTest, ConfusionMatrixCsv) {
  EXPECT_EQ(ConfusionMatrixCsv(ConfusionMatrix(ExamplePredictions()), ExampleIndex().classes),
            "truth,\"shirt, long\",\"12\"\" record\",T-shirt/top\n"
            "\"shirt, long\",1,1,0\n"
            "\"12\"\" record\",0,1,0\n"
            "T-shirt/top,0,0,1\n");
}

TEST(RunTablesTest, ClassMapCsv) {
  EXPECT_EQ(ClassMapCsv(ExampleIndex()),
            "id,name,train,validation,test\n"
            "0,\"shirt, long\",1,1,2\n"
            "1,\"12\"\" record\",0,0,1\n"
            "2,T-shirt/top,1,0,1\n");
}

TEST(RunTablesTest, PredictionsCsv) {
  const PredictionTable predictions = ExamplePredictions();
  // The last digit of a double may differ between processors.
  const auto loss = [&](int64_t row) { return FormatNumber(predictions.NegativeLogLikelihood(row)); };
  EXPECT_EQ(PredictionsCsv(predictions, ExampleIndex()),
            absl::StrCat("id,path,truth,truth_name,prediction,prediction_name,correct,loss,confidence,prob_0,prob_1,prob_2\n",  //
                         "3,\"/data/te,st#0\",2,T-shirt/top,2,T-shirt/top,1,", loss(0), ",0.66524094,0.09003057,0.24472848,0.66524094\n",
                         "4,\"/data/te,st#1\",1,\"12\"\" record\",1,\"12\"\" record\",1,", loss(1),
                         ",0.44981623,0.10036756,0.44981623,0.44981623\n",  //
                         "5,\"/data/te,st#2\",0,\"shirt, long\",0,\"shirt, long\",1,0,1,1,0,0\n",
                         "6,\"/data/te,st#3\",0,\"shirt, long\",1,\"12\"\" record\",0,", loss(3),
                         ",0.57611686,0.21194156,0.57611686,0.21194156\n"));
  EXPECT_NEAR(NumberOf(loss(3)), 1.551444713932051, 1e-12);
}

TEST(RunTablesTest, UnlabelledSamplesHaveNoTruthInPredictionsCsv) {
  PredictionTable predictions(3);
  predictions.Add(3, /*label=*/-1, {0, 1000, 0});
  EXPECT_THAT(PredictionsCsv(predictions, ExampleIndex()), HasSubstr("\n3,\"/data/te,st#0\",,,1,\"12\"\" record\",,,1,0,1,0\n"));
}

TEST(RunTablesTest, PredictionsCsvReadsBackToTheMetrics) {
  const PredictionTable predictions = ExamplePredictions();
  const std::vector<std::vector<std::string>> rows = ParseCsv(PredictionsCsv(predictions, ExampleIndex()));
  ASSERT_EQ(rows.size(), 5u);
  ASSERT_THAT(rows, Each(SizeIs(12)));
  double right = 0;
  double loss = 0;
  for (size_t row = 1; row < rows.size(); ++row) {
    right += rows[row][2] == rows[row][4];
    loss += NumberOf(rows[row][7]);
    EXPECT_EQ(rows[row][6], rows[row][2] == rows[row][4] ? "1" : "0");
    EXPECT_EQ(rows[row][8], rows[row][9 + static_cast<int>(NumberOf(rows[row][4]))]);
  }
  const MetricSet metrics = ComputeMetrics(predictions);
  EXPECT_EQ(right / 4, metrics.Get("accuracy"));
  EXPECT_EQ(loss / 4, metrics.Get("loss"));
  EXPECT_EQ(rows[1][1], "/data/te,st#0");
  EXPECT_EQ(rows[2][3], "12\" record");
}

// D8: any byte may stand in a class name.
TEST(RunTablesTest, NamesOfAnyBytesReadBack) {
  const std::vector<std::string> names = {"line\nfeed", "\r", "caf\xe9", std::string("nul\0", 4), "", " spaced ", "\"", ",", "=1+1"};
  ConfusionMatrix matrix(static_cast<int>(names.size()));
  const std::vector<std::vector<std::string>> rows = ParseCsv(ConfusionMatrixCsv(matrix, ClassMap(names)));
  ASSERT_EQ(rows.size(), names.size() + 1);
  for (size_t c = 0; c < names.size(); ++c) EXPECT_EQ(rows[c + 1][0], names[c]);
}

DatasetIndex IndexOf(int samples, int classes) {
  DatasetIndex index;
  index.files = {{"/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz", nullptr, std::nullopt}};
  std::vector<std::string> names;
  for (int c = 0; c < classes; ++c) names.push_back("class " + std::to_string(c));
  index.classes = ClassMap(names);
  index.records.resize(samples);
  for (int id = 0; id < samples; ++id) index.records[id].id = index.records[id].position = id;
  return index;
}

PredictionTable PredictionsOf(int samples, int classes) {
  PredictionTable predictions(classes);
  std::vector<float> logits(classes);
  for (int id = 0; id < samples; ++id) {
    for (int c = 0; c < classes; ++c) logits[c] = static_cast<float>(std::sin(id * 31 + c) * 4);
    predictions.Add(id, id % classes, logits);
  }
  return predictions;
}

TEST(RunTablesTest, AHundredClassesHaveAColumnEach) {
  const auto rows = ParseCsv(PredictionsCsv(PredictionsOf(1, 100), IndexOf(1, 100)));
  EXPECT_EQ(rows[0].back(), "prob_99");
  EXPECT_THAT(rows, Each(SizeIs(109)));
}

TEST(RunTablesTest, AboveAHundredClassesTheTopFiveStandInOrder) {
  const auto rows = ParseCsv(PredictionsCsv(PredictionsOf(1, 101), IndexOf(1, 101)));
  EXPECT_EQ(rows[0][9], "top1_class");
  EXPECT_EQ(rows[0][18], "top5_prob");
  ASSERT_THAT(rows, Each(SizeIs(19)));
  EXPECT_EQ(rows[1][9], rows[1][4]);
  EXPECT_EQ(rows[1][10], rows[1][8]);
  for (int k = 1; k < 5; ++k) EXPECT_GE(NumberOf(rows[1][8 + 2 * k]), NumberOf(rows[1][10 + 2 * k]));
}

// It takes some 20 ms. The bound only catches a change of the order of growth.
TEST(RunTablesTest, TenThousandPredictionsAreQuick) {
  const PredictionTable predictions = PredictionsOf(10000, 10);
  const DatasetIndex index = IndexOf(10000, 10);
  const absl::Time start = absl::Now();
  PredictionsCsv(predictions, index);
  const double milliseconds = absl::ToDoubleMilliseconds(absl::Now() - start);
  RecordProperty("milliseconds", std::to_string(milliseconds));
  EXPECT_LT(milliseconds, 1000);
}

}  // namespace
}  // namespace mica
