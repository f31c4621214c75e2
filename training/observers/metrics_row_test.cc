#include "training/observers/metrics_row.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace mica {
namespace {

using testing::Contains;
using testing::ElementsAreArray;

// 0.5, 1.5, … in the order of the names.
MetricSet ExampleMetrics() {
  MetricSet metrics;
  double value = 0.5;
  for (const std::string& name : MetricNames()) metrics.values.push_back({name, value++});
  return metrics;
}

EpochRow ExampleEpoch() {
  EpochRow row;
  row.epoch = 1;
  row.step = 1'000'000;  // not 1e+06
  row.learning_rate = 0.1;
  row.train_loss = 0.59;
  row.train_accuracy = 1.0 / 3;
  row.evaluations = {{Split::kTest, ExampleMetrics()}};
  row.grad_norm = 1e-7;
  row.images_per_second = 12000;
  row.data_wait_fraction = 0.25;
  row.train_seconds = 5;
  row.eval_seconds = 0.125;
  row.peak_memory_mib = 300.5;
  return row;
}

std::string Text(const std::vector<CsvField>& row) {
  std::vector<std::string> texts;
  for (const CsvField& field : row) texts.push_back(field.text);
  return CsvRow(texts);
}

TEST(MetricsRowTest, IsPinned) {
  EXPECT_EQ(CsvRow(MetricsColumns({})),
            "epoch,step,learning_rate,train_loss,train_accuracy,"
            "val_loss,val_accuracy,val_balanced_accuracy,val_macro_precision,val_macro_recall,val_macro_f1,val_top5_accuracy,val_nll,"
            "val_brier,val_ece,test_loss,test_accuracy,test_balanced_accuracy,test_macro_precision,test_macro_recall,test_macro_f1,"
            "test_top5_accuracy,test_nll,test_brier,test_ece,"
            "grad_norm,images_per_second,data_wait_fraction,train_seconds,eval_seconds,peak_memory_mib\n");
  EXPECT_EQ(Text(MetricsRow(ExampleEpoch())),
            "1,1000000,0.1,0.59,0.3333333333333333,,,,,,,,,,,0.5,1.5,2.5,3.5,4.5,5.5,6.5,7.5,8.5,9.5,1e-07,12000,0.25,5,0.125,300.5\n");
}

TEST(MetricsRowTest, KeepsNonFiniteValues) {
  EpochRow row = ExampleEpoch();
  row.train_loss = std::numeric_limits<double>::quiet_NaN();
  row.grad_norm = std::numeric_limits<double>::infinity();

  const std::string text = Text(MetricsRow(row));

  EXPECT_THAT(text, testing::StartsWith("1,1000000,0.1,nan,"));
  EXPECT_THAT(text, testing::HasSubstr(",inf,12000,"));
}

TEST(MetricsRowTest, WhatALossTermTellsIsAColumn) {
  EpochRow row = ExampleEpoch();
  row.scalars = {{"mask_fraction", 0.75}, {"pseudo_label_accuracy", 0.5}};

  const std::vector<CsvField> fields = MetricsRow(row);

  std::vector<std::string> columns;
  for (const CsvField& field : fields) columns.push_back(field.column);
  EXPECT_THAT(MetricsColumns({"mask_fraction", "pseudo_label_accuracy"}), ElementsAreArray(columns));
  EXPECT_THAT(columns, Contains("mask_fraction"));
  EXPECT_EQ(fields.back().text, "0.5");
}

}  // namespace
}  // namespace mica
