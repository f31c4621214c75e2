#include "data/survey/findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "data/survey/examination_example.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// "error unusable 3 3<-1: message; remedy" of each.
std::vector<std::string> Found(const DatasetExamination& examination, const DatasetConfig& config = DatasetConfig()) {
  std::vector<std::string> texts;
  for (const Finding& finding : FindEverything(config, examination)) {
    texts.push_back(absl::StrCat(SeverityName(finding.severity), " ", FindingKindName(finding.kind),
                                 finding.id < 0 ? "" : absl::StrCat(" ", finding.id),
                                 finding.other < 0 ? "" : absl::StrCat("=", finding.other), ": ", finding.message, "; ", finding.remedy));
  }
  return texts;
}

// Two classes with a few pictures in each split.
DatasetExamination Sound() {
  DatasetExamination examination = ExampleExamination({"cat", "dog"});
  for (const Split split : kSplits) {
    for (int i = 0; i < 4; ++i) AddExample({absl::StrCat(SplitName(split), i, ".jpg"), i % 2, split}, &examination);
  }
  return examination;
}

TEST(FindingsTest, NothingIsWrongWithSoundPictures) {
  EXPECT_THAT(Found(Sound()), IsEmpty());
}

TEST(FindingsTest, W7PicturesThatCannotBeUsedAndThoseThatCan) {
  DatasetExamination examination = Sound();
  AddExampleProblem(1, {PictureFault::kTruncated, false, "JPEG ends early (row 34 of 64); copy it again"}, &examination);
  AddExampleProblem(2, {PictureFault::kTruncated, true, "has no end marker; all rows are there"}, &examination);
  examination.survey.facts[3].format = PictureFormat::kPng;
  examination.survey.facts[4].is_animated = true;
  EXPECT_THAT(Found(examination),
              ElementsAre("error unusable 1: JPEG ends early (row 34 of 64); copy it again",
                          "note note 2: has no end marker; all rows are there; nothing need be done",
                          "note other format 3: is a PNG picture; its bytes count, so nothing need be done",
                          "note animated 4: is animated: only its first frame is used; split it into pictures if the others count"));
  examination.dropped.push_back({"/d/gone.jpg", {PictureFault::kEmpty, false, "has 0 bytes"}});
  const Finding dropped = FindEverything(DatasetConfig(), examination)[0];
  EXPECT_EQ(dropped.severity, Severity::kWarning);
  EXPECT_EQ(dropped.path, "/d/gone.jpg");
}

// D12, D13.
TEST(FindingsTest, D12EqualFilesAreLeaksConflictsOrDuplicates) {
  DatasetExamination examination = Sound();
  AddExample({"again.jpg", /*label=*/0, Split::kTrain, /*content=*/1000000}, &examination);        // 12, as 0
  AddExample({"other_label.jpg", /*label=*/0, Split::kTrain, /*content=*/1000001}, &examination);  // 13, as 1
  AddExample({"leak.jpg", /*label=*/0, Split::kTest, /*content=*/1000002}, &examination);          // 14, as 2
  EXPECT_THAT(
      Found(examination),
      ElementsAre(AllOf(HasSubstr("warning duplicate 12=0: is the same file as /d/train0.jpg; remove one")),
                  HasSubstr("warning duplicate 14=2"),
                  HasSubstr("warning conflicting labels 13=1: is labelled \"cat\", but as \"dog\" where it is /d/train1.jpg"),
                  HasSubstr("error leak 14=2: is the training sample /d/train2.jpg; remove one of the two, or keep both on one side")));
  DatasetConfig allowed;
  allowed.set_allow_shared_samples(true);
  EXPECT_THAT(Found(examination, allowed).back(), HasSubstr("warning leak 14=2"));
}

TEST(FindingsTest, SimilarPictures) {
  DatasetExamination examination = Sound();
  const uint64_t look = examination.survey.facts[0].perceptual_hash;
  AddExample({"like.jpg", 0, Split::kTrain, 0, 40, 30, look ^ 0b111}, &examination);
  AddExample({"like_test.jpg", 0, Split::kTest, 0, 40, 30, look ^ (0b1111ull << 40)}, &examination);
  // 30 pixels are less than kMinNearSide.
  EXPECT_THAT(Found(examination), IsEmpty());
  for (PictureFacts& facts : examination.survey.facts) facts.height_px = 32;
  EXPECT_THAT(Found(examination),
              ElementsAre("warning near duplicate 12=0: looks like /d/train0.jpg; look at both: remove one, or keep both on one "
                          "side (group_pattern)",
                          HasSubstr("warning near leak 13=0: looks like a picture of the train split, /d/train0.jpg; ")));
  EXPECT_EQ(FindEverything(DatasetConfig(), examination)[1].distance, 4);
  // The same file is no near duplicate.
  examination.survey.facts[12].content_hash = examination.survey.facts[0].content_hash;
  EXPECT_THAT(Found(examination)[0], HasSubstr("warning duplicate 12=0"));
}

TEST(FindingsTest, ManyEqualFilesAreJudgedQuickly) {
  DatasetExamination examination = ExampleExamination({"cat", "dog"});
  for (int i = 0; i < 100000; ++i)
    AddExample({"x.jpg", i == 99999, i % 2 == 0 ? Split::kTrain : Split::kTest, /*content=*/7, 20, 20}, &examination);
  const std::vector<Finding> findings = FindEverything(DatasetConfig(), examination);
  const auto count = [&](FindingKind kind) {
    return std::count_if(findings.begin(), findings.end(), [&](const Finding& finding) { return finding.kind == kind; });
  };
  EXPECT_EQ(count(FindingKind::kLeak), 50000);
  EXPECT_EQ(count(FindingKind::kDuplicate), 99998);
  EXPECT_EQ(count(FindingKind::kConflictingLabels), 1);
}

// Of equal hashes one is compared with the others: that must be the training sample.
TEST(FindingsTest, EveryTestPictureThatLooksLikeATrainingPictureIsNamed) {
  DatasetExamination examination = ExampleExamination({"cat", "dog"});
  for (const Split split : {Split::kTest, Split::kTest, Split::kTrain}) {
    for (const int label : {0, 1})
      AddExample({"x.jpg", label, split, 0, 40, 40, label == 0 ? 0xabcdef : 0x123456789abcdefull}, &examination);
  }
  const std::vector<Finding> findings = FindEverything(DatasetConfig(), examination);
  std::vector<int64_t> leaking;
  for (const Finding& finding : findings) {
    if (finding.kind == FindingKind::kNearLeak) leaking.push_back(finding.id);
  }
  EXPECT_THAT(leaking, ElementsAre(0, 1, 2, 3));
}

TEST(FindingsTest, AFactThatTellsTheClass) {
  DatasetExamination examination = ExampleExamination({"cat", "dog"});
  std::mt19937 random(3);
  for (int i = 0; i < 400; ++i) {
    AddExample({absl::StrCat(i, ".jpg"), i % 2, Split::kTrain, 0, 40, 30, 0, static_cast<float>(i % 2 == 0 ? 60 : 120) + random() % 40},
               &examination);
  }
  EXPECT_THAT(Found(examination), ElementsAre(AllOf(HasSubstr("warning shortcut: the brightness of a picture alone tells "),
                                                    HasSubstr("balanced accuracy 1.00, chance 0.50"), HasSubstr("majority class 0.50"))));
}

TEST(FindingsTest, SizesUnlikeTheOthers) {
  DatasetExamination examination = ExampleExamination({"cat", "dog"});
  for (int i = 0; i < 40; ++i) AddExample({absl::StrCat(i, ".jpg"), i % 2, Split::kTrain, 0, 400, i == 7 ? 4 : 300}, &examination);
  EXPECT_THAT(Found(examination),
              ElementsAre(AllOf(HasSubstr("note unusual size 7: tiny: 400 x 4 px; the shorter side of a usual"), HasSubstr("look at it"))));
}

// Splits and classes are judged by what remains.
TEST(FindingsTest, AClassWhosePicturesCannotBeUsed) {
  DatasetExamination examination = Sound();
  for (const int64_t id : {1, 3}) AddExampleProblem(id, {PictureFault::kEmpty, false, "has 0 bytes"}, &examination);
  examination.draft.problems = {"/d/pipe.jpg: is a FIFO, not a regular file; remove it"};
  const std::vector<std::string> found = Found(examination);
  EXPECT_THAT(found, ElementsAre("error dataset: /d/pipe.jpg: is a FIFO, not a regular file; remove it",
                                 HasSubstr("error dataset: /d: no training sample of class \"dog\" (1 of 2); it can never be learned"),
                                 HasSubstr("error unusable 1"), HasSubstr("error unusable 3")));
}

}  // namespace
}  // namespace mica
