#include "experiments/summary/probe_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/files/npy.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ProbedModel Model(const std::vector<std::string>& layers) {
  ProbedModel model;
  model.class_names = {"cat", "a,b"};
  model.result.picture = {"picture", "", {1, 2, 2}, {0, 1, 2, 3}};
  for (const std::string& layer : layers) model.result.outputs.push_back({layer, "conv2d", {2}, {0.5f, -1}});
  model.result.logits = {0.5f, 0.1f};
  return model;
}

std::vector<std::string> Names(const std::vector<ReportFile>& files) {
  std::vector<std::string> names;
  for (const ReportFile& file : files) names.push_back(file.name);
  return names;
}

TEST(ProbeFilesTest, HoldTheValuesAsArrays) {
  const std::vector<ReportFile> files = ProbeFiles({Model({"conv1"})}, ProbeFormat::kNpy);
  ASSERT_THAT(Names(files), ElementsAre("probe.csv", "logits.csv", "picture.npy", "conv1.npy"));
  EXPECT_EQ(files[0].bytes,
            "file,model,layer,kind,shape,mean,std,min,max,positive,zeros,not_finite\n"
            "picture.npy,a,picture,,1x2x2,1.5,1.118033988749895,0,3,0.75,0.25,0\n"
            "conv1.npy,a,conv1,conv2d,2,-0.25,0.75,-1,0.5,0.5,0,0\n");
  EXPECT_EQ(files[1].bytes, "model,class,name,logit\na,0,cat,0.5\na,1,\"a,b\",0.1\n");
  EXPECT_EQ(files[2].bytes, NpyBytes({1, 2, 2}, {0, 1, 2, 3}));
  EXPECT_EQ(files[3].bytes, NpyBytes({2}, {0.5f, -1}));
}

TEST(ProbeFilesTest, OrAsCsv) {
  const std::vector<ReportFile> files = ProbeFiles({Model({"conv1"})}, ProbeFormat::kCsv);
  ASSERT_THAT(Names(files), ElementsAre("probe.csv", "logits.csv", "picture.csv", "conv1.csv"));
  EXPECT_EQ(files[2].bytes, "index_0,index_1,index_2,value\n0,0,0,0\n0,0,1,1\n0,1,0,2\n0,1,1,3\n");
  EXPECT_EQ(files[3].bytes, "index_0,value\n0,0.5\n1,-1\n");
}

TEST(ProbeFilesTest, EachHasItsOwnName) {
  EXPECT_THAT(Names(ProbeFiles({Model({"conv1"}), Model({"fc"})}, ProbeFormat::kNpy)),
              ElementsAre("probe.csv", "logits.csv", "a.picture.npy", "a.conv1.npy", "b.picture.npy", "b.fc.npy"));
  EXPECT_THAT(Names(ProbeFiles({Model({"picture", "probe", "logits"})}, ProbeFormat::kCsv)),
              ElementsAre("probe.csv", "logits.csv", "picture.csv", "picture_.csv", "probe_.csv", "logits_.csv"));
}

TEST(ProbeFilesTest, AFolderIsReplacedByTheNextProbeAndByNothingElse) {
  const std::string folder = absl::StrCat(MakeTestFolder("probe"), "/out");
  ASSERT_THAT(WriteProbe(folder, ProbeFiles({Model({"conv1"})}, ProbeFormat::kNpy)), IsOk());
  ASSERT_THAT(WriteProbe(folder, ProbeFiles({Model({"fc"})}, ProbeFormat::kCsv)), IsOk());
  EXPECT_FALSE(std::filesystem::exists(folder + "/conv1.npy"));
  EXPECT_EQ(ReadFile(folder + "/fc.csv").value(), "index_0,value\n0,0.5\n1,-1\n");

  WriteTestFile(folder + "/mine.csv", "x");
  EXPECT_THAT(WriteProbe(folder, ProbeFiles({Model({"conv1"})}, ProbeFormat::kNpy)),
              Fails(ExitCode::kOutput, HasSubstr("holds mine.csv, so it is no report of mica probe")));
  EXPECT_TRUE(std::filesystem::exists(folder + "/fc.csv"));
}

TEST(ProbeFilesTest, AFileOfTheSameNameThatNoProbeWroteIsKept) {
  const std::string folder = MakeTestFolder("mine");
  WriteTestFile(folder + "/fc.npy", "mine");
  EXPECT_THAT(WriteProbe(folder, ProbeFiles({Model({"fc"})}, ProbeFormat::kNpy)), Fails(ExitCode::kOutput, HasSubstr("holds fc.npy")));
  EXPECT_EQ(ReadFile(folder + "/fc.npy").value(), "mine");
}

}  // namespace
}  // namespace mica
