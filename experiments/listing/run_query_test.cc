#include "experiments/listing/run_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

RunListing Example() {
  RunListing listing;
  const auto add = [&](const std::string& name, std::map<std::string, std::string, std::less<>> fields) {
    ListedRun run;
    run.name = name;
    run.fields = std::move(fields);
    listing.runs.push_back(std::move(run));
  };
  add("a", {{"model", "linear"}, {"test_accuracy", "0.8"}, {"test_loss", "0.5"}, {"seed", "10"}, {"state", "finished"}});
  add("b", {{"model", "tiny_vgg"}, {"test_accuracy", "0.9"}, {"test_loss", "0.3"}, {"seed", "9"}, {"state", "finished"}});
  add("c", {{"model", "tiny_vgg"}, {"test_accuracy", "nan"}, {"test_loss", "nan"}, {"seed", "9"}, {"state", "finished"}});
  add("d", {{"model", "alexnet"}, {"seed", "1"}, {"state", "running"}});
  listing.runs[0].fields["test_ece_equal_mass"] = "0.2";
  listing.runs[1].fields["test_ece_equal_mass"] = "0.1";
  return listing;
}

std::vector<std::string> Found(const std::string& filter, const std::string& sort = "") {
  const auto query = ParseRunQuery(filter, sort);
  if (!query.ok()) return {std::string(query.status().message())};
  RunListing listing = Example();
  if (const absl::Status status = ApplyRunQuery(*query, &listing); !status.ok()) return {std::string(status.message())};
  std::vector<std::string> names;
  for (const ListedRun& run : listing.runs) names.push_back(run.name);
  return names;
}

TEST(RunQueryTest, FiltersByTextAndNumber) {
  EXPECT_THAT(Found(""), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(Found("model=tiny_vgg"), ElementsAre("b", "c"));
  EXPECT_THAT(Found("model!=tiny_vgg"), ElementsAre("a", "d"));
  EXPECT_THAT(Found("model~_v"), ElementsAre("b", "c"));
  EXPECT_THAT(Found("test_accuracy>0.8"), ElementsAre("b"));
  EXPECT_THAT(Found("test_accuracy>=0.80"), ElementsAre("a", "b"));
  EXPECT_THAT(Found("test_loss<=0.3"), ElementsAre("b"));
  EXPECT_THAT(Found("test_loss<0.3"), IsEmpty());
  EXPECT_THAT(Found("seed=9.0, state = finished"), ElementsAre("b", "c"));
}

TEST(RunQueryTest, SortsTheBestFirst) {
  EXPECT_THAT(Found("", "test_accuracy"), ElementsAre("b", "a", "c", "d"));
  EXPECT_THAT(Found("", "-test_accuracy"), ElementsAre("a", "b", "c", "d")) << "what is missing comes last either way";
  EXPECT_THAT(Found("", "test_loss"), ElementsAre("b", "a", "c", "d"));
  EXPECT_THAT(Found("", "test_ece_equal_mass"), ElementsAre("b", "a", "c", "d"));
  EXPECT_THAT(Found("", "seed"), ElementsAre("a", "b", "c", "d")) << "as numbers: 10 is more than 9; equal ones stay in order";
  EXPECT_THAT(Found("", "model"), ElementsAre("d", "a", "b", "c"));
  EXPECT_THAT(Found("", "-model"), ElementsAre("b", "c", "a", "d"));
}

TEST(RunQueryTest, MistakesAreNamed) {
  EXPECT_THAT(Found("test_acuracy>0.8"),
              ElementsAre(HasSubstr("--filter: no run has a field \"test_acuracy\"; did you mean \"test_accuracy\"?")));
  EXPECT_THAT(Found("", "modell"), ElementsAre(HasSubstr("--sort: no run has a field \"modell\"; did you mean \"model\"?")));
  EXPECT_THAT(Found("model"), ElementsAre(HasSubstr("\"model\" is no condition; write a field")));
  EXPECT_THAT(Found("=3"), ElementsAre(HasSubstr("\"=3\" is no condition")));
  EXPECT_THAT(Found("test_accuracy>high"), ElementsAre(HasSubstr("compares with \"high\", which is no number")));
  EXPECT_THAT(Found("", "-"), ElementsAre(HasSubstr("names no field")));
  EXPECT_THAT(ParseRunQuery("x", ""), Fails(ExitCode::kFlag, HasSubstr("--filter")));
}

}  // namespace
}  // namespace mica
