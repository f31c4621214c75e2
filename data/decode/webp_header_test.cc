#include "data/decode/webp_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "data/decode/test_pictures.h"

namespace mica {
namespace {

using ::testing::StartsWith;

std::string Probed(absl::string_view bytes) {
  return ShownBy(ReadWebpHeader, bytes);
}

std::string Chunk(absl::string_view name, const std::string& data) {
  return absl::StrCat(name, Little32(static_cast<uint32_t>(data.size())), data, std::string(data.size() % 2, '\0'));
}

std::string Webp(const std::string& chunks) {
  return absl::StrCat("RIFF", Little32(static_cast<uint32_t>(chunks.size()) + 4), "WEBP", chunks);
}

// A key frame that is shown, whose first part has 20 bytes.
std::string Lossy(int width, int height, uint32_t tag = 20 << 5 | 1 << 4) {
  return Chunk("VP8 ", absl::StrCat(Little32(tag).substr(0, 3), "\x9d\x01\x2a", Little16(width), Little16(height), std::string(50, 'x')));
}

std::string Lossless(uint32_t width, uint32_t height, bool has_alpha, uint32_t version = 0) {
  const uint32_t bits = (width - 1) | (height - 1) << 14 | static_cast<uint32_t>(has_alpha) << 28 | version << 29;
  return Chunk("VP8L", absl::StrCat("\x2f", Little32(bits), "data"));
}

std::string Extended(int flags, uint32_t width, uint32_t height) {
  return Chunk("VP8X", Little32(flags) + Little32(width - 1).substr(0, 3) + Little32(height - 1).substr(0, 3));
}

TEST(WebpHeaderTest, ReadsSimplePictures) {
  EXPECT_EQ(Probed(Webp(Lossy(640, 480))), "WebP RGB, 8 bits, 640 x 480");
  // The upper bits ask for scaling.
  EXPECT_EQ(Probed(Webp(Lossy(0x4000 | 640, 0xc000 | 480))), "WebP RGB, 8 bits, 640 x 480");
  EXPECT_EQ(Probed(Webp(Lossless(16384, 1, false))), "WebP RGB, 8 bits, 16384 x 1");
  EXPECT_EQ(Probed(Webp(Lossless(1, 5000, true))), "WebP RGBA, 8 bits, 1 x 5000");
}

TEST(WebpHeaderTest, ReadsExtendedPictures) {
  EXPECT_EQ(Probed(Webp(Extended(0, 30, 20) + Lossy(30, 20))), "WebP RGB, 8 bits, 30 x 20");
  EXPECT_EQ(Probed(Webp(Extended(0x30, 30, 20) + Chunk("ICCP", "profile") + Chunk("ALPH", "alpha") + Lossy(30, 20))),
            "WebP RGBA, 8 bits, 30 x 20");
  EXPECT_EQ(Probed(Webp(Extended(0x10, 30, 20) + Lossless(30, 20, true))), "WebP RGBA, 8 bits, 30 x 20");
  EXPECT_EQ(Probed(Webp(Extended(0x02, 30, 20) + Chunk("ANIM", "sixbts") + Chunk("ANMF", "frame"))), "WebP RGB, 8 bits, 30 x 20, animated");
}

TEST(WebpHeaderTest, FindsExifBehindThePicture) {
  const std::string picture = Lossy(30, 20) + Chunk("JUNK", std::string(100001, 'x'));
  EXPECT_EQ(Probed(Webp(Extended(0x08, 30, 20) + picture + Chunk("EXIF", TiffWithOrientation(6)))),
            "WebP RGB, 8 bits, 30 x 20, orientation 6");
  EXPECT_EQ(Probed(Webp(Extended(0x08, 30, 20) + picture + Chunk("EXIF", "broken"))), "WebP RGB, 8 bits, 30 x 20");
  EXPECT_EQ(Probed(Webp(Extended(0x08, 30, 20) + picture)), "WebP RGB, 8 bits, 30 x 20");
  // What lies behind the end that the header gives belongs to no picture.
  EXPECT_EQ(Probed(Webp(Extended(0x08, 30, 20) + picture) + Chunk("EXIF", TiffWithOrientation(6))), "WebP RGB, 8 bits, 30 x 20");
}

TEST(WebpHeaderTest, RefusesWhatTheLibraryDoesNotRead) {
  EXPECT_THAT(Probed(Webp(Lossy(0, 5))), StartsWith("broken header: has width 0"));
  EXPECT_THAT(Probed(Webp(Lossy(5, 0))), StartsWith("broken header: has height 0"));
  EXPECT_THAT(Probed(Webp(Lossy(5, 5, 20 << 5 | 1 << 4 | 1))), StartsWith("broken header: has no key frame"));
  EXPECT_THAT(Probed(Webp(Lossy(5, 5, 20 << 5))), StartsWith("broken header: has no key frame"));
  EXPECT_THAT(Probed(Webp(Lossy(5, 5, 20 << 5 | 1 << 4 | 4 << 1))), StartsWith("broken header: has no key frame"));
  EXPECT_THAT(Probed(Webp(Lossy(5, 5, 60 << 5 | 1 << 4))),
              StartsWith("broken header: has a VP8 chunk that is shorter than its first part"));
  EXPECT_THAT(Probed(Webp(Lossless(5, 5, true, 1))), StartsWith("broken header: has no VP8L header"));
  EXPECT_THAT(Probed(Webp(Chunk("ABCD", "data"))), StartsWith("broken header: has no picture (VP8, VP8L or VP8X)"));
  EXPECT_THAT(Probed(Webp(Chunk("VP8X", "data") + Lossy(5, 5))), StartsWith("broken header: has a VP8X chunk of 4 bytes"));
  EXPECT_THAT(Probed(Webp(Extended(0, 30, 20) + Lossy(30, 21))),
              StartsWith("broken header: has a picture of 30 x 21 pixels on a canvas of 30 x 20"));
  EXPECT_THAT(Probed(Webp(Extended(0, 1 << 24, 1 << 24) + Lossy(30, 21))), StartsWith("too large: has 281474977 Mpx"));
  EXPECT_THAT(Probed(Webp(Lossless(16384, 16384, false))), StartsWith("too large: has 269 Mpx (16384 x 16384)"));
}

TEST(WebpHeaderTest, MissesBytesAtTheEnd) {
  const std::string bytes = Webp(Lossy(30, 20));
  for (size_t size = 30; size < bytes.size(); ++size) {
    EXPECT_EQ(Probed(bytes.substr(0, size)),
              absl::StrCat("truncated: has ", size, " of ", bytes.size(), " bytes; copy or download it again"));
  }
  for (size_t size = 12; size < 30; ++size) EXPECT_THAT(Probed(bytes.substr(0, size)), StartsWith("truncated: ends after")) << size;
  EXPECT_THAT(Probed(Webp(Extended(0, 30, 20))), StartsWith("truncated: ends after 30 bytes, before its picture"));
  EXPECT_THAT(Probed(Webp(Extended(2, 30, 20))), StartsWith("truncated: ends after 30 bytes, before its first frame"));
}

}  // namespace
}  // namespace mica
