// Parts of JPEG pictures against the same parts of the whole picture.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

// jpeglib.h needs size_t and FILE.
#include <cstddef>
#include <cstdio>
// clang-format off
#include <jpeglib.h>
// clang-format on

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "data/decode/jpeg_decoder.h"
#include "data/decode/picture_format.h"
#include "data/decode/picture_samples.h"
#include "data/decode/problem_matchers.h"
#include "data/picture/picture.h"
#include "data/picture/picture_region.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// How a test picture is coded.
struct Coding {
  const char* name;
  int horizontal = 1;  // sampling factors of luma; those of the colours are 1
  int vertical = 1;
  int components = 3;
  bool is_progressive = false;
  bool is_scan_a_component = false;
  int restart_interval = 0;
};

// Colours that change from pixel to pixel and over the picture.
void FillRow(int y, int width, int components, std::mt19937* random, std::vector<uint8_t>* row) {
  row->resize(static_cast<size_t>(width) * components);
  for (int x = 0; x < width; ++x) {
    for (int c = 0; c < components; ++c) {
      const auto noise = static_cast<int>((*random)() % 96);
      (*row)[static_cast<size_t>(x) * components + c] = static_cast<uint8_t>((x * (c + 2) + y * (5 - c)) % 160 + noise);
    }
  }
}

void SetCoding(const Coding& coding, jpeg_compress_struct* codec, std::vector<jpeg_scan_info>* scans) {
  jpeg_set_defaults(codec);
  jpeg_set_quality(codec, 90, TRUE);
  codec->comp_info[0].h_samp_factor = coding.horizontal;
  codec->comp_info[0].v_samp_factor = coding.vertical;
  for (int c = 1; c < coding.components; ++c) codec->comp_info[c].h_samp_factor = codec->comp_info[c].v_samp_factor = 1;
  codec->restart_interval = static_cast<unsigned>(coding.restart_interval);
  if (coding.is_progressive) jpeg_simple_progression(codec);
  if (!coding.is_scan_a_component) return;
  for (int c = 0; c < coding.components; ++c) scans->push_back({1, {c}, 0, 63, 0, 0});
  codec->scan_info = scans->data();
  codec->num_scans = coding.components;
}

std::string Encode(const Coding& coding, int height, int width) {
  jpeg_compress_struct codec = {};
  jpeg_error_mgr errors = {};
  codec.err = jpeg_std_error(&errors);
  jpeg_create_compress(&codec);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&codec, &memory, &size);
  codec.image_height = static_cast<JDIMENSION>(height);
  codec.image_width = static_cast<JDIMENSION>(width);
  codec.input_components = coding.components;
  codec.in_color_space = coding.components == 1 ? JCS_GRAYSCALE : coding.components == 3 ? JCS_RGB : JCS_CMYK;
  std::vector<jpeg_scan_info> scans;
  SetCoding(coding, &codec, &scans);
  jpeg_start_compress(&codec, TRUE);
  std::mt19937 random(7);
  std::vector<uint8_t> row;
  for (int y = 0; y < height; ++y) {
    FillRow(y, width, coding.components, &random, &row);
    JSAMPROW rows[] = {row.data()};
    jpeg_write_scanlines(&codec, rows, 1);
  }
  jpeg_finish_compress(&codec);
  std::string bytes(reinterpret_cast<const char*>(memory), size);
  jpeg_destroy_compress(&codec);
  std::free(memory);
  return bytes;
}

// The whole picture at a scale, straight from libjpeg.
Picture ReferenceOf(const std::string& bytes, int reduction) {
  jpeg_decompress_struct codec = {};
  jpeg_error_mgr errors = {};
  codec.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&codec);
  jpeg_mem_src(&codec, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  jpeg_read_header(&codec, TRUE);
  codec.scale_denom = static_cast<unsigned>(reduction);
  jpeg_start_decompress(&codec);
  Picture picture;
  picture.Reshape(static_cast<int32_t>(codec.output_height), static_cast<int32_t>(codec.output_width), codec.output_components);
  while (codec.output_scanline < codec.output_height) {
    JSAMPROW rows[] = {picture.Row(codec.output_scanline)};
    jpeg_read_scanlines(&codec, rows, 1);
  }
  jpeg_destroy_decompress(&codec);
  return picture;
}

// The first difference between the columns [begin, end) of a picture and the part of `whole` that
// begins at (left, top); "" if there is none.
std::string Difference(const Picture& part, int begin, int end, const Picture& whole, int left, int top) {
  if (part.channels != whole.channels || top + part.height_px > whole.height_px || left + end - begin > whole.width_px) return "shape";
  for (int32_t y = 0; y < part.height_px; ++y) {
    const uint8_t* const expected = whole.Row(top + y) + int64_t{left} * whole.channels;
    if (std::memcmp(part.Row(y) + begin * part.channels, expected, static_cast<size_t>(end - begin) * part.channels) == 0) continue;
    return absl::StrCat("row ", y, " of ", part.height_px);
  }
  return "";
}

// What is right for a region that is not reduced, and for one that is.
std::string DifferenceOf(const std::string& bytes, const JpegPart& part, const Picture& whole) {
  Picture picture;
  PictureBox box;
  const auto problems = DecodeJpegPart(bytes, part, &picture, &box);
  if (!problems.empty() && !problems[0].is_usable) return problems[0].message;
  const double d = part.reduction;
  const int left = part.region.left_px / part.reduction, top = part.region.top_px / part.reduction;
  const int begin = static_cast<int>(box.left), end = static_cast<int>(std::ceil(box.left + box.width));
  const bool is_box = box.left - begin + left == part.region.left_px / d && box.top + top == part.region.top_px / d &&
                      box.width == part.region.width_px / d && box.height == part.region.height_px / d;
  const bool is_covered = box.left >= 0 && box.top >= 0 && box.top < 1 && box.left + box.width <= picture.width_px &&
                          box.top + box.height > picture.height_px - 1 && box.top + box.height <= picture.height_px;
  if (!is_box || !is_covered) return "box";
  return Difference(picture, begin, end, whole, left, top);
}

std::string Shown(const JpegPart& part) {
  return absl::StrCat(part.region.width_px, "x", part.region.height_px, "+", part.region.left_px, "+", part.region.top_px, "/",
                      part.reduction);
}

class JpegPartTest : public testing::TestWithParam<Coding> {};
INSTANTIATE_TEST_SUITE_P(AllCodings, JpegPartTest,
                         testing::Values(Coding{"Baseline444"}, Coding{"Baseline422", 2, 1}, Coding{"Baseline420", 2, 2},
                                         Coding{"Baseline440", 1, 2}, Coding{"BaselineGrey", 1, 1, 1},
                                         Coding{"Progressive444", 1, 1, 3, true}, Coding{"Progressive422", 2, 1, 3, true},
                                         Coding{"Progressive420", 2, 2, 3, true}, Coding{"Progressive440", 1, 2, 3, true},
                                         Coding{"ProgressiveGrey", 1, 1, 1, true}, Coding{"Scans420", 2, 2, 3, false, true},
                                         Coding{"Restarts420", 2, 2, 3, false, false, 3}, Coding{"Baseline411", 4, 1},
                                         Coding{"Baseline410", 4, 2}, Coding{"Baseline441", 1, 4}, Coding{"GreyOf2x2", 2, 2, 1}),
                         [](const testing::TestParamInfo<Coding>& info) { return std::string(info.param.name); });

bool IsCroppable(const Coding& coding) {
  return coding.components == 1 ? coding.horizontal * coding.vertical == 1 : coding.horizontal <= 2 && coding.vertical <= 2;
}

constexpr int kHeight = 83, kWidth = 101;
constexpr int kReductions[] = {1, 2, 4, 8};

TEST_P(JpegPartTest, IsThatOfTheWholePictureAtEveryOffset) {
  const std::string bytes = Encode(GetParam(), kHeight, kWidth);
  for (const int reduction : kReductions) {
    if (reduction > 1 && !IsCroppable(GetParam())) break;
    const Picture whole = ReferenceOf(bytes, reduction);
    for (int offset = 0; offset < 16 * 16; ++offset) {
      const int left = offset % 16 + 16 * (offset % 3), top = offset / 16 + 16 * (offset % 2);
      const JpegPart part{{kHeight, kWidth}, {left, top, 1 + offset % 54, 1 + offset % 52}, reduction};
      ASSERT_EQ(DifferenceOf(bytes, part, whole), "") << Shown(part);
    }
  }
}

TEST_P(JpegPartTest, IsThatOfTheWholePictureAtRandom) {
  const std::string bytes = Encode(GetParam(), kHeight, kWidth);
  std::mt19937 random(11);
  const auto below = [&](int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); };
  for (const int reduction : kReductions) {
    if (reduction > 1 && !IsCroppable(GetParam())) break;
    const Picture whole = ReferenceOf(bytes, reduction);
    for (int i = 0; i < 300; ++i) {
      JpegPart part{{kHeight, kWidth}, {below(kWidth), below(kHeight), 0, 0}, reduction};
      part.region.width_px = 1 + below(kWidth - part.region.left_px);
      part.region.height_px = 1 + below(kHeight - part.region.top_px);
      ASSERT_EQ(DifferenceOf(bytes, part, whole), "") << Shown(part);
    }
    const JpegPart whole_part{{kHeight, kWidth}, {0, 0, kWidth, kHeight}, reduction};
    ASSERT_EQ(DifferenceOf(bytes, whole_part, whole), "");
  }
}

TEST_P(JpegPartTest, TakesPicturesOfAPixel) {
  for (const auto& [height, width] : {std::pair(1, 1), std::pair(1, 40), std::pair(40, 1), std::pair(8, 17)}) {
    const std::string bytes = Encode(GetParam(), height, width);
    const Picture whole = ReferenceOf(bytes, 1);
    for (const auto& [left, top] : {std::pair(0, 0), std::pair(width - 1, height - 1), std::pair(width / 2, height / 2)}) {
      const JpegPart part{{height, width}, {left, top, width - left, height - top}, 1};
      ASSERT_EQ(DifferenceOf(bytes, part, whole), "") << Shown(part);
    }
  }
}

// Not reduced where cropping is not to be trusted.
TEST(JpegPartTest, LeavesUnusualSamplingAtItsSize) {
  const std::string bytes = Encode(Coding{"", 4, 1}, 40, 40);
  Picture picture;
  PictureBox box;
  EXPECT_THAT(DecodeJpegPart(bytes, {{40, 40}, {4, 5, 32, 33}, 4}, &picture, &box), IsEmpty());
  EXPECT_EQ(picture.height_px, 33);
  EXPECT_EQ(box.width, 32);
}

// Of four components, the inks of the whole picture.
TEST(JpegPartTest, CmykIsThatOfTheWholePicture) {
  for (const absl::string_view name : {"JpegAdobeCmyk", "JpegAdobeYcck", "JpegCmyk"}) {
    const PictureSample& sample = FindPictureSample(name);
    Picture whole, picture;
    PictureBox box;
    EXPECT_THAT(DecodeJpeg(sample.bytes, &whole), IsEmpty());
    const PictureSize size{sample.height_px, sample.width_px};
    EXPECT_THAT(DecodeJpegPart(sample.bytes, {size, {3, 4, 9, 8}, 2}, &picture, &box), IsEmpty());
    EXPECT_EQ(Difference(picture, 0, 9, whole, 3, 4), "") << name;
    EXPECT_EQ(picture.width_px, 9);
  }
}

// Libjpeg smooths what refinements that never came would have made sharp.
TEST(JpegPartTest, SmoothedPicturesAreThoseOfTheWholePicture) {
  const std::string all = Encode(Coding{"", 2, 2, 3, true}, kHeight, kWidth);
  int cuts = 0;
  for (size_t at = all.find("\xff\xda"); at != std::string::npos; at = all.find("\xff\xda", at + 1)) {
    const std::string bytes = all.substr(0, at) + "\xff\xd9";
    Picture whole;
    if (!DecodeJpeg(bytes, &whole)[0].is_usable) continue;
    ++cuts;
    for (const PictureRegion region : {PictureRegion{21, 17, 30, 40}, PictureRegion{0, 33, kWidth, 20}}) {
      const JpegPart part{{kHeight, kWidth}, region, 1};
      ASSERT_EQ(DifferenceOf(bytes, part, whole), "") << Shown(part);
    }
  }
  EXPECT_GT(cuts, 2);
}

std::vector<PictureProblem> PartOf(const std::string& bytes, PictureRegion region) {
  Picture picture;
  PictureBox box;
  return DecodeJpegPart(bytes, {{kHeight, kWidth}, region, 1}, &picture, &box);
}

// I2, I3: damage above and inside counts; below, it is not looked at.
TEST(JpegPartTest, SaysWhereTheDataOfAPartEnd) {
  const std::string bytes = Encode(Coding{"", 2, 2}, kHeight, kWidth);
  const std::string half = bytes.substr(0, bytes.size() / 2);
  EXPECT_THAT(PartOf(half, {10, 0, 20, 8}), IsEmpty());
  const auto is_early = IsUnusable(PictureFault::kTruncated, testing::MatchesRegex("JPEG ends early \\(row [0-9]+ of 83\\)"));
  EXPECT_THAT(PartOf(half, {10, 0, 20, 70}), ElementsAre(is_early));
  EXPECT_THAT(PartOf(half, {10, 70, 20, 8}), ElementsAre(is_early));
  EXPECT_THAT(PartOf(half, {0, 0, kWidth, kHeight}), ElementsAre(is_early));
}

TEST(JpegPartTest, RefusesDamageInWhatItParses) {
  std::string bytes = Encode(Coding{"", 2, 2}, kHeight, kWidth);
  bytes.replace(bytes.size() / 2, 2, "\xff\xe5");
  EXPECT_THAT(PartOf(bytes, {10, 0, 20, 8}), IsEmpty());
  const auto is_corrupt = IsUnusable(PictureFault::kCorrupt, "Corrupt JPEG data: premature end of data segment");
  EXPECT_THAT(PartOf(bytes, {10, 0, 20, 70}), ElementsAre(is_corrupt));
  EXPECT_THAT(PartOf(bytes, {10, 70, 20, 8}), ElementsAre(is_corrupt));
}

TEST(JpegPartTest, RefusesAnotherSizeThanItsHeaderHad) {
  Picture picture;
  PictureBox box;
  EXPECT_THAT(DecodeJpegPart(Encode(Coding{""}, 10, 12), {{10, 13}, {0, 0, 13, 10}, 1}, &picture, &box),
              ElementsAre(IsUnusable(PictureFault::kCorrupt, "corrupt JPEG data: pixels of 12 x 10 where the header has 13 x 10")));
}

}  // namespace
}  // namespace mica
