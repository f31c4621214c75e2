#include "eval/report/submission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::vector<SubmittedPicture> Pictures(const std::vector<std::string>& names) {
  std::vector<SubmittedPicture> pictures;
  for (const std::string& name : names) {
    const auto position = static_cast<int64_t>(pictures.size());
    pictures.push_back({absl::StrCat("/d/", name), name, position, ""});
  }
  return pictures;
}

// Picture i is of class i % 3, with probability 1.
PredictionTable Predictions(size_t pictures) {
  PredictionTable predictions(3);
  for (size_t i = 0; i < pictures; ++i) {
    std::vector<float> logits(3, 0);
    logits[i % 3] = 1000;
    predictions.Add(static_cast<int64_t>(i), -1, logits);
  }
  return predictions;
}

class SubmissionTest : public testing::Test {
 protected:
  // The submission's text, or the error.
  absl::StatusOr<std::string> Make(SubmissionRequest request, const std::vector<std::string>& names) const {
    if (!request.sample_file.empty()) request.sample_file = absl::StrCat(folder_, "/", request.sample_file);
    const auto submission = Submission::Plan(request, Pictures(names), ClassMap({"cat", "dog", "10"}));
    if (!submission.ok()) return submission.status();
    std::vector<int64_t> rows;
    for (size_t i = 0; i < names.size(); ++i) rows.push_back(static_cast<int64_t>(i));
    return submission->Csv(Predictions(names.size()), rows);
  }

  absl::StatusOr<std::string> Fill(const std::string& sample, const std::vector<std::string>& names,
                                   const std::string& columns = "") const {
    WriteTestFile(absl::StrCat(folder_, "/sample.csv"), sample);
    return Make({columns, "", "sample.csv"}, names);
  }

  const std::string folder_ = MakeTestFolder("submission");
};

// The names sorted as text: positions, not names, are the ids of that course.
TEST_F(SubmissionTest, PositionsWithZerosInTheOrderOfThePictures) {
  EXPECT_THAT(Make({"Id={position:04},Category={number}", "", ""}, {"0.jpg", "1.jpg", "10.jpg", "2.jpg"}),
              IsOkAndHolds("Id,Category\n0000,0\n0001,1\n0002,2\n0003,0\n"));
}

TEST_F(SubmissionTest, APatternTakesTheIdOutOfTheName) {
  EXPECT_THAT(Make({"id={pattern},label={class}", "_(\\d+)\\.", ""}, {"img_7.jpg", "img_003.jpg"}),
              IsOkAndHolds("id,label\n7,cat\n003,dog\n"));
}

TEST_F(SubmissionTest, FieldsAreQuotedIfNeeded) {
  EXPECT_THAT(Make({"file name={name},say=\"{class}\"", "", ""}, {"a,b.jpg"}),
              IsOkAndHolds("file name,say\n\"a,b.jpg\",\"\"\"cat\"\"\"\n"));
}

TEST_F(SubmissionTest, ASampleSaysEverything) {
  const std::vector<std::string> names = {"b/1.jpg", "b/2.jpg", "b/10.jpg"};
  EXPECT_THAT(Fill("id,label\n10,cat\n1,cat\n2,dog\n", names), IsOkAndHolds("id,label\n10,10\n1,cat\n2,dog\n"));
  EXPECT_THAT(Fill("image,y\r\n10.jpg,0\r\n1.jpg,0\r\n2.jpg,1\r\n", names), IsOkAndHolds("image,y\n10.jpg,2\n1.jpg,0\n2.jpg,1\n"));
  EXPECT_THAT(Fill("p,y\nb/1.jpg,0\nb/2.jpg,0\nb/10.jpg,0\n", names), IsOkAndHolds("p,y\nb/1.jpg,0\nb/2.jpg,1\nb/10.jpg,2\n"));
  EXPECT_THAT(Fill("img,dog,10,cat\n1.jpg,.3,.3,.3\n2.jpg,.3,.3,.3\n10.jpg,.3,.3,.3\n", names),
              IsOkAndHolds("img,dog,10,cat\n1.jpg,0,0,1\n2.jpg,1,0,0\n10.jpg,0,1,0\n"));
}

TEST_F(SubmissionTest, IdsThatAreNoNamesArePositions) {
  const std::vector<std::string> names = {"a.jpg", "b.jpg", "c.jpg"};
  EXPECT_THAT(Fill("Id,Category\n0002,0\n0001,0\n0000,0\n", names), IsOkAndHolds("Id,Category\n0002,2\n0001,1\n0000,0\n"));
  EXPECT_THAT(Fill("ImageId,Label\n1,0\n2,0\n3,0\n", names), IsOkAndHolds("ImageId,Label\n1,0\n2,1\n3,2\n"));
}

TEST_F(SubmissionTest, ColumnsCanBeGivenBesideASample) {
  EXPECT_THAT(Fill("id,label\nb,0.5\na,0.5\n", {"a.jpg", "b.jpg"}, "id={stem},label={prob:dog}"), IsOkAndHolds("id,label\nb,1\na,0\n"));
  EXPECT_THAT(Fill("id,label\nb,0.5\na,0.5\n", {"a.jpg", "b.jpg"}, "Id={stem},label={prob:dog}"),
              Fails(ExitCode::kFlag,
                    AllOf(HasSubstr("--submission_columns names \"Id,label\", but "), HasSubstr("; name its columns in its order"))));
}

TEST_F(SubmissionTest, ValuesThatMayMeanAnythingAreAskedFor) {
  EXPECT_THAT(Fill("id,label\na,0.5\n", {"a.jpg"}),
              Fails(ExitCode::kData, AllOf(HasSubstr("sample.csv: column \"label\" is named after no class"), HasSubstr("but \"0.5\""),
                                           HasSubstr("--submission_columns='id={stem},label={prob:10}'"))));
  EXPECT_THAT(Fill("id,label\na,3\n", {"a.jpg"}), Fails(ExitCode::kData, HasSubstr("but \"3\"")));
}

TEST_F(SubmissionTest, IdsThatDifferAreNamed) {
  EXPECT_THAT(
      Fill("id,label\na,0\nb,0\nc,0\n", {"a.jpg", "b.jpg", "x.jpg", "y.jpg"}),
      Fails(ExitCode::kData, AllOf(HasSubstr("has 3 ids, the pictures are 4; 1 ids without a picture: \"c\"; 2 pictures whose ids it "
                                             "lacks: \"x\" (/d/x.jpg), \"y\" (/d/y.jpg); name all of the pictures"))));
  EXPECT_THAT(Fill("id,label\nq,0\nr,0\ns,0\n", {"a.jpg", "b.jpg", "c.jpg"}),
              Fails(ExitCode::kData, AllOf(HasSubstr("its ids, as \"q\", are neither names nor positions"), HasSubstr("as /d/a.jpg"))));
  EXPECT_THAT(Fill("id,label\na,0\na,0\n", {"a.jpg", "b.jpg"}), Fails(ExitCode::kData, HasSubstr("two rows have the id \"a\"")));
}

TEST_F(SubmissionTest, TwoPicturesWithOneIdAreRefused) {
  EXPECT_THAT(
      Make({"id={stem},c={class}", "", ""}, {"a/1.jpg", "b/1.png"}),
      Fails(ExitCode::kData, HasSubstr("the pictures /d/a/1.jpg and /d/b/1.png have the same id, column \"id\": \"1\"; take {path}")));
}

TEST_F(SubmissionTest, FlagsThatDoNotFitTogether) {
  EXPECT_THAT(Make({"", "", ""}, {"a.jpg"}), Fails(ExitCode::kFlag, HasSubstr("--submission needs --sample_submission=FILE")));
  EXPECT_THAT(Make({"id={pattern},c={class}", "", ""}, {"a.jpg"}), Fails(ExitCode::kFlag, HasSubstr("give the regular expression")));
  EXPECT_THAT(Make({"id={stem},c={class}", "(a)", ""}, {"a.jpg"}), Fails(ExitCode::kFlag, HasSubstr("--submission_pattern is not used")));
  EXPECT_THAT(Make({"id={pattern},c={class}", "(\\d+)", ""}, {"a.jpg"}),
              Fails(ExitCode::kFlag, HasSubstr("does not match \"a.jpg\" (/d/a.jpg)")));
  EXPECT_THAT(Make({"id={pattern},c={class}", "a", ""}, {"a.jpg"}), Fails(ExitCode::kFlag, HasSubstr("must have one group")));
}

TEST_F(SubmissionTest, SamplesThatAreNone) {
  EXPECT_THAT(Fill("id\na\n", {"a.jpg"}), Fails(ExitCode::kData, HasSubstr("sample.csv: has one column")));
  EXPECT_THAT(Fill("id,label\n", {"a.jpg"}), Fails(ExitCode::kData, HasSubstr("has no row below its header")));
  EXPECT_THAT(Fill("id,id\na,b\n", {"a.jpg"}), Fails(ExitCode::kData, HasSubstr("column \"id\" stands twice")));
  EXPECT_THAT(Make({"", "", "none.csv"}, {"a.jpg"}), Fails(ExitCode::kData, HasSubstr("none.csv")));
}

TEST_F(SubmissionTest, WithoutEveryPredictionThereIsNone) {
  const auto submission =
      Submission::Plan({"id={stem},c={class}", "", ""}, Pictures({"a.jpg", "b.jpg", "c.jpg"}), ClassMap({"x", "y", "z"}));
  ASSERT_THAT(submission, IsOk());
  EXPECT_THAT(submission->Csv(Predictions(3), {0, -1, 2}),
              Fails(ExitCode::kData, HasSubstr("there is no submission, because 1 of 3 pictures have no prediction: /d/b.jpg")));
}

}  // namespace
}  // namespace mica
