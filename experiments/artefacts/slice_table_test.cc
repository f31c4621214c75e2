#include "experiments/artefacts/slice_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mica {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct SliceTableTest : public testing::Test {
  SliceTableTest() : predictions(3, {{"id", {"0", "2", "1"}}, {"correct", {"1", "0", "1"}}, {"loss", {"0.5", "1.5", "0.25"}}}) {
    index.groups = {"camera, left", "camera right"};
    index.records.resize(3);
    survey.facts.resize(3);
    for (int id = 0; id < 3; ++id) {
      index.records[id].id = id;
      index.records[id].group = id == 2 ? 1 : 0;
      survey.facts[id].width_px = 100;
      survey.facts[id].height_px = id == 2 ? 700 : 64;
    }
  }

  RunTable predictions;
  DatasetIndex index;
  PictureSurvey survey;
};

TEST_F(SliceTableTest, WhatDiffersIsSliced) {
  survey.facts[2].format = PictureFormat::kPng;
  const std::string csv = SlicesCsv(predictions, index, survey);
  EXPECT_THAT(csv, HasSubstr("format,JPEG,2,2,1,"));
  EXPECT_THAT(csv, HasSubstr("format,PNG,1,0,0,"));
  EXPECT_THAT(csv, HasSubstr(",1.5\n"));
  EXPECT_THAT(csv, HasSubstr("group,\"camera, left\",2,2,1,"));
  EXPECT_THAT(csv, HasSubstr("group,camera right,1,0,0,"));
}

TEST_F(SliceTableTest, WhatIsTheSameForAllIsLeftOut) {
  EXPECT_THAT(SlicesCsv(predictions, index, survey), Not(HasSubstr("size,"))) << "the shorter sides are 64, 64 and 100";
  for (ImageRecord& record : index.records) record.group = -1;
  EXPECT_EQ(SlicesCsv(predictions, index, survey), "by,slice,samples,right,accuracy,accuracy_low,accuracy_high,loss\n");
}

TEST_F(SliceTableTest, SizesSortAsNumbersDo) {
  survey.facts[2].width_px = 700;
  const std::string csv = SlicesCsv(predictions, index, survey);
  EXPECT_LT(csv.find("size,   64 to   127 px,2"), csv.find("size,  512 to  1023 px,1"));
}

TEST_F(SliceTableTest, PicturesOfWhichNothingIsKnownAreTheirOwnSlice) {
  survey.facts[1].width_px = 0;
  EXPECT_THAT(SlicesCsv(predictions, index, survey), HasSubstr("size,unknown,1,1,1,"));
}

TEST_F(SliceTableTest, RowsWithoutTruthOrOfOtherDataDoNotCount) {
  predictions = RunTable(2, {{"id", {"0", "99"}}, {"correct", {"", "1"}}, {"loss", {"", "1"}}});
  EXPECT_EQ(SlicesCsv(predictions, index, survey), "by,slice,samples,right,accuracy,accuracy_low,accuracy_high,loss\n");
}

}  // namespace
}  // namespace mica
