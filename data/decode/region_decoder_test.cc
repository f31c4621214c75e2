#include "data/decode/region_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/config/parse_text_or_die.h"
#include "data/decode/picture_header.h"
#include "data/decode/picture_samples.h"
#include "data/decode/problem_matchers.h"
#include "data/decode/test_pictures.h"
#include "data/decode/upright_picture.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

DecodeConfig Config(const std::string& text) {
  return ParseTextOrDie<DecodeConfig>(text);
}

PictureHeader HeaderOf(const std::string& bytes) {
  return ProbePicture(bytes).header.value();
}

// The same by other means: the whole picture is decoded, turned, converted, cropped.
Picture Expected(const std::string& bytes, const DecodeConfig& config, int channels, PictureRegion region) {
  const PictureHeader header = HeaderOf(bytes);
  const AlphaGround ground = config.alpha() == DecodeConfig::OVER_WHITE   ? AlphaGround::kWhite
                             : config.alpha() == DecodeConfig::OVER_BLACK ? AlphaGround::kBlack
                                                                          : AlphaGround::kNone;
  Picture stored, part;
  EXPECT_THAT(PictureDecoder().Decode(bytes, header.format, &stored, ground), IsEmpty());
  const Picture upright = UprightPicture(stored, config.orientation() == DecodeConfig::APPLY ? header.orientation : 1);
  TurnUpright(upright, region, /*orientation=*/1, channels, &part);
  return part;
}

PictureRegion RandomRegion(PictureSize size, std::mt19937* random) {
  const auto below = [&](int32_t bound) { return static_cast<int32_t>((*random)() % static_cast<uint32_t>(bound)); };
  PictureRegion region{below(size.width_px), below(size.height_px), 0, 0};
  region.width_px = 1 + below(size.width_px - region.left_px);
  region.height_px = 1 + below(size.height_px - region.top_px);
  return region;
}

// The region alone, whose box is of whole numbers.
Pixels PixelsAtBox(const PicturePart& part) {
  const PictureRegion region{static_cast<int32_t>(part.box.left), static_cast<int32_t>(part.box.top), static_cast<int32_t>(part.box.width),
                             static_cast<int32_t>(part.box.height)};
  Picture picture;
  TurnUpright(part.pixels, region, /*orientation=*/1, part.pixels.channels, &picture);
  return picture.pixels;
}

void ExpectRegionsOf(const std::string& bytes, const std::string& name, const std::string& config_text) {
  const DecodeConfig config = Config(config_text);
  const PictureHeader header = HeaderOf(bytes);
  PicturePart part;
  std::mt19937 random(3);
  for (const int channels : {1, 3}) {
    const RegionDecoder decoder(config, channels);
    const PictureSize size = decoder.SizeOf(header);
    for (int i = 0; i < 8; ++i) {
      const PictureRegion region = i == 0 ? PictureRegion::Whole(size) : RandomRegion(size, &random);
      ASSERT_THAT(decoder.Decode(bytes, header, region, {}, &part), IsEmpty()) << name;
      const Picture expected = Expected(bytes, config, channels, region);
      ASSERT_EQ(part.pixels.channels, channels) << name;
      ASSERT_EQ(part.box.width, region.width_px);
      ASSERT_EQ(part.box.height, region.height_px);
      ASSERT_TRUE(PixelsAtBox(part) == expected.pixels) << name << " " << config_text << " " << i;
    }
  }
}

TEST(RegionDecoderTest, RegionsAreThoseOfTheWholeUprightPicture) {
  for (const char* config : {"", "alpha: OVER_WHITE", "alpha: OVER_BLACK orientation: IGNORE", "jpeg_reduction: false"}) {
    for (const PictureSample& sample : PictureSamples()) ASSERT_NO_FATAL_FAILURE(ExpectRegionsOf(sample.bytes, sample.name, config));
    for (const TestPicture& picture : TestPictures()) ASSERT_NO_FATAL_FAILURE(ExpectRegionsOf(picture.bytes, picture.name, config));
  }
}

// A JPEG, which is worth reducing, without EXIF and with.
std::string LargeJpeg(int orientation) {
  std::string bytes = FindPictureSample("JpegBaseline420").bytes;
  if (orientation > 1) {
    const std::string exif = absl::StrCat(absl::string_view("Exif\0\0", 6), TiffWithOrientation(orientation));
    bytes.insert(2, absl::StrCat("\xff\xe1", Big16(static_cast<uint32_t>(exif.size() + 2)), exif));
  }
  return bytes;
}

// 21 x 19 pixels.
TEST(RegionDecoderTest, ReducesByTheLargestFactorThatLeavesEnough) {
  const std::string bytes = LargeJpeg(1);
  const PictureHeader header = HeaderOf(bytes);
  struct Row {
    PictureSize output;
    int reduction;
  };
  for (const Row& row : {Row{{}, 1}, Row{{19, 21}, 1}, Row{{9, 11}, 1}, Row{{9, 10}, 2}, Row{{5, 5}, 2}, Row{{4, 5}, 4}, Row{{3, 2}, 4},
                         Row{{2, 2}, 8}, Row{{1, 1}, 8}, Row{{1, 20}, 1}}) {
    PicturePart part;
    EXPECT_THAT(RegionDecoder(Config(""), 3).Decode(bytes, header, {0, 0, 21, 19}, row.output, &part), IsEmpty());
    EXPECT_EQ(part.box.width, 21.0 / row.reduction) << row.output.height_px << " " << row.output.width_px;
    EXPECT_EQ(part.pixels.width_px, (21 + row.reduction - 1) / row.reduction);
    EXPECT_THAT(RegionDecoder(Config("jpeg_reduction: false"), 3).Decode(bytes, header, {0, 0, 21, 19}, row.output, &part), IsEmpty());
    EXPECT_EQ(part.box.width, 21);
  }
}

// The reduced picture is turned with its region: what is at a place of the upright picture is
// there.
TEST(RegionDecoderTest, ReducedRegionsAreTurned) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const std::string bytes = LargeJpeg(orientation);
    const PictureHeader header = HeaderOf(bytes);
    ASSERT_EQ(header.orientation, orientation);
    const RegionDecoder decoder(Config(""), 3);
    const PictureSize size = decoder.SizeOf(header);
    PicturePart whole, part;
    ASSERT_THAT(decoder.Decode(bytes, header, PictureRegion::Whole(size), {9, 9}, &whole), IsEmpty());
    const PictureRegion region{3, 5, 13, 9};
    ASSERT_THAT(decoder.Decode(bytes, header, region, {4, 6}, &part), IsEmpty());
    EXPECT_EQ(part.box.width, 6.5);
    EXPECT_EQ(part.box.height, 4.5);
    // Both boxes lie at a place of the same reduced picture.
    const double left = whole.box.left + region.left_px / 2.0 - part.box.left;
    const double top = whole.box.top + region.top_px / 2.0 - part.box.top;
    ASSERT_EQ(left, static_cast<int>(left));
    ASSERT_EQ(top, static_cast<int>(top));
    for (int32_t y = 0; y < part.pixels.height_px; ++y) {
      const uint8_t* const expected = whole.pixels.Row(static_cast<int32_t>(top) + y) + 3 * static_cast<int32_t>(left);
      ASSERT_EQ(std::memcmp(part.pixels.Row(y), expected, static_cast<size_t>(part.pixels.row_bytes())), 0) << orientation;
    }
  }
}

TEST(RegionDecoderTest, TakesTheShorterSideOfTheOutputAsItIsStored) {
  const std::string bytes = LargeJpeg(6);  // 19 x 21 pixels upright
  PicturePart part;
  EXPECT_THAT(RegionDecoder(Config(""), 3).Decode(bytes, HeaderOf(bytes), {0, 0, 19, 21}, {10, 9}, &part), IsEmpty());
  EXPECT_EQ(part.box.height, 10.5);
  EXPECT_EQ(part.box.width, 9.5);
}

TEST(RegionDecoderTest, DoesNotDecodeWhatIsRejected) {
  const std::string& bytes = TestPictureBytes("png_rgba");
  PicturePart part;
  const RegionDecoder decoder(Config("reject: ALPHA_CHANNEL"), 3);
  EXPECT_THAT(decoder.Decode(bytes, HeaderOf(bytes), {0, 0, 7, 5}, {}, &part),
              ElementsAre(IsUnusable(PictureFault::kUnsupportedFormat, HasSubstr("decode.reject"))));
  EXPECT_THAT(part.pixels.pixels, IsEmpty());
  EXPECT_TRUE(decoder.Rejection(HeaderOf(bytes)).has_value());
}

TEST(RegionDecoderTest, ForgetsThePictureBeforeOneThatIsBroken) {
  const std::string bytes = LargeJpeg(6);
  PicturePart part;
  const RegionDecoder decoder(Config(""), 3);
  const PictureHeader header = HeaderOf(bytes);
  EXPECT_THAT(decoder.Decode(bytes, header, {0, 0, 19, 21}, {}, &part), IsEmpty());
  EXPECT_THAT(decoder.Decode(bytes.substr(0, bytes.size() - 20), header, {0, 0, 19, 21}, {}, &part),
              ElementsAre(IsUnusable(PictureFault::kTruncated, "JPEG ends early (row 16 of 19)")));
  EXPECT_THAT(part.pixels.pixels, IsEmpty());
}

// A file may change between its header and its pixels.
TEST(RegionDecoderTest, RefusesPixelsOfAnotherSizeThanTheHeader) {
  for (const absl::string_view name : {"PngRgb", "BmpBgr24", "WebpLossless", "JpegGrey"}) {
    const PictureSample& sample = FindPictureSample(name);
    PictureHeader header = HeaderOf(sample.bytes);
    header.width_px += 5;
    PicturePart part;
    EXPECT_THAT(RegionDecoder(Config(""), 3).Decode(sample.bytes, header, {header.width_px - 4, 0, 4, 1}, {}, &part),
                ElementsAre(IsUnusable(PictureFault::kCorrupt, HasSubstr(" where the header has "))))
        << name;
  }
}

TEST(RegionDecoderTest, KeepsItsMemory) {
  const std::string upright = LargeJpeg(1), turned = LargeJpeg(6);
  const std::string& png = TestPictureBytes("png_rgba");
  PicturePart part;
  const RegionDecoder decoder(Config("alpha: OVER_WHITE"), 3);
  const auto decode_all = [&] {
    decoder.Decode(upright, HeaderOf(upright), {0, 0, 21, 19}, {}, &part);
    decoder.Decode(turned, HeaderOf(turned), {0, 0, 19, 21}, {}, &part);
    decoder.Decode(png, HeaderOf(png), {1, 1, 3, 3}, {}, &part);
    return std::pair(part.pixels.pixels.data(), part.scratch.pixels.data());
  };
  decode_all();
  const auto memory = decode_all();
  for (int i = 0; i < 4; ++i) {
    const auto again = decode_all();
    EXPECT_TRUE(again == memory || again == std::pair(memory.second, memory.first));
  }
}

}  // namespace
}  // namespace mica
