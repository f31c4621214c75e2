#include "data/survey/dataset_examination.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/decode/picture_encoder.h"
#include "data/decode/test_pictures.h"
#include "data/index/idx_test_files.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class DatasetExaminationTest : public testing::Test {
 protected:
  DatasetExaminationTest() { setenv("XDG_CACHE_HOME", MakeTestFolder("cache").c_str(), 1); }

  std::string Path(absl::string_view name) const { return absl::StrCat(folder_, "/", name); }
  void Write(absl::string_view name, absl::string_view bytes) const {
    std::filesystem::create_directories(std::filesystem::path(Path(name)).parent_path());
    WriteTestFile(Path(name), bytes);
  }
  void WritePng(absl::string_view name, int width) const {
    Picture picture;
    picture.Reshape(4, width, 1);
    std::fill(picture.pixels.begin(), picture.pixels.end(), static_cast<uint8_t>(width));
    Write(name, EncodePng(picture));
  }
  void WriteClasses() const {
    for (int i = 1; i <= 5; ++i) {
      WritePng(absl::StrCat("cat/", i, ".png"), i);
      WritePng(absl::StrCat("dog/", i, ".png"), 10 + i);
    }
  }
  DatasetConfig Config(const std::string& text) const {
    return ParseTextOrDie<DatasetConfig>(absl::StrReplaceAll(text, {{"$D", folder_}}));
  }
  absl::StatusOr<OpenedDataset> Open(const std::string& more = "", const std::string& decode = "") const {
    return OpenDataset(Config(absl::StrCat("train { class_folders { folder: '$D' } } ", more)), ParseTextOrDie<DecodeConfig>(decode));
  }

  const std::string folder_ = MakeTestFolder("dataset_examination");
};

TEST_F(DatasetExaminationTest, OpensSoundPictures) {
  WriteClasses();
  const absl::StatusOr<OpenedDataset> opened = Open();
  ASSERT_THAT(opened, IsOk());
  EXPECT_THAT(opened->index.CountsOf(Split::kTrain), ElementsAre(5, 5));
  EXPECT_EQ(opened->survey.facts[2].width_px, 3);
  EXPECT_FALSE(opened->index.IsRaw());
}

// A folder in which everything went wrong: one pass lists it all, and nothing hangs.
TEST_F(DatasetExaminationTest, OnePassListsEverythingThatIsWrong) {
  WriteClasses();
  ASSERT_EQ(mkfifo(Path("cat/pipe.jpg").c_str(), 0600), 0);
  ASSERT_EQ(symlink("gone.jpg", Path("cat/dangling.jpg").c_str()), 0);
  ASSERT_EQ(symlink("..", Path("cat/loop").c_str()), 0);
  Write("dog/page.jpg", "<html><body>Not found</body></html>");
  Write("dog/zero.jpg", "");
  Write("dog/caf\xe9.jpg", "x");
  EXPECT_THAT(Open(), Fails(ExitCode::kData, AllOf(HasSubstr("cat/pipe.jpg: is a FIFO"), HasSubstr("cat/dangling.jpg: link to"),
                                                   HasSubstr("dog/page.jpg: is a web page"), HasSubstr("dog/zero.jpg: has 0 bytes"),
                                                   HasSubstr("3 of 13 pictures cannot be used; mend or remove them, or set"))));
}

TEST_F(DatasetExaminationTest, BadSamplesAreDroppedAndCounted) {
  WriteClasses();
  Write("dog/0.jpg", "");
  Write("dog/3a.jpg", "");
  const absl::StatusOr<OpenedDataset> opened = Open("on_bad_sample: DROP");
  ASSERT_THAT(opened, IsOk());
  EXPECT_THAT(opened->index.records, SizeIs(10));
  EXPECT_THAT(opened->survey.facts, SizeIs(10));
  for (int id = 0; id < 10; ++id) {
    EXPECT_EQ(opened->index.records[id].id, id);
    EXPECT_EQ(opened->survey.facts[id].width_px, id < 5 ? id + 1 : id + 6);
  }
  EXPECT_THAT(opened->index.warnings,
              ElementsAre(AllOf(HasSubstr("left out 2 pictures that cannot be used: "), HasSubstr("dog/0.jpg: has 0 bytes"))));
}

// What is broken takes no place of what is not.
TEST_F(DatasetExaminationTest, SubsetsAndLabelsAreDrawnFromWhatCanBeUsed) {
  WriteClasses();
  for (int i = 0; i < 30; ++i) Write(absl::StrCat("cat/bad", i, ".jpg"), "");
  for (const char* draw : {"subset { per_class: 4 }", "labelled_per_class: 4"}) {
    const absl::StatusOr<OpenedDataset> opened = Open(absl::StrCat("on_bad_sample: DROP ", draw));
    ASSERT_THAT(opened, IsOk());
    EXPECT_THAT(opened->index.CountsOf(Split::kTrain), ElementsAre(4, 4)) << draw;
  }
}

// What dropping leaves is judged.
TEST_F(DatasetExaminationTest, AClassMayLoseAllItsPictures) {
  WriteClasses();
  Write("bird/1.jpg", "");
  EXPECT_THAT(Open("on_bad_sample: DROP"), Fails(ExitCode::kData, HasSubstr("no sample of class \"bird\"")));
}

TEST_F(DatasetExaminationTest, ManyBadPicturesAreCutShort) {
  WriteClasses();
  for (int i = 0; i < 60; ++i) Write(absl::StrCat("cat/bad", i, ".jpg"), "");
  EXPECT_THAT(Open(),
              Fails(ExitCode::kData, AllOf(HasSubstr("… and 10 more; `mica index` lists them all"), HasSubstr("60 of 70 pictures"))));
}

TEST_F(DatasetExaminationTest, TheFingerprintKnowsSizes) {
  WriteClasses();
  const std::string before = Open()->index.fingerprint;
  EXPECT_EQ(Open()->index.fingerprint, before);
  WritePng("cat/1.png", 200);
  EXPECT_NE(Open()->index.fingerprint, before);
}

// W10 - W14: what the decode config refuses is bad before a run, by its header.
TEST_F(DatasetExaminationTest, RejectedKindsAreBadSamples) {
  WriteClasses();
  Picture rgb;
  rgb.Reshape(4, 4, 3);
  std::fill(rgb.pixels.begin(), rgb.pixels.end(), uint8_t{7});
  for (const char* name : {"cat/6.png", "cat/7.png", "dog/6.png", "dog/7.png"}) Write(name, EncodePng(rgb));
  EXPECT_THAT(Open(), IsOk());
  EXPECT_THAT(Open("", "reject: [CMYK, PALETTE]"), IsOk());
  EXPECT_THAT(Open("", "reject: GREY_ONLY"),
              Fails(ExitCode::kData, AllOf(HasSubstr("cat/1.png: is grey, which decode.reject refuses; convert it, or"),
                                           HasSubstr("10 of 14 pictures cannot be used"), Not(HasSubstr("cat/6.png")))));
  const absl::StatusOr<OpenedDataset> opened = Open("on_bad_sample: DROP", "reject: GREY_ONLY");
  ASSERT_THAT(opened, IsOk());
  EXPECT_THAT(opened->index.CountsOf(Split::kTrain), ElementsAre(2, 2));
  EXPECT_THAT(opened->index.warnings, ElementsAre(HasSubstr("left out 10 pictures that cannot be used: ")));
  EXPECT_THAT(Open(), IsOk()) << "the cache of surveys has kept the rejection";
}

TEST_F(DatasetExaminationTest, PackedPixelsAreRejectedByTheirChannels) {
  WriteIdxDataset(folder_, {});
  DatasetConfig config;
  config.mutable_idx()->set_folder(folder_);
  EXPECT_THAT(OpenDataset(config, ParseTextOrDie<DecodeConfig>("reject: GREY_ONLY")),
              Fails(ExitCode::kData, HasSubstr(": is grey, which ")));
  EXPECT_THAT(OpenDataset(config, ParseTextOrDie<DecodeConfig>("reject: [CMYK, ALPHA_CHANNEL]")), IsOk());
}

TEST_F(DatasetExaminationTest, TheCommonSizeIsThatOfAllUprightPictures) {
  for (const char* name : {"cat/1.png", "cat/2.png", "dog/1.png"}) WritePng(name, 7);
  Write("dog/2.jpg", TestPictureBytes("jpeg_orientation_6"));  // 7 x 5
  EXPECT_EQ(Open()->index.common_size, std::nullopt);
  std::filesystem::remove(Path("dog/2.jpg"));
  EXPECT_EQ(Open()->index.common_size, (PictureSize{4, 7}));

  std::filesystem::remove_all(folder_);
  for (const char* name : {"cat/1.jpg", "dog/1.jpg"}) Write(name, TestPictureBytes("jpeg_orientation_6"));
  EXPECT_EQ(Open()->index.common_size, (PictureSize{7, 5}));
  EXPECT_EQ(Open("", "orientation: IGNORE")->index.common_size, (PictureSize{5, 7}));
}

TEST_F(DatasetExaminationTest, RawPixelsAreOpenedAsEver) {
  WriteIdxDataset(folder_, {});
  DatasetConfig config;
  config.mutable_idx()->set_folder(folder_);
  const absl::StatusOr<OpenedDataset> opened = OpenDataset(config);
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(opened->index.fingerprint, BuildDatasetIndex(config)->fingerprint);
  const ImageShape shape = opened->index.RawShape();
  EXPECT_EQ(opened->index.common_size, (PictureSize{shape.height_px, shape.width_px}));
}

}  // namespace
}  // namespace mica
