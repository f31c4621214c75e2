#include "data/decode/webp_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "data/decode/picture_samples.h"
#include "data/decode/problem_matchers.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string LittleEndian(uint32_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i, value >>= 8) bytes.push_back(static_cast<char>(value));
  return bytes;
}

std::string Chunk(absl::string_view name, absl::string_view data) {
  return absl::StrCat(name, LittleEndian(data.size(), 4), data, data.size() % 2 == 1 ? absl::string_view("\0", 1) : "");
}

// An animation of 20 x 15 pixels, whose first frame is the lossless sample (9 x 7) at x = 4, y = 6.
std::string Animation() {
  const std::string still = FindPictureSample("WebpLossless").bytes.substr(12);
  const std::string canvas = absl::StrCat(LittleEndian(2, 4), LittleEndian(19, 3), LittleEndian(14, 3));
  const std::string place =
      absl::StrCat(LittleEndian(2, 3), LittleEndian(3, 3), LittleEndian(8, 3), LittleEndian(6, 3), LittleEndian(99, 4));
  const std::string frame = Chunk("ANMF", absl::StrCat(place, still));
  const std::string body = absl::StrCat("WEBP", Chunk("VP8X", canvas), Chunk("ANIM", LittleEndian(0xffffffff, 6)), frame, frame);
  return absl::StrCat("RIFF", LittleEndian(body.size(), 4), body);
}

TEST(WebpDecoderTest, PutsTheFirstFrameOnBlack) {
  Picture still;
  DecodeWebp(FindPictureSample("WebpLossless").bytes, &still);
  Picture picture;
  picture.Reshape(15, 20, 3);
  std::fill(picture.pixels.begin(), picture.pixels.end(), 0xee);  // left from the picture before
  ASSERT_THAT(DecodeWebp(Animation(), &picture), IsEmpty());
  ASSERT_EQ(picture.height_px, 15);
  ASSERT_EQ(picture.width_px, 20);
  for (int y = 0; y < 15; ++y) {
    for (int x = 0; x < 20; ++x) {
      const bool is_in_frame = y >= 6 && y < 13 && x >= 4 && x < 13;
      for (int channel = 0; channel < 3; ++channel) {
        const uint8_t expected = is_in_frame ? still.Row(y - 6)[3 * (x - 4) + channel] : 0;
        ASSERT_EQ(picture.Row(y)[3 * x + channel], expected) << y << " " << x;
      }
    }
  }
}

TEST(WebpDecoderTest, NeedsOnlyTheFirstFrame) {
  const std::string bytes = Animation();
  Picture picture;
  EXPECT_THAT(DecodeWebp(bytes.substr(0, bytes.size() - 20), &picture), IsEmpty());
  EXPECT_THAT(DecodeWebp(bytes.substr(0, bytes.find("ANMF") + 60), &picture),
              ElementsAre(IsUnusable(PictureFault::kTruncated, testing::HasSubstr("WebP ends early (row "))));
}

TEST(WebpDecoderTest, RefusesAFrameOutsideThePicture) {
  std::string bytes = Animation();
  bytes[bytes.find("ANMF") + 8] = 9;  // x = 18
  Picture picture;
  EXPECT_THAT(DecodeWebp(bytes, &picture), ElementsAre(IsUnusable(PictureFault::kCorrupt, testing::HasSubstr("corrupt WebP data: "))));
}

TEST(WebpDecoderTest, SaysWhereTheDataEnd) {
  for (const absl::string_view name : {"WebpLossy", "WebpLossless", "WebpLossyAlpha"}) {
    const std::string& bytes = FindPictureSample(name).bytes;
    Picture picture;
    EXPECT_THAT(DecodeWebp(bytes.substr(0, bytes.size() * 2 / 3), &picture),
                ElementsAre(IsUnusable(PictureFault::kTruncated, testing::ContainsRegex("^WebP ends early .row [0-9]+ of 7.$"))))
        << name;
  }
}

TEST(WebpDecoderTest, RefusesDataThatLibwebpRefuses) {
  std::string bytes = FindPictureSample("WebpLossless").bytes;
  std::fill(bytes.begin() + 26, bytes.end(), '\xff');
  Picture picture;
  EXPECT_THAT(DecodeWebp(bytes, &picture),
              ElementsAre(IsUnusable(PictureFault::kCorrupt, testing::HasSubstr("bitstream error (row 0 of 7)"))));
}

TEST(WebpDecoderTest, NamesABrokenHeader) {
  Picture picture;
  EXPECT_THAT(DecodeWebp("RIFF", &picture), ElementsAre(IsUnusable(PictureFault::kTruncated, "WebP ends early (in its header)")));
  const std::string audio = absl::StrCat("RIFF", LittleEndian(1000, 4), "WAVEfmt ", std::string(40, 'x'));
  EXPECT_THAT(DecodeWebp(audio, &picture), ElementsAre(IsUnusable(PictureFault::kBrokenHeader, "broken WebP header: bitstream error")));
}

}  // namespace
}  // namespace mica
