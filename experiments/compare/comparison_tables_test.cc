#include "experiments/compare/comparison_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiments/compare/example_runs.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

RunResults Named(const std::string& experiment, const std::string& run, absl::string_view right, uint64_t seed) {
  RunResults results = ExampleRun(run, right, ExampleExperimentWithSeed(seed));
  results.record.report.set_experiment(experiment);
  results.experiment.set_name(experiment);
  results.record.report.set_seed(seed);
  if (experiment != "a_b") results.experiment.mutable_optimizer()->mutable_sgd()->set_learning_rate(0.5);
  return results;
}

TEST(ComparisonTablesTest, RepeatsAreOneRowAndTheBestIsBold) {
  const Comparison comparison = CompareResults({Named("a_b", "1", "1111", 1), Named("a_b", "2", "1110", 2),
                                                Named("50 % & more", "3", "1100", 1), UnfinishedExampleRun("4", RunReport::RUNNING)});
  const std::string markdown = ComparisonMarkdown(comparison);
  EXPECT_THAT(markdown, HasSubstr("| experiment | accuracy (%) | macro F1 (%) | loss | parameters | training (s) | n |\n|---|---:|"));
  EXPECT_THAT(markdown, HasSubstr("| a\\_b | **87.50** ± 17.68 |"));
  EXPECT_THAT(markdown, HasSubstr("| 50 % \\& more | 50.00 |"));
  EXPECT_THAT(markdown, HasSubstr("(1, 2)"));  // seeds
  const std::string latex = ComparisonLatex(comparison);
  EXPECT_THAT(latex,
              AllOf(HasSubstr("a\\_b & \\textbf{87.50} $\\pm$ 17.68 &"), HasSubstr("50 \\% \\& more & 50.00 &"), HasSubstr("\\toprule")));
  EXPECT_THAT(latex, HasSubstr("accuracy (\\%)"));
}

TEST(ComparisonTablesTest, NothingInANameIsMarkup) {
  EXPECT_EQ(EscapeLatex("a\\b{c}$_^~#<|[\xc3\xa9"),
            "a\\textbackslash{}b\\{c\\}\\$\\_\\textasciicircum{}\\textasciitilde{}\\#\\textless{}\\textbar{}{[}\xc3\xa9");
  EXPECT_EQ(EscapeMarkdown("<script>|*x*"), "\\<script\\>\\|\\*x\\*");
}

TEST(ComparisonTablesTest, OtherDataHaveABestOfTheirOwnAndOtherPlacesNoMeanTime) {
  RunResults elsewhere = Named("a_b", "2", "1110", 2), other_data = Named("c", "3", "1000", 1);
  elsewhere.record.report.set_host("elsewhere");
  other_data.record.report.set_dataset_fingerprint("other");
  const std::string markdown = ComparisonMarkdown(CompareResults({Named("a_b", "1", "1111", 1), elsewhere, other_data}));
  EXPECT_THAT(markdown, HasSubstr("| c | **25.00** |"));
  EXPECT_THAT(markdown, HasSubstr("| a\\_b | **87.50** ± 17.68 |"));
  EXPECT_THAT(markdown, AllOf(HasSubstr("| – | 2 |"), HasSubstr("host elsewhere")));
}

TEST(ComparisonTablesTest, ExperimentsOfOneNameAreToldApart) {
  RunResults other = Named("a_b", "2", "1100", 1);
  other.experiment.mutable_trainer()->set_epochs(9);
  const std::string markdown = ComparisonMarkdown(CompareResults({Named("a_b", "1", "1111", 1), other}));
  EXPECT_THAT(markdown, AllOf(HasSubstr("| a\\_b |"), HasSubstr("| 2 |")));
}

}  // namespace
}  // namespace mica
