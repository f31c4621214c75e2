#include "experiments/compare/comparison_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiments/compare/example_runs.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string BodyOf(const std::string& page) {
  return page.substr(0, page.find("<script type=\"application/json\""));
}

TEST(ComparisonPageTest, HasEverySection) {
  RunResults other = ExampleRun("b", "1100", ExampleExperimentWithSeed(43));
  other.experiment.mutable_optimizer()->mutable_sgd()->set_learning_rate(0.5);
  const RunTable metrics(1, {{"epoch", {"1"}}, {"val_loss", {"0.5"}}, {"val_accuracy", {"0.75"}}});
  const std::string body = BodyOf(ComparisonPage(CompareResults({ExampleRun("a", "1111"), other}), {metrics, metrics}, "/runs/tiny"));
  for (const std::string id : {"runs", "settings", "luck", "repeats", "curves", "seconds"}) {
    EXPECT_THAT(body, AllOf(HasSubstr("<section id=\"" + id + "\""), HasSubstr("href=\"#" + id + "\""))) << id;
  }
  EXPECT_THAT(body, AllOf(HasSubstr("<code>optimizer.sgd.learning_rate</code>"), HasSubstr("href=\"./a/report.html\""),
                          HasSubstr("data-plot=\"loss\""), HasSubstr("may be luck")));
}

TEST(ComparisonPageTest, NamesAreText) {
  RunResults run = ExampleRun("<script>alert(1)</script>\" onload='x'", "1111");
  run.record.report.set_experiment("<script>alert(2)</script>");
  run.record.report.set_host("<script>alert(3)</script>");
  const std::string page = ComparisonPage(CompareResults({run, ExampleRun("b", "1100")}), {RunTable(0, {}), RunTable(0, {})}, "/runs");
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(BodyOf(page), Not(HasSubstr("\" onload")));
}

TEST(ComparisonPageTest, LinksStartFromWhereThePageLies) {
  const Comparison comparison = CompareResults({ExampleRun("lr#1", "1111"), ExampleRun("b", "1100")});
  const std::string folder = comparison.folder + "/pages";
  const std::string body = BodyOf(ComparisonPage(comparison, {RunTable(0, {}), RunTable(0, {})}, folder));
  EXPECT_THAT(body, AllOf(HasSubstr("href=\"./../lr%231/report.html\""), HasSubstr("href=\"./../b/report.html\"")));
}

// Chart.js takes the ends of the axis from the first point and the last.
TEST(ComparisonPageTest, DotsAreSortedBySeconds) {
  std::vector<RunResults> runs = {ExampleRun("a", "1111"), ExampleRun("b", "1110"), ExampleRun("c", "1100")};
  const double seconds[] = {60, 10, 30};
  for (size_t i = 0; i < runs.size(); ++i) runs[i].summary->train_seconds = seconds[i];
  const std::string page = ComparisonPage(CompareResults(runs), std::vector<RunTable>(3, RunTable(0, {})), "/runs");
  const size_t dots = page.find("{\"kind\":\"dots\"");
  const size_t first = page.find("\"x\":10.0", dots), second = page.find("\"x\":30.0", dots), third = page.find("\"x\":60.0", dots);
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_NE(third, std::string::npos);
}

TEST(ComparisonPageTest, UnfinishedRunsSayWhatIsNotThere) {
  const std::string body =
      BodyOf(ComparisonPage(CompareResults({UnfinishedExampleRun("a", RunReport::RUNNING), UnfinishedExampleRun("b", RunReport::FAILED)}),
                            {RunTable(0, {}), RunTable(0, {})}, "/runs"));
  EXPECT_THAT(body, AllOf(HasSubstr("No run has an evaluated epoch."), HasSubstr("No two runs were tested on the same samples."),
                          HasSubstr("failed")));
}

}  // namespace
}  // namespace mica
