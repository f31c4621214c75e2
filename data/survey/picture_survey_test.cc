#include "data/survey/picture_survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <random>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/testing/test_files.h"
#include "data/decode/picture_encoder.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsNull;
using ::testing::SizeIs;

// Noise, the same for the same seed.
Picture MakePicture(int height, int width, int channels, unsigned seed) {
  Picture picture;
  picture.Reshape(height, width, channels);
  std::mt19937 random(seed);
  for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>(random());
  return picture;
}

std::string Png(int height, int width, int channels, unsigned seed) {
  return EncodePng(MakePicture(height, width, channels, seed));
}

class PictureSurveyTest : public testing::Test {
 protected:
  std::string Path(absl::string_view name) const { return absl::StrCat(folder_, "/", name); }

  // An hour old, so that the cache takes it.
  void Write(absl::string_view name, absl::string_view bytes) const {
    WriteTestFile(Path(name), bytes);
    std::filesystem::last_write_time(Path(name), std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  }

  DatasetIndex IndexOf(const std::vector<std::string>& names) const {
    DatasetIndex index;
    for (const std::string& name : names) {
      SampleFile& file = index.files.emplace_back();
      file.path = Path(name);
      ImageRecord& record = index.records.emplace_back();
      record.id = record.file = static_cast<int32_t>(index.files.size() - 1);
    }
    return index;
  }

  PictureSurvey Survey(const std::vector<std::string>& names, SurveyDepth depth, bool cached = false) const {
    return SurveyPictures(IndexOf(names), {depth, cached ? Path("cache") : "", nullptr});
  }

  const std::string folder_ = MakeTestFolder("picture_survey");
};

TEST_F(PictureSurveyTest, EachDepthKnowsMore) {
  const Picture picture = MakePicture(40, 60, 3, 1);
  const std::string bytes = EncodePng(picture);
  Write("a.png", bytes);
  const PictureFacts headers = Survey({"a.png"}, SurveyDepth::kHeaders).facts[0];
  EXPECT_EQ(headers.width_px, 60);
  EXPECT_EQ(headers.height_px, 40);
  EXPECT_EQ(headers.format, PictureFormat::kPng);
  EXPECT_EQ(headers.colour, ColourKind::kRgb);
  EXPECT_EQ(headers.picture_bytes, static_cast<int64_t>(bytes.size()));
  EXPECT_EQ(headers.stamp.size_bytes, headers.picture_bytes);
  EXPECT_EQ(headers.content_hash, 0);
  EXPECT_EQ(Survey({"a.png"}, SurveyDepth::kContent).facts[0].content_hash, Fingerprint(bytes));

  const PictureFacts pixels = Survey({"a.png"}, SurveyDepth::kPixels).facts[0];
  EXPECT_EQ(pixels.channels, 3);
  ChannelSums sums;
  for (size_t i = 0; i < picture.pixels.size(); ++i) {
    sums.sum[i % 3] += picture.pixels[i];
    sums.sum_of_squares[i % 3] += picture.pixels[i] * picture.pixels[i];
  }
  EXPECT_EQ(pixels.sums.sum, sums.sum);
  EXPECT_EQ(pixels.sums.sum_of_squares, sums.sum_of_squares);
  EXPECT_NEAR(pixels.brightness, 0.299 * sums.sum[0] / 2400 + 0.587 * sums.sum[1] / 2400 + 0.114 * sums.sum[2] / 2400, 0.01);
}

// One pass over a folder with everything that goes wrong.
TEST_F(PictureSurveyTest, NamesEveryPictureThatCannotBeUsed) {
  const std::string jpeg = *EncodeJpeg(MakePicture(64, 64, 3, 2), 90);
  Write("good.jpg", jpeg);
  Write("png_named.jpg", Png(8, 8, 1, 3));
  Write("empty.jpg", "");
  Write("page.jpg", "<!DOCTYPE html><html><body>404</body></html>");
  Write("cut.jpg", absl::string_view(jpeg).substr(0, jpeg.size() / 2));
  ASSERT_EQ(mkfifo(Path("pipe.jpg").c_str(), 0600), 0);
  const std::vector<std::string> names = {"good.jpg", "png_named.jpg", "empty.jpg", "page.jpg", "cut.jpg", "pipe.jpg", "gone.jpg"};
  const PictureSurvey survey = Survey(names, SurveyDepth::kPixels);
  EXPECT_THAT(survey.ProblemOf(0), IsNull());
  EXPECT_THAT(survey.ProblemOf(1), IsNull());
  EXPECT_EQ(survey.facts[1].format, PictureFormat::kPng);
  const auto fault = [&](int id) { return survey.ProblemOf(id)->fault; };
  EXPECT_EQ(fault(2), PictureFault::kEmpty);
  EXPECT_EQ(fault(3), PictureFault::kNotAPicture);
  EXPECT_EQ(fault(4), PictureFault::kTruncated);
  EXPECT_EQ(fault(5), PictureFault::kUnreadable);
  EXPECT_EQ(fault(6), PictureFault::kUnreadable);
  EXPECT_THAT(survey.ProblemOf(6)->message, HasSubstr("No such file"));
  for (int id = 0; id < 7; ++id) EXPECT_EQ(survey.IsUsable(id), id < 2) << id;
  // Headers alone cannot tell that rows are missing.
  EXPECT_THAT(Survey(names, SurveyDepth::kHeaders).problems, SizeIs(4));
}

TEST_F(PictureSurveyTest, UnchangedPicturesComeFromTheCache) {
  Write("a.png", Png(4, 6, 1, 1));
  Write("b.png", Png(4, 6, 1, 2));
  Write("broken.png", "nothing");
  const std::vector<std::string> names = {"a.png", "b.png", "broken.png"};
  const PictureSurvey first = Survey(names, SurveyDepth::kPixels, /*cached=*/true);
  EXPECT_EQ(first.from_cache, 0);
  const PictureSurvey second = Survey(names, SurveyDepth::kPixels, /*cached=*/true);
  EXPECT_EQ(second.from_cache, 3);
  EXPECT_EQ(second.facts[1].content_hash, first.facts[1].content_hash);
  EXPECT_EQ(second.ProblemOf(2)->message, first.ProblemOf(2)->message);
  // In another order, and where less is asked for, too.
  EXPECT_EQ(Survey({"broken.png", "b.png", "a.png"}, SurveyDepth::kHeaders, /*cached=*/true).from_cache, 3);
  Write("b.png", Png(5, 7, 1, 2));
  const PictureSurvey changed = Survey(names, SurveyDepth::kPixels, /*cached=*/true);
  EXPECT_EQ(changed.from_cache, 2);
  EXPECT_EQ(changed.facts[1].width_px, 7);
}

TEST_F(PictureSurveyTest, ALookThatWasLessDeepIsNotEnough) {
  Write("a.png", Png(4, 6, 1, 1));
  Survey({"a.png"}, SurveyDepth::kHeaders, /*cached=*/true);
  const PictureSurvey survey = Survey({"a.png"}, SurveyDepth::kContent, /*cached=*/true);
  EXPECT_EQ(survey.from_cache, 0);
  EXPECT_NE(survey.facts[0].content_hash, 0);
}

// What only decoding finds must not change what headers say, whoever decoded before.
TEST_F(PictureSurveyTest, ResultsDoNotDependOnEarlierSurveys) {
  const std::string jpeg = *EncodeJpeg(MakePicture(64, 64, 3, 2), 90);
  Write("cut.jpg", absl::string_view(jpeg).substr(0, jpeg.size() / 2));
  ASSERT_THAT(Survey({"cut.jpg"}, SurveyDepth::kHeaders, /*cached=*/true).ProblemOf(0), IsNull());
  ASSERT_FALSE(Survey({"cut.jpg"}, SurveyDepth::kPixels, /*cached=*/true).IsUsable(0));
  Write("new.jpg", jpeg);
  const PictureSurvey headers = Survey({"cut.jpg", "new.jpg"}, SurveyDepth::kHeaders, /*cached=*/true);
  EXPECT_EQ(headers.from_cache, 1);
  EXPECT_THAT(headers.ProblemOf(0), IsNull());
  const PictureSurvey pixels = Survey({"cut.jpg", "new.jpg"}, SurveyDepth::kPixels, /*cached=*/true);
  EXPECT_EQ(pixels.from_cache, 1);  // new.jpg was only looked at by its header
  EXPECT_FALSE(pixels.IsUsable(0));
}

TEST_F(PictureSurveyTest, ACacheThatCannotBeKeptCostsNothing) {
  Write("a.png", Png(4, 6, 1, 1));
  WriteTestFile(Path("cache"), "rubbish");
  EXPECT_EQ(Survey({"a.png"}, SurveyDepth::kPixels, /*cached=*/true).facts[0].width_px, 6);
  const PictureSurvey survey = SurveyPictures(IndexOf({"a.png"}), {SurveyDepth::kPixels, Path("a.png/cache"), nullptr});
  EXPECT_EQ(survey.facts[0].width_px, 6);
}

TEST_F(PictureSurveyTest, PicturesMayLieInsideAFile) {
  const std::string first = Png(4, 6, 1, 1);
  const std::string second = Png(5, 7, 3, 2);
  WriteTestFile(Path("shard.tar"), absl::StrCat("header", first, "between", second));
  DatasetIndex index = IndexOf({"shard.tar", "shard.tar"});
  for (int id = 0; id < 2; ++id) {
    index.records[id].file = 0;
    index.records[id].position = id;
    index.records[id].offset = id == 0 ? 6 : 6 + static_cast<int64_t>(first.size()) + 7;
    index.records[id].length = static_cast<int64_t>(id == 0 ? first.size() : second.size());
  }
  const PictureSurvey survey = SurveyPictures(index, {SurveyDepth::kPixels, "", nullptr});
  EXPECT_EQ(survey.facts[0].width_px, 6);
  EXPECT_EQ(survey.facts[1].width_px, 7);
  EXPECT_EQ(survey.facts[1].content_hash, Fingerprint(second));
  EXPECT_EQ(survey.facts[1].channels, 3);
}

TEST_F(PictureSurveyTest, RawPixelsHaveTheSameStatisticsAsTheirPicture) {
  const Picture picture = MakePicture(5, 4, 3, 9);
  std::string planes(60, '\0');
  for (int channel = 0; channel < 3; ++channel) {
    for (int i = 0; i < 20; ++i) planes[channel * 20 + i] = static_cast<char>(picture.pixels[i * 3 + channel]);
  }
  Write("a.png", EncodePng(picture));
  DatasetIndex index = IndexOf({"packed"});
  index.files[0].bytes = std::make_shared<const std::string>(planes);
  index.files[0].raw = {3, 5, 4};
  index.records[0].length = 60;
  const PictureFacts raw = SurveyPictures(index, {SurveyDepth::kPixels, "", nullptr}).facts[0];
  const PictureFacts encoded = Survey({"a.png"}, SurveyDepth::kPixels).facts[0];
  EXPECT_TRUE(raw.is_raw);
  EXPECT_EQ(raw.sums.sum, encoded.sums.sum);
  EXPECT_EQ(raw.sums.sum_of_squares, encoded.sums.sum_of_squares);
  EXPECT_EQ(raw.perceptual_hash, encoded.perceptual_hash);
  EXPECT_EQ(raw.content_hash, Fingerprint(planes));
}

TEST_F(PictureSurveyTest, StopsWhenAskedTo) {
  std::vector<std::string> names;
  for (int i = 0; i < 500; ++i) names.push_back("none.png");
  const PictureSurvey survey = SurveyPictures(IndexOf(names), {SurveyDepth::kHeaders, "", [](int64_t) { return false; }});
  int looked_at = 0;
  for (const PictureFacts& facts : survey.facts) looked_at += facts.depth != SurveyDepth::kNothing;
  EXPECT_LT(looked_at, 500);
}

}  // namespace
}  // namespace mica
