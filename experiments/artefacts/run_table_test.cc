#include "experiments/artefacts/run_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Written(absl::string_view text) {
  const std::string path = MakeTestFolder("run_table") + "/t.csv";
  WriteTestFile(path, text);
  return path;
}

TEST(RunTableTest, HoldsEveryColumnAsItStandsThere) {
  const RunTable table = ReadRunTable(Written("id,name\n0,\"a, b\"\n1,<script>\n")).value();
  EXPECT_EQ(table.size(), 2u);
  EXPECT_THAT(table.Texts("name"), ElementsAre("a, b", "<script>"));
  EXPECT_TRUE(table.Has("id"));
  EXPECT_FALSE(table.Has("auroc"));
}

TEST(RunTableTest, WhatIsNoNumberIsNaN) {
  const RunTable table = ReadRunTable(Written("x\n0.5\n\"\"\ninf\n1 \nnan\n")).value();
  const std::vector<double> reals = table.Reals("x");
  ASSERT_EQ(reals.size(), 5u);
  EXPECT_EQ(reals[0], 0.5);
  EXPECT_EQ(reals[2], INFINITY);
  for (const size_t row : {1, 3, 4}) EXPECT_TRUE(std::isnan(reals[row])) << row;
}

TEST(RunTableTest, AColumnThatIsNotThereIsEmpty) {
  const RunTable table = ReadRunTable(Written("x\n1\n")).value();
  EXPECT_THAT(table.Texts("y"), ElementsAre(""));
  EXPECT_TRUE(std::isnan(table.Reals("y").at(0)));
}

TEST(RunTableTest, OnlyTheLastRowOfAGrowingFileMayBeTorn) {
  const std::string path = Written("epoch,loss\n1,0.5\n2,0.");
  EXPECT_THAT(ReadRunTable(path, /*may_be_torn=*/true)->Reals("loss"), ElementsAre(0.5));
  EXPECT_EQ(ReadRunTable(path)->size(), 2u);
}

TEST(RunTableTest, OfColumnsOfOneNameTheFirstIsMeant) {
  const RunTable table = ReadRunTable(Written("truth,truth\ntruth,7\n")).value();
  EXPECT_THAT(table.Texts("truth"), ElementsAre("truth"));
  EXPECT_THAT(RunTable::RealsOf(table.columns().at(1)), ElementsAre(7));
}

TEST(RunTableTest, AnErrorNamesFileAndLine) {
  const std::string path = Written("a,b\n1\n");
  EXPECT_THAT(ReadRunTable(path).status().message(), AllOf(HasSubstr(path + ":2"), HasSubstr("expected 2 fields, found 1")));
  EXPECT_THAT(ReadRunTable(Written("")).status().message(), HasSubstr("t.csv"));
}

}  // namespace
}  // namespace mica
