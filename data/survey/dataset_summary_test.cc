#include "data/survey/dataset_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "data/survey/examination_example.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::SizeIs;

TEST(DatasetSummaryTest, SaysWhatTheDataIs) {
  DatasetExamination examination = ExampleExamination({"cat", "dog"});
  for (int i = 0; i < 30; ++i)
    AddExample({absl::StrCat(i, ".jpg"), i % 3 == 0, i < 20 ? Split::kTrain : Split::kTest, 0, 40 + i}, &examination);
  examination.survey.facts[0].format = PictureFormat::kPng;
  examination.survey.facts[1].colour = ColourKind::kCmyk;
  const std::string summary = DatasetSummary(examination, {});
  EXPECT_EQ(summary,
            "split  samples  smallest class       largest class\n"
            "train       20               7  dog             13  cat\n"
            "test        10               3  dog              7  cat\n"
            "\n"
            "label  class  train  test\n"
            "0      cat       13     7\n"
            "1      dog        7     3\n"
            "\n"
            "width           40 to 69, median 55\n"
            "height          30\n"
            "width / height  1.33 to 2.30, median 1.83\n"
            "formats         JPEG 29, PNG 1\n"
            "colours         RGB 29, CMYK 1\n"
            "\n"
            "of the training split, on [0, 1]: normalize { mean: [0.00000, 0.00000, 0.00000] std: [0.00000, 0.00000, 0.00000] }\n"
            "\n"
            "Nothing is wrong with it.\n");
}

TEST(DatasetSummaryTest, ManyClassesAndFindingsFitOnAScreen) {
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i) names.push_back(absl::StrCat("class ", i));
  DatasetExamination examination = ExampleExamination(names);
  for (int i = 0; i < 1000; ++i) AddExample({absl::StrCat(i, ".jpg"), i}, &examination);
  for (int i = 0; i < 500; ++i) AddExampleProblem(i, {PictureFault::kEmpty, false, "has 0 bytes; copy it again"}, &examination);
  examination.draft.problems.assign(100, "/d: a problem; its remedy");
  const std::string summary = DatasetSummary(examination, FindEverything(DatasetConfig(), examination));
  EXPECT_THAT(std::vector<std::string>(absl::StrSplit(summary, '\n')), SizeIs(Le(60)));
  EXPECT_THAT(summary, AllOf(HasSubstr("… and 980 more classes"), HasSubstr("error: … and 91 more"),
                             HasSubstr("error: 500 x unusable: /d/0.jpg has 0 bytes, …")));
}

}  // namespace
}  // namespace mica
