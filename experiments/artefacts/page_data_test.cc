#include "experiments/artefacts/page_data.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "experiments/artefacts/example_run_files.h"

namespace mica {
namespace {

using Json = nlohmann::json;

RunFiles RunWithSample(const std::string& name) {
  RunFiles run;
  run.class_names = {"a", name};
  run.samples.emplace();
  run.samples->size = {64, 128};
  SheetSample sample;
  sample.id = 7;
  sample.path = "/d/" + name;
  sample.prediction = 1;
  sample.confidence = 0.75;
  sample.worst_rank = 3;
  sample.region = {32, 0, 28, 30};
  run.samples->samples = {sample};
  return run;
}

TEST(PageDataTest, ARunsTablesBecomePlots) {
  const PageData data = MakePageData(ReadRunFiles(WriteExampleRun("run", RunReport::FINISHED)).value());
  const Json json = Json::parse(data.json);
  EXPECT_EQ(json["plots"]["loss"]["series"].size(), 2u) << "train and test; there is no validation";
  EXPECT_EQ(json["plots"]["loss"]["series"][0]["points"][0], Json({{"x", 1.0}, {"y", 0.9}}));
  EXPECT_EQ(json["plots"]["reliability"]["kind"], "bar");
  EXPECT_TRUE(data.HasPlot("risk_coverage"));
  EXPECT_FALSE(data.HasPlot("calibrated"));
  EXPECT_FALSE(data.HasPlot("risk"));
  EXPECT_EQ(json["classes"].size(), 3u);
}

TEST(PageDataTest, SamplesSayWhereTheyAre) {
  const Json json = Json::parse(MakePageData(RunWithSample("</script>\"")).json);
  EXPECT_EQ(json["sheet"], Json({128, 64}));
  const Json& sample = json["samples"][0];
  EXPECT_EQ(sample["box"], Json({32, 0, 28, 30}));
  EXPECT_EQ(sample["path"], "/d/</script>\"");
  EXPECT_EQ(sample["worst"], 3);
  EXPECT_FALSE(sample.contains("random"));
}

TEST(PageDataTest, NamesThatAreNotUtf8AreReplaced) {
  EXPECT_EQ(Json::parse(MakePageData(RunWithSample("\xff")).json)["classes"][1], "\xef\xbf\xbd");
}

TEST(PageDataTest, WithoutAClassMapSamplesNameTheirClasses) {
  RunFiles run = RunWithSample("x");
  run.class_names.clear();
  run.samples->samples[0].truth_name = "cat";
  run.samples->samples[0].prediction_name = "dog";
  EXPECT_EQ(Json::parse(MakePageData(run).json)["classes"], Json({"cat", "dog"}));
}

TEST(PageDataTest, NumbersThatAreNoneAreGaps) {
  RunFiles run;
  run.tables.emplace("metrics.csv", RunTable(2, {{"epoch", {"1", "2"}}, {"train_loss", {"nan", "0.5"}}}));
  const Json json = Json::parse(MakePageData(run).json);
  EXPECT_TRUE(json["plots"]["loss"]["series"][0]["points"][0]["y"].is_null());
}

}  // namespace
}  // namespace mica
