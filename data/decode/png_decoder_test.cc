#include "data/decode/png_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "data/decode/problem_matchers.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string BigEndian32(uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift));
  return bytes;
}

std::string Chunk(absl::string_view name, absl::string_view data) {
  const std::string body = absl::StrCat(name, data);
  return absl::StrCat(BigEndian32(data.size()), body, BigEndian32(crc32(0, reinterpret_cast<const Bytef*>(body.data()), body.size())));
}

std::string Compressed(absl::string_view bytes) {
  std::string packed(compressBound(bytes.size()), '\0');
  uLongf size = packed.size();
  compress(reinterpret_cast<Bytef*>(&packed[0]), &size, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  packed.resize(size);
  return packed;
}

constexpr char kGrey = 0;
constexpr char kPalette = 3;
constexpr absl::string_view kSignature = "\x89PNG\r\n\x1a\n";

std::string Header(uint32_t height, uint32_t width, char depth, char colour_type) {
  const char rest[] = {depth, colour_type, 0, 0, 0};
  return absl::StrCat(kSignature, Chunk("IHDR", absl::StrCat(BigEndian32(width), BigEndian32(height), absl::string_view(rest, 5))));
}

// Two rows "abc" and "def", each behind the number of its filter.
const std::string& Rows() {
  static const auto* const rows = new std::string("\0abc\0def", 8);
  return *rows;
}

std::string GreyPng(absl::string_view before_rows, absl::string_view after_rows) {
  return absl::StrCat(Header(2, 3, 8, kGrey), before_rows, Chunk("IDAT", Compressed(Rows())), after_rows, Chunk("IEND", ""));
}

class PngDecoderTest : public testing::Test {
 protected:
  std::vector<PictureProblem> Decode(const std::string& bytes) { return DecodePng(bytes, &picture_); }
  std::string pixels() const { return std::string(picture_.pixels.begin(), picture_.pixels.end()); }

  Picture picture_;
};

TEST_F(PngDecoderTest, ReadsRows) {
  EXPECT_THAT(Decode(GreyPng("", "")), IsEmpty());
  EXPECT_EQ(pixels(), "abcdef");
}

TEST_F(PngDecoderTest, SaysWhereRowsAreMissing) {
  const std::string one_row = absl::StrCat(Header(2, 3, 8, kGrey), Chunk("IDAT", Compressed(Rows().substr(0, 4))), Chunk("IEND", ""));
  EXPECT_THAT(Decode(one_row), ElementsAre(IsUnusable(PictureFault::kTruncated, "PNG ends early (row 1 of 2)")));
  const std::string whole = GreyPng("", "");
  EXPECT_THAT(Decode(whole.substr(0, whole.size() - 30)),
              ElementsAre(IsUnusable(PictureFault::kTruncated, testing::HasSubstr("PNG ends early (row "))));
}

TEST_F(PngDecoderTest, ChecksTheChecksums) {
  std::string rows = Compressed(Rows());
  std::string wrong_crc = GreyPng("", "");
  wrong_crc[wrong_crc.find("IDAT") + 4 + rows.size()] ^= 1;
  EXPECT_THAT(Decode(wrong_crc), ElementsAre(IsUnusable(PictureFault::kCorrupt, "corrupt PNG data: IDAT: CRC error (row 1 of 2)")));

  rows.back() ^= 1;  // Adler-32, of which libpng only warns
  const std::string wrong_adler = absl::StrCat(Header(2, 3, 8, kGrey), Chunk("IDAT", rows), Chunk("IEND", ""));
  EXPECT_THAT(Decode(wrong_adler), ElementsAre(IsUnusable(PictureFault::kCorrupt, testing::HasSubstr("IDAT: incorrect data check"))));
}

TEST_F(PngDecoderTest, GivesTheRowOfDamagedData) {
  const std::string bytes = absl::StrCat(Header(2, 3, 8, kGrey),
                                         Chunk("IDAT", Compressed(std::string("\0abc\x09"
                                                                              "def",
                                                                              8))),
                                         Chunk("IEND", ""));
  EXPECT_THAT(Decode(bytes), ElementsAre(IsUnusable(PictureFault::kCorrupt, "corrupt PNG data: bad adaptive filter value (row 1 of 2)")));
}

TEST_F(PngDecoderTest, DoesNotReadWhatIsNotPixels) {
  const std::string nonsense =
      absl::StrCat(Chunk("iCCP", "no profile"), Chunk("gAMA", "1"), Chunk("tEXt", "\xff"), Chunk("acTL", "12345678"), Chunk("prIv", "x"));
  EXPECT_THAT(Decode(GreyPng(nonsense, Chunk("fdAT", "a later frame"))), IsEmpty());
  EXPECT_EQ(pixels(), "abcdef");
}

TEST_F(PngDecoderTest, NotesWhatIsWrongBehindTheRows) {
  const std::string whole = GreyPng("", "");
  EXPECT_THAT(Decode(whole.substr(0, whole.size() - 12)),
              ElementsAre(IsNote(PictureFault::kTruncated, "PNG has no end chunk; all rows are there")));
  EXPECT_EQ(pixels(), "abcdef");
  EXPECT_THAT(Decode(GreyPng("", Chunk("1234", ""))),
              ElementsAre(IsNote(PictureFault::kCorrupt,
                                 testing::AllOf(testing::StartsWith("corrupt PNG data: "), testing::EndsWith("; all rows are there")))));
  EXPECT_EQ(pixels(), "abcdef");
}

TEST_F(PngDecoderTest, DoesNotMindTooManyRows) {
  const std::string rows = Compressed(absl::StrCat(Rows(), std::string(100, 'x')));
  EXPECT_THAT(Decode(absl::StrCat(Header(2, 3, 8, kGrey), Chunk("IDAT", rows), Chunk("IEND", ""))), IsEmpty());
  EXPECT_EQ(pixels(), "abcdef");
}

TEST_F(PngDecoderTest, TakesMissingColoursForBlack) {
  const std::string rows = Compressed(std::string("\0\0\1\5", 4));
  const std::string bytes = absl::StrCat(Header(1, 3, 8, kPalette), Chunk("PLTE", "abcABC"), Chunk("tRNS", std::string(1, '\0')),
                                         Chunk("IDAT", rows), Chunk("IEND", ""));
  EXPECT_THAT(Decode(bytes), IsEmpty());
  EXPECT_EQ(pixels(), absl::StrCat("abcABC", std::string(3, '\0')));
}

TEST_F(PngDecoderTest, NamesABrokenHeader) {
  EXPECT_THAT(Decode(Header(2, 3, 5, kGrey)),
              ElementsAre(IsUnusable(PictureFault::kBrokenHeader, testing::StartsWith("broken PNG header: "))));
  EXPECT_THAT(Decode(absl::StrCat(Header(2, 3, 8, kPalette), Chunk("IDAT", "x"))),
              ElementsAre(IsUnusable(PictureFault::kBrokenHeader, "broken PNG header: IDAT: Missing PLTE before IDAT")));
  EXPECT_THAT(Decode(std::string(kSignature)), ElementsAre(IsUnusable(PictureFault::kTruncated, "PNG ends early (in its header)")));
}

}  // namespace
}  // namespace mica
