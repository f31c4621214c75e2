#include "data/decode/png_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "data/decode/test_pictures.h"

namespace mica {
namespace {

using ::testing::StartsWith;

std::string Probed(absl::string_view bytes) {
  return ShownBy(ReadPngHeader, bytes);
}

std::string Ihdr(uint32_t width, uint32_t height, int bits, int colour, int interlace = 0, int compression = 0, int filter = 0) {
  std::string data = Big32(width) + Big32(height);
  for (const int byte : {bits, colour, compression, filter, interlace}) data.push_back(static_cast<char>(byte));
  return PngChunk("IHDR", data);
}

std::string Png(const std::string& chunks) {
  return absl::StrCat(kPngSignature, chunks);
}

const std::string& Data() {
  static const auto& data = *new std::string(PngChunk("IDAT", "data") + PngChunk("IEND", ""));
  return data;
}

const std::string& Palette() {
  static const auto& palette = *new std::string(PngChunk("PLTE", "abcdef"));
  return palette;
}

// Table 12 of the specification, and nothing else.
TEST(PngHeaderTest, TakesTheAllowedBitsOfEachColourType) {
  const std::set<std::pair<int, int>> allowed = {{0, 1}, {0, 2}, {0, 4}, {0, 8}, {0, 16}, {2, 8}, {2, 16}, {3, 1},
                                                 {3, 2}, {3, 4}, {3, 8}, {4, 8}, {4, 16}, {6, 8}, {6, 16}};
  for (int colour = 0; colour < 256; ++colour) {
    for (int bits = 0; bits < 256; ++bits) {
      const std::string probed = Probed(Png(Ihdr(3, 4, bits, colour) + Palette() + Data()));
      const bool is_allowed = allowed.count({colour, bits}) > 0;
      ASSERT_THAT(probed,
                  StartsWith(is_allowed ? "PNG" : absl::StrCat("broken header: has colour type ", colour, " with ", bits, " bits")));
    }
  }
}

TEST(PngHeaderTest, NamesTheColours) {
  EXPECT_EQ(Probed(Png(Ihdr(3, 4, 16, 0) + Data())), "PNG grey, 16 bits, 3 x 4");
  EXPECT_EQ(Probed(Png(Ihdr(3, 4, 8, 2) + Data())), "PNG RGB, 8 bits, 3 x 4");
  EXPECT_EQ(Probed(Png(Ihdr(3, 4, 2, 3) + Palette() + Data())), "PNG palette, 2 bits, 3 x 4");
  EXPECT_EQ(Probed(Png(Ihdr(3, 4, 8, 4) + Data())), "PNG grey+alpha, 8 bits, 3 x 4");
  EXPECT_EQ(Probed(Png(Ihdr(3, 4, 16, 6, 1) + Data())), "PNG RGBA, 16 bits, 3 x 4, progressive");
}

TEST(PngHeaderTest, CountsAColourKeyAsAlpha) {
  EXPECT_EQ(Probed(Png(Ihdr(3, 4, 8, 0) + PngChunk("tRNS", "ab") + Data())), "PNG grey+alpha, 8 bits, 3 x 4");
  EXPECT_EQ(Probed(Png(Ihdr(3, 4, 8, 2) + PngChunk("tRNS", "abcdef") + Data())), "PNG RGBA, 8 bits, 3 x 4");
  EXPECT_EQ(Probed(Png(Ihdr(3, 4, 8, 3) + Palette() + PngChunk("tRNS", "a") + Data())), "PNG palette+alpha, 8 bits, 3 x 4");
}

// libpng warns of these and goes on without them.
TEST(PngHeaderTest, IgnoresAColourKeyThatDoesNotFit) {
  EXPECT_EQ(Probed(Png(Ihdr(3, 4, 8, 0) + PngChunk("tRNS", "abc") + Data())), "PNG grey, 8 bits, 3 x 4");
  EXPECT_EQ(Probed(Png(Ihdr(3, 4, 8, 3) + PngChunk("tRNS", "a") + Palette() + Data())), "PNG palette, 8 bits, 3 x 4");
  std::string damaged = PngChunk("tRNS", "ab");
  damaged.back() ^= 1;
  EXPECT_EQ(Probed(Png(Ihdr(3, 4, 8, 0) + damaged + Data())), "PNG grey, 8 bits, 3 x 4");
}

// Without an fcTL in front of it, the picture comes on top of the frames.
TEST(PngHeaderTest, CountsFrames) {
  const auto probed = [](uint32_t frames, const std::string& control) {
    return Probed(Png(Ihdr(3, 4, 8, 2) + PngChunk("acTL", Big32(frames) + Big32(0)) + control + Data()));
  };
  const std::string control = PngChunk("fcTL", std::string(26, '\0'));
  EXPECT_EQ(probed(2, control), "PNG RGB, 8 bits, 3 x 4, animated");
  EXPECT_EQ(probed(1, ""), "PNG RGB, 8 bits, 3 x 4, animated");
  EXPECT_EQ(probed(1, control), "PNG RGB, 8 bits, 3 x 4");
  EXPECT_EQ(probed(0, ""), "PNG RGB, 8 bits, 3 x 4");
  EXPECT_EQ(probed(0x80000000, control), "PNG RGB, 8 bits, 3 x 4");
}

TEST(PngHeaderTest, ReadsTheOrientation) {
  const std::string start = Ihdr(3, 4, 8, 2);
  EXPECT_EQ(Probed(Png(start + PngChunk("eXIf", TiffWithOrientation(7)) + Data())), "PNG RGB, 8 bits, 3 x 4, orientation 7");
  EXPECT_EQ(Probed(Png(start + PngChunk("eXIf", "nonsense") + Data())), "PNG RGB, 8 bits, 3 x 4");
}

TEST(PngHeaderTest, SkipsLongChunks) {
  std::string chunks = Ihdr(3, 4, 8, 2);
  for (int i = 0; i < 20; ++i) chunks += PngChunk("iTXt", std::string(100000, 'x'));
  EXPECT_EQ(Probed(Png(chunks + Data())), "PNG RGB, 8 bits, 3 x 4");
}

TEST(PngHeaderTest, RefusesSizesThatCannotBe) {
  EXPECT_THAT(Probed(Png(Ihdr(0, 4, 8, 2) + Data())), StartsWith("broken header: has width 0 in its header; "));
  EXPECT_THAT(Probed(Png(Ihdr(3, 0, 8, 2) + Data())), StartsWith("broken header: has height 0 in its header; "));
  EXPECT_THAT(Probed(Png(Ihdr(20000, 20000, 8, 2) + Data())), StartsWith("too large: has 400 Mpx (20000 x 20000)"));
  EXPECT_THAT(Probed(Png(Ihdr(0xffffffff, 0xffffffff, 8, 2) + Data())), StartsWith("too large: has 4294967295 x 4294967295 pixels"));
}

TEST(PngHeaderTest, RefusesBrokenHeaders) {
  std::string damaged = Png(Ihdr(3, 4, 8, 2) + Data());
  damaged[19] ^= 1;  // the width's last byte
  EXPECT_THAT(Probed(damaged), StartsWith("broken header: has a wrong checksum over its size (IHDR); "));
  EXPECT_THAT(Probed(Png(PngChunk("IHDR", "12 bytes here") + Data())), StartsWith("broken header: has colour type"));
  EXPECT_THAT(Probed(Png(PngChunk("IHDR", "14 bytes in it") + Data())), StartsWith("broken header: does not begin with an IHDR chunk"));
  EXPECT_THAT(Probed(Png(PngChunk("IDAT", "13 bytes long") + Data())), StartsWith("broken header: does not begin with an IHDR chunk"));
  EXPECT_THAT(Probed(Png(Ihdr(3, 4, 8, 2, 2) + Data())), StartsWith("broken header: has an interlace method"));
  EXPECT_THAT(Probed(Png(Ihdr(3, 4, 8, 2, 0, 1) + Data())), StartsWith("broken header: has a compression or filter method"));
  EXPECT_THAT(Probed(Png(Ihdr(3, 4, 8, 2, 0, 0, 64) + Data())), StartsWith("broken header: has a compression or filter method"));
  EXPECT_THAT(Probed(Png(Ihdr(3, 4, 8, 3) + Data())), StartsWith("broken header: has no palette (PLTE)"));
  EXPECT_THAT(Probed(Png(Ihdr(3, 4, 8, 3) + PngChunk("PLTE", "ab") + Data())),
              StartsWith("broken header: has a palette (PLTE) of 2 bytes"));
  EXPECT_THAT(Probed(Png(Ihdr(3, 4, 8, 2) + PngChunk("IEND", ""))), StartsWith("broken header: has a IEND chunk before its picture data"));
  EXPECT_THAT(Probed(Png(Ihdr(3, 4, 8, 2) + PngChunk("ABCD", "") + Data())), StartsWith("broken header: has a ABCD chunk before"));
  EXPECT_THAT(Probed(Png(Ihdr(3, 4, 8, 2) + PngChunk("a1cd", "") + Data())), StartsWith("broken header: has no chunk at byte 33"));
  EXPECT_THAT(Probed(Png(Ihdr(3, 4, 8, 2) + Big32(0x80000000) + "tEXt")),
              StartsWith("broken header: has a tEXt chunk of 2147483648 bytes"));
}

TEST(PngHeaderTest, NamesTheFormOfIphones) {
  EXPECT_THAT(Probed(Png(PngChunk("CgBI", "abcd") + Ihdr(3, 4, 8, 2) + Data())),
              StartsWith("unsupported format: is an iPhone's own form of PNG"));
}

TEST(PngHeaderTest, SaysWhatACutPictureLacks) {
  const std::string header = Png(Ihdr(3, 4, 8, 2) + PngChunk("tEXt", "hello"));
  for (size_t size = 8; size <= header.size(); ++size) {
    EXPECT_EQ(Probed(header.substr(0, size)),
              absl::StrCat("truncated: ends after ", size, " bytes, before ", size < 33 ? "its size" : "its picture data (IDAT)",
                           "; copy or download it again"));
  }
  EXPECT_THAT(Probed(Png(Ihdr(3, 4, 8, 2) + Big32(0x7fffffff) + "tEXt")), StartsWith("truncated: ends after 41 bytes, before its picture"));
}

}  // namespace
}  // namespace mica
