#include "experiments/artefacts/training_plots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiments/artefacts/example_run_files.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

RunFiles RunWithMetrics(const std::vector<RunTable::Column>& columns) {
  RunFiles run;
  run.folder = "/runs/x/a";
  run.tables.emplace("metrics.csv", RunTable(columns[0].texts.size(), columns));
  return run;
}

std::vector<std::string> NamesOf(const std::vector<NamedPlot>& plots) {
  std::vector<std::string> names;
  for (const NamedPlot& plot : plots) names.push_back(plot.name);
  return names;
}

std::string Drawn(const NamedPlot& plot) {
  return plot.script.data + plot.script.commands;
}

TEST(TrainingPlotsTest, ARunHasCurvesOfWhatItMeasured) {
  const RunFiles run = ReadRunFiles(WriteExampleRun("run", RunReport::FINISHED)).value();
  const std::vector<NamedPlot> plots = TrainingPlots(run);
  ASSERT_THAT(NamesOf(plots), ElementsAre("learning_curves", "optimization", "weights", "gradients"));
  EXPECT_THAT(Drawn(plots[2]), HasSubstr("fc.weight"));
  EXPECT_THAT(Drawn(plots[0]),
              AllOf(HasSubstr("train (running)"), HasSubstr("test"), Not(HasSubstr("validation")), Not(HasSubstr("best epoch"))));
}

TEST(TrainingPlotsTest, TheBestEpochIsMarked) {
  RunFiles run = RunWithMetrics({{"epoch", {"1", "2"}}, {"val_loss", {"0.5", "0.4"}}});
  run.record.emplace();
  run.record->report.set_best_epoch(2);
  EXPECT_THAT(Drawn(TrainingPlots(run).at(0)), AllOf(HasSubstr("best epoch"), HasSubstr("validation")));
}

TEST(TrainingPlotsTest, WhatLossTermsTellIsAPlotOfItsOwn) {
  const RunFiles run = RunWithMetrics({{"epoch", {"1"}}, {"peak_memory_mib", {"300"}}, {"mask_fraction", {"0.75"}}, {"unused", {""}}});
  const std::vector<NamedPlot> plots = TrainingPlots(run);
  ASSERT_THAT(NamesOf(plots), ElementsAre("loss_terms"));
  EXPECT_THAT(Drawn(plots[0]), AllOf(HasSubstr("mask_fraction"), Not(HasSubstr("unused"))));
}

TEST(TrainingPlotsTest, WithoutAnEpochThereIsNothing) {
  EXPECT_THAT(TrainingPlots(RunWithMetrics({{"epoch", {}}, {"val_loss", {}}})), IsEmpty());
  EXPECT_THAT(TrainingPlots(RunFiles()), IsEmpty());
}

}  // namespace
}  // namespace mica
