#include "data/decode/pnm_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "data/decode/test_pictures.h"

namespace mica {
namespace {

using ::testing::StartsWith;

std::string Probed(absl::string_view bytes) {
  return ShownBy(ReadPnmHeader, bytes);
}

TEST(PnmHeaderTest, ReadsAllSixKinds) {
  EXPECT_EQ(Probed("P1\n3 2\n010101"), "PNM grey, 1 bit, 3 x 2");
  EXPECT_EQ(Probed("P2 3 2 255 1 2 3 4 5 6"), "PNM grey, 8 bits, 3 x 2");
  EXPECT_EQ(Probed("P3 1 2 255 1 2 3 4 5 6"), "PNM RGB, 8 bits, 1 x 2");
  EXPECT_EQ(Probed("P4 9 2 abcd"), "PNM grey, 1 bit, 9 x 2");
  EXPECT_EQ(Probed("P5 3 2 255 abcdef"), "PNM grey, 8 bits, 3 x 2");
  EXPECT_EQ(Probed("P6 1 2 256 abcdefabcdef"), "PNM RGB, 16 bits, 1 x 2");
}

// As Netpbm reads them: a comment is the end of its line, behind a number too.
TEST(PnmHeaderTest, SkipsComments) {
  EXPECT_EQ(Probed("P5#by hand\n#1 2 3\n 3#wide\n#\n2\t255#raw from here\nabcdef"), "PNM grey, 8 bits, 3 x 2");
  EXPECT_EQ(Probed("P5 3 2 255\n#bcdef"), "PNM grey, 8 bits, 3 x 2");  // a value, no comment
  EXPECT_EQ(Probed(absl::StrCat("P5 #", std::string(40000, 'x'), "\n3 2 255 abcdef")), "PNM grey, 8 bits, 3 x 2");
  EXPECT_THAT(Probed(absl::StrCat("P5 #", std::string(70000, 'x'), "\n3 2 255 abcdef")), StartsWith("broken header: has no number"));
}

TEST(PnmHeaderTest, RefusesNumbersThatCannotBe) {
  EXPECT_THAT(Probed("P5 0 2 255 abcdef"), StartsWith("broken header: has width 0 in its header"));
  EXPECT_THAT(Probed("P5 3 0 255 abcdef"), StartsWith("broken header: has height 0 in its header"));
  EXPECT_THAT(Probed("P5 3 2 0 abcdef"), StartsWith("broken header: has the largest value 0, which must be 1 to 65535"));
  EXPECT_THAT(Probed("P5 3 2 65536 abcdef"), StartsWith("broken header: has the largest value 65536"));
  EXPECT_EQ(
      Probed("P5 3 -2 255 abcdef"),
      "broken header: has no number up to 2147483647 at byte 5 of its header (width, height, largest value); copy or download it again");
  EXPECT_THAT(Probed("P4 3 2x"), StartsWith("broken header: has no number up to 2147483647 at byte 6 of its header (width, height); "));
  EXPECT_THAT(Probed("P5 99999999999999999999 2 255 abcdef"), StartsWith("broken header: has no number up to"));
  EXPECT_THAT(Probed("P5 20000 20000 255 abcdef"), StartsWith("too large: has 400 Mpx (20000 x 20000)"));
  EXPECT_THAT(Probed("P5 2147483647 2147483647 255 abcdef"), StartsWith("too large: has"));
}

TEST(PnmHeaderTest, CountsTheBytesOfItsValues) {
  EXPECT_EQ(Probed("P4 9 2 abc"), "truncated: has 10 of 11 bytes; copy or download it again");
  EXPECT_EQ(Probed("P5 3 2 255 abcde"), "truncated: has 16 of 17 bytes; copy or download it again");
  EXPECT_EQ(Probed("P5 3 2 65535 abcdef"), "truncated: has 19 of 25 bytes; copy or download it again");
  EXPECT_EQ(Probed("P6 9000 9000 255\n"), "truncated: has 17 of 243000017 bytes; copy or download it again");
  EXPECT_EQ(Probed("P1 3 2 01010"), "truncated: has 12 of 13 bytes; copy or download it again");
  EXPECT_EQ(Probed("P2 3 2 9 1 2 3 4 5 6"), "PNM grey, 8 bits, 3 x 2");
  EXPECT_EQ(Probed("P2 3 2 9 1 2 3 4 5 "), "truncated: has 19 of 20 bytes; copy or download it again");
}

TEST(PnmHeaderTest, SaysWhatACutPictureLacks) {
  const std::string header = "P5 30 20 255 ";
  for (size_t size = 2; size < header.size(); ++size) {
    EXPECT_EQ(Probed(header.substr(0, size)),
              absl::StrCat("truncated: ends after ", size, " bytes, before the end of its header; copy or download it again"));
  }
}

TEST(PnmHeaderTest, KnowsItsBeginning) {
  for (const char* start : {"P1\n", "P6 9", "P4#"}) EXPECT_TRUE(BeginsLikePnm(start)) << start;
  for (const char* start : {"", "P", "P5", "P0 1", "P7\n", "p5 1", "PS 1", "P5x"}) EXPECT_FALSE(BeginsLikePnm(start)) << start;
}

}  // namespace
}  // namespace mica
