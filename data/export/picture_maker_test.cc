#include "data/export/picture_maker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/decode/picture_bytes.h"
#include "data/decode/picture_header.h"
#include "data/decode/test_pictures.h"
#include "data/survey/picture_survey.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class PictureMakerTest : public testing::Test {
 protected:
  std::string Path(absl::string_view name) const { return absl::StrCat(folder_, "/", name); }

  // A sample that is a whole file, or a part of it.
  void AddFile(const std::string& name, absl::string_view bytes) {
    WriteTestFile(Path(name), bytes);
    index_.files.emplace_back().path = Path(name);
    AddPart(0, 0);
  }
  void AddPart(int64_t offset, int64_t length) {
    ImageRecord& record = index_.records.emplace_back();
    record.id = static_cast<int64_t>(index_.records.size()) - 1;
    record.file = static_cast<int32_t>(index_.files.size()) - 1;
    record.offset = offset;
    record.length = length;
  }
  void Survey() { survey_ = SurveyPictures(index_, {}); }

  absl::StatusOr<MadePicture> Make(int64_t id, std::optional<PictureFormat> wanted) {
    return PictureMaker(index_, survey_, wanted).Make(id);
  }

  static PictureHeader HeaderOf(const std::string& bytes) {
    PictureInMemory picture(bytes);
    return ProbePicture(picture).header.value_or(PictureHeader());
  }

  const std::string folder_ = MakeTestFolder("picture_maker");
  DatasetIndex index_;
  PictureSurvey survey_;
};

TEST_F(PictureMakerTest, WithoutAWantedFormatAllBytesAreKept) {
  for (const TestPicture& picture : TestPictures()) AddFile(picture.name, picture.bytes);
  Survey();
  PictureMaker maker(index_, survey_, std::nullopt);
  for (size_t id = 0; id < TestPictures().size(); ++id) {
    if (!survey_.IsUsable(static_cast<int64_t>(id))) continue;
    const absl::StatusOr<MadePicture> made = maker.Make(static_cast<int64_t>(id));
    ASSERT_THAT(made, IsOk());
    EXPECT_EQ(made->bytes, TestPictures()[id].bytes) << TestPictures()[id].name;
    EXPECT_EQ(maker.EstimatedBytes(static_cast<int64_t>(id)), static_cast<int64_t>(made->bytes.size()));
  }
}

TEST_F(PictureMakerTest, OtherFormatsAreEncodedAndTheWantedOneIsKept) {
  for (const TestPicture& picture : TestPictures()) AddFile(picture.name, picture.bytes);
  Survey();
  for (const PictureFormat wanted : {PictureFormat::kJpeg, PictureFormat::kPng}) {
    int encoded = 0;
    for (size_t id = 0; id < TestPictures().size(); ++id) {
      if (!survey_.IsUsable(static_cast<int64_t>(id))) continue;
      const absl::StatusOr<MadePicture> made = Make(static_cast<int64_t>(id), wanted);
      ASSERT_THAT(made, IsOk());
      ASSERT_EQ(made->damage, "") << TestPictures()[id].name;
      EXPECT_EQ(HeaderOf(made->bytes).format, wanted);
      const bool is_kept = made->bytes == TestPictures()[id].bytes;
      EXPECT_EQ(is_kept, survey_.facts[id].format == wanted) << TestPictures()[id].name;
      encoded += !is_kept;
    }
    EXPECT_GT(encoded, 10);
  }
}

// The pictures' red rises to the right and their green downwards, as stored. Orientation 6 asks for
// a turn by 90 degrees clockwise: red then rises downwards, green to the left. 8 is the other way.
TEST_F(PictureMakerTest, EncodedPicturesAreUpright) {
  AddFile("6.jpg", TestPictureBytes("jpeg_orientation_6"));
  AddFile("8.webp", TestPictureBytes("webp_orientation_8"));
  Survey();
  for (const int64_t id : {0, 1}) {
    const absl::StatusOr<MadePicture> made = Make(id, PictureFormat::kPng);
    ASSERT_THAT(made, IsOk());
    const PictureHeader header = HeaderOf(made->bytes);
    EXPECT_EQ(header.width_px, 5);
    EXPECT_EQ(header.height_px, 7);
    EXPECT_EQ(header.orientation, 1);
    const Picture picture = PictureDecoder().Decode(made->bytes, PictureFormat::kPng).picture.value();
    const int red_rise = picture.Row(6)[3 * 2] - picture.Row(0)[3 * 2];
    const int green_rise = picture.Row(3)[3 * 4 + 1] - picture.Row(3)[1];
    EXPECT_GT(id == 0 ? red_rise : -red_rise, 100);
    EXPECT_GT(id == 0 ? -green_rise : green_rise, 100);
  }
}

TEST_F(PictureMakerTest, PartsOfAFileArePictures) {
  const std::string& png = TestPictureBytes("png_rgb");
  const std::string& jpeg = TestPictureBytes("jpeg_rgb");
  WriteTestFile(Path("shard.tar"), absl::StrCat("head", png, "between", jpeg, "tail"));
  index_.files.emplace_back().path = Path("shard.tar");
  AddPart(4, static_cast<int64_t>(png.size()));
  AddPart(static_cast<int64_t>(4 + png.size() + 7), static_cast<int64_t>(jpeg.size()));
  Survey();
  PictureMaker maker(index_, survey_, std::nullopt);
  EXPECT_EQ(maker.Make(0)->bytes, png);
  EXPECT_EQ(maker.Make(1)->bytes, jpeg);
  EXPECT_EQ(maker.Make(0)->bytes, png);
}

TEST_F(PictureMakerTest, RawPixelsBecomePngWithEveryValue) {
  for (const int channels : {1, 3}) {
    SampleFile& file = index_.files.emplace_back();
    file.path = Path("raw");
    file.raw = ImageShape{channels, 4, 5};
    std::string pixels;
    for (int i = 0; i < 2 * channels * 20; ++i) pixels.push_back(static_cast<char>(i * 7));
    file.bytes = std::make_shared<const std::string>(pixels);
    AddPart(channels * 20, channels * 20);  // the second picture of two
  }
  Survey();
  for (const int64_t id : {0, 1}) {
    const int channels = id == 0 ? 1 : 3;
    const Picture picture = PictureDecoder().Decode(Make(id, std::nullopt)->bytes, PictureFormat::kPng).picture.value();
    ASSERT_EQ(picture.channels, channels);
    for (int y = 0; y < 4; ++y) {
      for (int x = 0; x < 5; ++x) {
        for (int channel = 0; channel < channels; ++channel) {
          EXPECT_EQ(picture.Row(y)[x * channels + channel], (channels * 20 + channel * 20 + y * 5 + x) * 7 % 256);
        }
      }
    }
    EXPECT_EQ(HeaderOf(Make(id, PictureFormat::kJpeg)->bytes).format, PictureFormat::kJpeg);
  }
}

TEST_F(PictureMakerTest, DamageIsToldApartFromFilesThatCannotBeRead) {
  const std::string& jpeg = TestPictureBytes("jpeg_rgb");
  AddFile("cut.jpg", jpeg.substr(0, jpeg.size() - 60));
  AddFile("gone.jpg", jpeg);
  AddFile("shrunk.jpg", jpeg);
  Survey();
  std::filesystem::remove(Path("gone.jpg"));
  WriteTestFile(Path("shrunk.jpg"), "");
  const absl::StatusOr<MadePicture> made = Make(0, PictureFormat::kPng);
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->bytes, "");
  EXPECT_NE(made->damage, "");
  EXPECT_EQ(Make(0, std::nullopt)->bytes, jpeg.substr(0, jpeg.size() - 60));
  EXPECT_THAT(Make(1, std::nullopt), Fails(ExitCode::kData, AllOf(HasSubstr(Path("gone.jpg: ")), HasSubstr("No such file"))));
  EXPECT_THAT(Make(2, std::nullopt), Fails(ExitCode::kData, HasSubstr(Path("shrunk.jpg: has become shorter"))));
}

// A sparse file: no disk space is taken.
TEST_F(PictureMakerTest, FilesAboveTheLimitAreDamagedPictures) {
  AddFile("large.png", TestPictureBytes("png_rgb"));
  AddFile("small.png", TestPictureBytes("png_rgb"));
  std::filesystem::resize_file(Path("large.png"), kMaxPictureBytes + 1);
  Survey();
  ASSERT_TRUE(survey_.facts[0].is_known());
  PictureMaker maker(index_, survey_, std::nullopt);
  const absl::StatusOr<MadePicture> made = maker.Make(0);
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->bytes, "");
  EXPECT_EQ(made->damage, "has 1073741825 bytes, above the limit of 1073741824; scale it down");
  EXPECT_EQ(maker.Make(1)->bytes, TestPictureBytes("png_rgb"));
}

TEST_F(PictureMakerTest, ShardsThatShrankAreReported) {
  const std::string& png = TestPictureBytes("png_rgb");
  WriteTestFile(Path("shard.tar"), png + png);
  index_.files.emplace_back().path = Path("shard.tar");
  AddPart(static_cast<int64_t>(png.size()), static_cast<int64_t>(png.size()));
  Survey();
  WriteTestFile(Path("shard.tar"), png + png.substr(0, 10));
  EXPECT_THAT(Make(0, std::nullopt), Fails(ExitCode::kData, HasSubstr(absl::StrCat("shorter: 10 of ", png.size(), " bytes"))));
}

TEST_F(PictureMakerTest, WhatIsTooWideForAJpegIsAnError) {
  SampleFile& file = index_.files.emplace_back();
  file.path = Path("wide");
  file.raw = ImageShape{1, 1, 70000};
  file.bytes = std::make_shared<const std::string>(70000, 'w');
  AddPart(0, 70000);
  Survey();
  EXPECT_THAT(Make(0, PictureFormat::kJpeg), Fails(ExitCode::kOutput, AllOf(HasSubstr(Path("wide#0: ")), HasSubstr("70000 x 1"))));
  EXPECT_THAT(Make(0, std::nullopt), IsOk());
}

TEST_F(PictureMakerTest, EachFormatHasItsExtension) {
  EXPECT_EQ(FileExtension(PictureFormat::kJpeg), ".jpg");
  EXPECT_EQ(FileExtension(PictureFormat::kPng), ".png");
  EXPECT_EQ(FileExtension(PictureFormat::kBmp), ".bmp");
  EXPECT_EQ(FileExtension(PictureFormat::kWebp), ".webp");
  EXPECT_EQ(FileExtension(PictureFormat::kPnm), ".pnm");
}

}  // namespace
}  // namespace mica
