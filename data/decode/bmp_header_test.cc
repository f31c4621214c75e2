#include "data/decode/bmp_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "data/decode/test_pictures.h"

namespace mica {
namespace {

using ::testing::StartsWith;

std::string Probed(absl::string_view bytes) {
  return ShownBy(ReadBmpHeader, bytes);
}

struct Info {
  int header_bytes = 40;
  int32_t width = 3;
  int32_t height = 2;
  int bits = 24;
  uint32_t compression = 0;
  std::string masks = "";  // at byte 40 of the header or behind it
  uint32_t data_begin = 200;
  int data_bytes = 100;
};

std::string Bmp(const Info& info) {
  std::string header = Little32(info.header_bytes);
  if (info.header_bytes == 12) {
    header += Little16(info.width) + Little16(info.height) + Little16(1) + Little16(info.bits);
  } else {
    header += Little32(info.width) + Little32(info.height) + Little16(1) + Little16(info.bits) + Little32(info.compression) +
              std::string(20, '\0') + info.masks;
  }
  std::string bytes = absl::StrCat("BM", Little32(0), Little32(0), Little32(info.data_begin), header);
  bytes.resize(200);
  return bytes + std::string(info.data_bytes, 'x');
}

Info Sized(int32_t width, int32_t height) {
  Info info;
  info.width = width;
  info.height = height;
  return info;
}

Info WithBits(int bits, uint32_t compression = 0) {
  Info info;
  info.bits = bits;
  info.compression = compression;
  return info;
}

TEST(BmpHeaderTest, ReadsEveryVersionOfTheHeader) {
  for (const int header_bytes : {12, 16, 40, 52, 56, 64, 108, 124}) {
    Info info;
    info.header_bytes = header_bytes;
    EXPECT_EQ(Probed(Bmp(info)), "BMP RGB, 8 bits, 3 x 2") << header_bytes;
  }
  for (const int header_bytes : {0, 11, 13, 15, 41, 125, 1 << 30}) {
    Info info;
    info.header_bytes = header_bytes;
    EXPECT_EQ(Probed(Bmp(info)),
              absl::StrCat("broken header: has a BMP header of ", header_bytes, " bytes, which no version has; copy or download it again"));
  }
}

TEST(BmpHeaderTest, ReadsEverySizeOfPixel) {
  for (const int bits : {1, 4, 8}) {
    EXPECT_EQ(Probed(Bmp(WithBits(bits))), absl::StrCat("BMP palette, ", bits, bits == 1 ? " bit" : " bits", ", 3 x 2"));
  }
  EXPECT_EQ(Probed(Bmp(WithBits(16))), "BMP RGB, 5 bits, 3 x 2");
  EXPECT_EQ(Probed(Bmp(WithBits(24))), "BMP RGB, 8 bits, 3 x 2");
  EXPECT_EQ(Probed(Bmp(WithBits(32))), "BMP RGB, 8 bits, 3 x 2");  // the fourth byte means nothing
  EXPECT_EQ(Probed(Bmp(WithBits(8, 1))), "BMP palette, 8 bits, 3 x 2");
  EXPECT_EQ(Probed(Bmp(WithBits(4, 2))), "BMP palette, 4 bits, 3 x 2");
  for (const int bits : {0, 2, 3, 15, 48, 64, 65535})
    EXPECT_THAT(Probed(Bmp(WithBits(bits))), StartsWith("unsupported format: is a BMP of "));
}

TEST(BmpHeaderTest, ReadsColourMasks) {
  Info info = WithBits(16, 3);
  info.masks = Little32(0xf800) + Little32(0x07e0) + Little32(0x001f);
  EXPECT_EQ(Probed(Bmp(info)), "BMP RGB, 6 bits, 3 x 2");
  info = WithBits(32, 3);
  info.masks = Little32(0xff0000) + Little32(0xff00) + Little32(0xff) + Little32(0xff000000);
  EXPECT_EQ(Probed(Bmp(info)), "BMP RGB, 8 bits, 3 x 2");  // behind this header are three
  info.header_bytes = 56;
  EXPECT_EQ(Probed(Bmp(info)), "BMP RGBA, 8 bits, 3 x 2");
  info.header_bytes = 124;
  EXPECT_EQ(Probed(Bmp(info)), "BMP RGBA, 8 bits, 3 x 2");
  info.header_bytes = 40;
  info.compression = 6;
  EXPECT_EQ(Probed(Bmp(info)), "BMP RGBA, 8 bits, 3 x 2");
  info.masks = Little32(0x3ff00000) + Little32(0xffc00) + Little32(0x3ff) + Little32(0);
  EXPECT_EQ(Probed(Bmp(info)), "BMP RGB, 10 bits, 3 x 2");
  info.masks = "";
  EXPECT_THAT(Probed(Bmp(info)), StartsWith("broken header: has colour masks of 0"));
}

TEST(BmpHeaderTest, TakesANegativeHeightForRowsFromTheTop) {
  EXPECT_EQ(Probed(Bmp(Sized(3, -2))), "BMP RGB, 8 bits, 3 x 2");
  EXPECT_THAT(Probed(Bmp(Sized(3, INT32_MIN))), StartsWith("too large: has 6443 Mpx (3 x 2147483648)"));
  EXPECT_THAT(Probed(Bmp(Sized(3, 0))), StartsWith("broken header: has height 0"));
  EXPECT_THAT(Probed(Bmp(Sized(0, 3))), StartsWith("broken header: has width 0"));
  EXPECT_THAT(Probed(Bmp(Sized(-3, 2))), StartsWith("broken header: has width -3"));
  EXPECT_THAT(Probed(Bmp(Sized(INT32_MAX, -INT32_MAX))), StartsWith("too large: has 4611686014133 Mpx (2147483647 x 2147483647)"));
}

TEST(BmpHeaderTest, RefusesOtherCompressions) {
  EXPECT_THAT(Probed(Bmp(WithBits(0, 4))), StartsWith("unsupported format: is a BMP around a JPEG"));
  EXPECT_THAT(Probed(Bmp(WithBits(0, 5))), StartsWith("unsupported format: is a BMP around a PNG"));
  EXPECT_THAT(Probed(Bmp(WithBits(24, 77))), StartsWith("unsupported format: is a BMP of 24 bits a pixel with compression 77"));
  EXPECT_THAT(Probed(Bmp(WithBits(4, 1))), StartsWith("unsupported format: is a BMP of 4 bits a pixel with compression 1"));
  EXPECT_THAT(Probed(Bmp(WithBits(24, 3))), StartsWith("unsupported format: is a BMP of 24 bits a pixel with compression 3"));
  Info upside_down = WithBits(8, 1);
  upside_down.height = -2;
  EXPECT_THAT(Probed(Bmp(upside_down)), StartsWith("broken header: has run-length coded rows from top to bottom"));
  Info huffman = WithBits(1, 3);
  huffman.header_bytes = 64;
  EXPECT_THAT(Probed(Bmp(huffman)), StartsWith("unsupported format: is a BMP of 1 bits a pixel with compression 3"));
}

// Rows of 10 bytes take 12; the last may lack what pads it.
TEST(BmpHeaderTest, CountsTheBytesOfItsRows) {
  Info info = Sized(10, 5);
  info.bits = 8;
  info.data_bytes = 12 * 4 + 10;
  EXPECT_EQ(Probed(Bmp(info)), "BMP palette, 8 bits, 10 x 5");
  --info.data_bytes;
  EXPECT_EQ(Probed(Bmp(info)), "truncated: has 257 of 258 bytes; copy or download it again");
  info.compression = 1;
  EXPECT_EQ(Probed(Bmp(info)), "BMP palette, 8 bits, 10 x 5");
  info.data_bytes = 0;
  EXPECT_EQ(Probed(Bmp(info)), "truncated: ends after 200 bytes, before its pixels; copy or download it again");
}

TEST(BmpHeaderTest, RefusesPixelsInsideTheHeader) {
  Info info;
  info.data_begin = 53;
  EXPECT_THAT(Probed(Bmp(info)), StartsWith("broken header: has its pixels at byte 53, inside its header"));
  Info with_masks = WithBits(16, 3);
  with_masks.masks = Little32(0xf800) + Little32(0x07e0) + Little32(0x001f);
  with_masks.data_begin = 65;
  EXPECT_THAT(Probed(Bmp(with_masks)), StartsWith("broken header: has its pixels at byte 65, inside its header"));
  ++with_masks.data_begin;
  EXPECT_EQ(Probed(Bmp(with_masks)), "BMP RGB, 6 bits, 3 x 2");
  info.data_begin = 0xffffffff;
  EXPECT_THAT(Probed(Bmp(info)), StartsWith("truncated: has 300 of 4294967316 bytes"));
}

TEST(BmpHeaderTest, SaysWhatACutPictureLacks) {
  const std::string bytes = Bmp(Info());
  for (size_t size = 2; size < 54; ++size)
    EXPECT_THAT(Probed(bytes.substr(0, size)), StartsWith(absl::StrCat("truncated: ends after ", size)));
  EXPECT_THAT(Probed(bytes.substr(0, 54)), StartsWith("truncated: has 54 of"));
}

}  // namespace
}  // namespace mica
