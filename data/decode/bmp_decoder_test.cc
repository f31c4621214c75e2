#include "data/decode/bmp_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "data/decode/problem_matchers.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string LittleEndian(int64_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i, value >>= 8) bytes.push_back(static_cast<char>(value));
  return bytes;
}

struct Bmp {
  int64_t height = 1;
  int64_t width = 1;
  int bits = 24;
  int compression = 0;
  int64_t header_size = 40;
  int colours = 0;
  std::string palette;  // and masks
  std::string rows;

  std::string Bytes() const {
    const std::string fields =
        absl::StrCat(LittleEndian(width, 4), LittleEndian(height, 4), LittleEndian(1, 2), LittleEndian(bits, 2),
                     LittleEndian(compression, 4), LittleEndian(0, 12), LittleEndian(colours, 4), std::string(200, '\0'));
    const int64_t first_row = 14 + header_size + static_cast<int64_t>(palette.size());
    return absl::StrCat("BM", LittleEndian(0, 8), LittleEndian(first_row, 4), LittleEndian(header_size, 4),
                        fields.substr(0, header_size - 4), palette, rows);
  }
};

class BmpDecoderTest : public testing::Test {
 protected:
  std::vector<PictureProblem> Decode(const Bmp& bmp) { return DecodeBmp(bmp.Bytes(), &picture_); }
  std::string pixels() const { return std::string(picture_.pixels.begin(), picture_.pixels.end()); }

  Picture picture_;
};

Bmp TwoRows() {
  Bmp bmp;
  bmp.height = 2;
  bmp.width = 3;
  bmp.rows = "321654987...cbafedihg";  // from the bottom, BGR, rows filled up to 12 bytes
  return bmp;
}

TEST_F(BmpDecoderTest, ReadsRowsFromBottomToTop) {
  EXPECT_THAT(Decode(TwoRows()), IsEmpty());  // without the last row's padding
  EXPECT_EQ(pixels(), "abcdefghi123456789");
}

TEST_F(BmpDecoderTest, ReadsRowsFromTopToBottomIfTheHeightIsNegative) {
  Bmp bmp = TwoRows();
  bmp.height = -2;
  EXPECT_THAT(Decode(bmp), IsEmpty());
  EXPECT_EQ(pixels(), "123456789abcdefghi");
}

TEST_F(BmpDecoderTest, SaysHowManyRowsAreThere) {
  Bmp bmp = TwoRows();
  bmp.rows.pop_back();
  EXPECT_THAT(Decode(bmp), ElementsAre(IsUnusable(PictureFault::kTruncated, "BMP ends early (row 1 of 2)")));
}

// OS/2 allows a header that ends behind the number of bits.
TEST_F(BmpDecoderTest, ReadsTheShortHeaderOfOs2) {
  Bmp bmp = TwoRows();
  bmp.header_size = 16;
  EXPECT_THAT(Decode(bmp), IsEmpty());
  EXPECT_EQ(pixels(), "abcdefghi123456789");
}

TEST_F(BmpDecoderTest, TakesMissingColoursForBlack) {
  Bmp bmp;
  bmp.width = 3;
  bmp.bits = 8;
  bmp.colours = 2;
  bmp.palette = "cba.CBA.";
  bmp.rows = absl::StrCat(absl::string_view("\0\1\2\0", 4));
  EXPECT_THAT(Decode(bmp), IsEmpty());
  EXPECT_EQ(pixels(), absl::StrCat("abcABC", std::string(3, '\0')));
}

TEST_F(BmpDecoderTest, RoundsBitsUnderAMask) {
  Bmp bmp;
  bmp.bits = 16;
  bmp.compression = 3;
  // 3, 4 and 0 bits.
  bmp.palette = absl::StrCat(LittleEndian(0x7000, 4), LittleEndian(0xf, 4), LittleEndian(0, 4));
  bmp.rows = LittleEndian(0x8000 | 3 << 12 | 7, 4);
  EXPECT_THAT(Decode(bmp), IsEmpty());
  EXPECT_THAT(picture_.pixels, ElementsAre(109, 119, 0));  // 3 / 7, 7 / 15
}

Bmp Rle8(const std::string& codes) {
  Bmp bmp;
  bmp.height = 2;
  bmp.width = 4;
  bmp.bits = 8;
  bmp.compression = 1;
  bmp.palette = "000.111.222.333.";
  bmp.rows = codes;
  return bmp;
}

TEST_F(BmpDecoderTest, ReadsRunsLiteralsAndMoves) {
  // Bottom row: a run of two, a gap of one, a run that is cut. Top row: literals, padded.
  const std::string codes("\2\1\0\2\1\0\5\2\0\0\0\3\3\2\1\0\0\1", 18);
  EXPECT_THAT(Decode(Rle8(codes)), IsEmpty());
  EXPECT_EQ(pixels(), "333222111000111111000222");
}

TEST_F(BmpDecoderTest, MissesRowsThatRunsDoNotReach) {
  EXPECT_THAT(Decode(Rle8(std::string("\4\1\0\0\0\1", 6))),
              ElementsAre(IsUnusable(PictureFault::kTruncated, "BMP ends early (row 1 of 2)")));
  EXPECT_THAT(Decode(Rle8(std::string("\4\1\0\0\2\1", 6))),
              ElementsAre(IsUnusable(PictureFault::kTruncated, "BMP ends early (row 1 of 2)")));
  EXPECT_THAT(Decode(Rle8(std::string("\0\3\1", 3))), ElementsAre(IsUnusable(PictureFault::kTruncated, "BMP ends early (row 0 of 2)")));
}

TEST_F(BmpDecoderTest, EndsOnceAllRowsAreFull) {
  const std::string without_an_end("\4\1\0\0\4\2", 6);
  EXPECT_THAT(Decode(Rle8(without_an_end)), IsEmpty());
  const std::string too_many_rows("\4\1\0\0\4\2\0\0\4\3\4\3", 12);
  EXPECT_THAT(Decode(Rle8(too_many_rows)), IsEmpty());
  EXPECT_EQ(pixels(), "222222222222111111111111");
}

TEST_F(BmpDecoderTest, RefusesWhatItDoesNotKnow) {
  const auto problem_of = [this](int bits, int compression, int64_t header_size) {
    Bmp bmp = TwoRows();
    bmp.bits = bits;
    bmp.compression = compression;
    bmp.header_size = header_size;
    return Decode(bmp);
  };
  EXPECT_THAT(problem_of(0, 4, 40), ElementsAre(IsUnusable(PictureFault::kUnsupportedFormat, HasSubstr("is a BMP around a JPEG"))));
  EXPECT_THAT(problem_of(24, 9, 40),
              ElementsAre(IsUnusable(PictureFault::kUnsupportedFormat, HasSubstr("24 bits a pixel with compression 9"))));
  EXPECT_THAT(problem_of(1, 3, 64),
              ElementsAre(IsUnusable(PictureFault::kUnsupportedFormat, HasSubstr("1 bits a pixel with compression 3"))));
  EXPECT_THAT(problem_of(5, 0, 40),
              ElementsAre(IsUnusable(PictureFault::kUnsupportedFormat, HasSubstr("5 bits a pixel with compression 0"))));
  EXPECT_THAT(problem_of(4, 1, 40),
              ElementsAre(IsUnusable(PictureFault::kUnsupportedFormat, HasSubstr("4 bits a pixel with compression 1"))));
  EXPECT_THAT(problem_of(24, 0, 30), ElementsAre(IsUnusable(PictureFault::kBrokenHeader, HasSubstr("a BMP header of 30 bytes"))));
  Bmp upside_down = Rle8("");
  upside_down.height = -2;
  EXPECT_THAT(Decode(upside_down), ElementsAre(IsUnusable(PictureFault::kBrokenHeader, HasSubstr("rows from top to bottom"))));
}

TEST_F(BmpDecoderTest, RefusesPixelsInsideTheHeader) {
  std::string bytes = TwoRows().Bytes();
  bytes.replace(10, 4, LittleEndian(20, 4));
  EXPECT_THAT(DecodeBmp(bytes, &picture_),
              ElementsAre(IsUnusable(PictureFault::kBrokenHeader, HasSubstr("has its pixels at byte 20, inside its header"))));
}

TEST_F(BmpDecoderTest, HoldsTheSmallestNumberAsAHeight) {
  Bmp bmp;
  bmp.height = INT32_MIN;
  EXPECT_THAT(Decode(bmp), ElementsAre(IsUnusable(PictureFault::kTooLarge, HasSubstr("1 x 2147483648 pixels"))));
}

}  // namespace
}  // namespace mica
