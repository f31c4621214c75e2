#include "eval/report/submission_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const ClassMap& Classes() {
  static const ClassMap* const classes = new ClassMap({"cat", "dog", "04"});
  return *classes;
}

// The cells of picture number 7, which is a dog.
std::vector<std::string> Cells(absl::string_view text) {
  const auto columns = ParseSubmissionColumns(text, Classes());
  EXPECT_THAT(columns, IsOk()) << text;
  if (!columns.ok()) return {};
  EXPECT_EQ(SubmissionColumnsText(*columns, Classes()), text);
  PredictionTable predictions(3);
  predictions.Add(0, -1, {0, 0, 0});
  predictions.Add(1, -1, {0, 1000, 0});
  const SubmittedPicture picture = {"/d/test/a.7.jpg", "test/a.7.jpg", 7, "x"};
  const SubmittedPrediction prediction = {predictions, 1, Classes()};
  std::vector<std::string> cells;
  for (const SubmissionColumn& column : *columns) cells.push_back(SubmissionCell(column, picture, &prediction));
  return cells;
}

TEST(SubmissionTemplateTest, HomeworksAndCompetitions) {
  EXPECT_THAT(Cells("Id={position:04},Category={number}"), ElementsAre("0007", "1"));
  EXPECT_THAT(Cells("ImageId={position+1},Label={number}"), ElementsAre("8", "1"));
  EXPECT_THAT(Cells("id={stem},label={prob:dog}"), ElementsAre("a.7", "1"));
  EXPECT_THAT(Cells("img={name},cat={prob:cat},dog={prob:dog}"), ElementsAre("a.7.jpg", "0", "1"));
}

TEST(SubmissionTemplateTest, AllFields) {
  EXPECT_THAT(Cells("a={name},b={stem},c={path},d={pattern},e={position},f={class},g={number},h={confidence},i={prob:04}"),
              ElementsAre("a.7.jpg", "a.7", "test/a.7.jpg", "x", "7", "dog", "1", "1", "0"));
}

TEST(SubmissionTemplateTest, AClassMayBeGivenByItsNumber) {
  const auto columns = ParseSubmissionColumns("Id={stem},p={prob_1}", Classes());
  ASSERT_THAT(columns, IsOk());
  EXPECT_EQ((*columns)[1].parts[0].label, 1);
  EXPECT_EQ(SubmissionColumnsText(*columns, Classes()), "Id={stem},p={prob:dog}");
}

TEST(SubmissionTemplateTest, TextAndSeveralFieldsMakeOneCell) {
  EXPECT_THAT(Cells("The file=img_{position:06}-{stem}.png,x=is {class}!"), ElementsAre("img_000007-a.7.png", "is dog!"));
}

TEST(SubmissionTemplateTest, ZerosFillUpAndCutNothing) {
  EXPECT_THAT(Cells("a={stem:02},b={number:03}"), ElementsAre("a.7", "001"));
}

TEST(SubmissionTemplateTest, AnIdDependsOnThePictureAlone) {
  const auto columns = ParseSubmissionColumns("a={stem},b={stem}-{class},c=text,d={number}", Classes());
  ASSERT_THAT(columns, IsOk());
  EXPECT_TRUE((*columns)[0].IsId());
  EXPECT_FALSE((*columns)[1].IsId());
  EXPECT_FALSE((*columns)[2].IsId());
  EXPECT_FALSE((*columns)[3].IsId());
  EXPECT_TRUE((*columns)[1].HasPrediction());
}

struct WrongTemplate {
  const char* text;
  const char* why;
};

class WrongTemplateTest : public testing::TestWithParam<WrongTemplate> {};

TEST_P(WrongTemplateTest, IsRefusedWithTheWayOut) {
  EXPECT_THAT(ParseSubmissionColumns(GetParam().text, Classes()),
              Fails(ExitCode::kFlag, AllOf(HasSubstr("--submission_columns: "), HasSubstr(GetParam().why))));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, WrongTemplateTest,
    testing::Values(WrongTemplate{"", "\"\" is no column; write NAME={…}"}, WrongTemplate{"Id,Category", "\"Id\" is no column"},
                    WrongTemplate{"Id={stem},", "\"\" is no column"}, WrongTemplate{"={stem}", "\"={stem}\" is no column"},
                    WrongTemplate{"Id={stm},c={class}", "{stm} is none of {name}, "},
                    WrongTemplate{"Id={},c={class}", "{} is none of {name}, "}, WrongTemplate{"Id={stem", "\"{stem\" lacks its \"}\""},
                    WrongTemplate{"Id={position:4},c={class}", "{position:4}: behind \":\" stand 0 and a number"},
                    WrongTemplate{"Id={position:0},c={class}", "1 to 64"}, WrongTemplate{"Id={position:099},c={class}", "1 to 64"},
                    WrongTemplate{"Id={stem+1},c={class}", "{stem+1}: only {position+1} counts from 1"},
                    WrongTemplate{"Id={stem},c={prob:dogg}", "the model has no class \"dogg\"; did you mean \"dog\"?"},
                    WrongTemplate{"Id={stem},c={prob_3}", "{prob_3}: the model's classes have the numbers 0 to 2"},
                    WrongTemplate{"Id={stem},c={prob_-1}", "{prob_-1}"}, WrongTemplate{"Id={stem},c={prob_x}", "{prob_x}"},
                    WrongTemplate{"Id={stem},Id={class}", "two columns are called \"Id\""},
                    WrongTemplate{"Id={class}", "no column tells the pictures apart"},
                    WrongTemplate{"Id={stem}", "no column holds what the model says"}));

}  // namespace
}  // namespace mica
