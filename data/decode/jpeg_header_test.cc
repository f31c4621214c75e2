#include "data/decode/jpeg_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "data/decode/test_pictures.h"

namespace mica {
namespace {

using ::testing::StartsWith;

constexpr char kSoi[] = "\xff\xd8";
constexpr char kSos[] = "\xff\xda";

std::string Probed(absl::string_view bytes) {
  return ShownBy(ReadJpegHeader, bytes);
}

std::string Segment(int marker, absl::string_view data) {
  return absl::StrCat("\xff", std::string(1, static_cast<char>(marker)), Big16(static_cast<uint32_t>(data.size()) + 2), data);
}

std::string Frame(int marker, int width, int height, int components, int bits = 8) {
  std::string data = std::string(1, static_cast<char>(bits)) + Big16(height) + Big16(width) + static_cast<char>(components);
  for (int i = 0; i < components; ++i) data += {static_cast<char>(i + 1), '\x11', '\0'};
  return Segment(marker, data);
}

// One scan's header and some data.
std::string Scan() {
  return Segment(0xda, std::string("\1\1\0\0\x3f\0", 6)) + "data\xff\xd9";
}

std::string Adobe(int transform) {
  return Segment(0xee, absl::StrCat("Adobe", Big16(100), Big16(0), Big16(0), std::string(1, static_cast<char>(transform))));
}

std::string Exif(int orientation) {
  return Segment(0xe1, absl::StrCat(absl::string_view("Exif\0\0", 6), TiffWithOrientation(orientation)));
}

TEST(JpegHeaderTest, ReadsFramesOfAllCodingsThatAreRead) {
  EXPECT_EQ(Probed(kSoi + Frame(0xc0, 640, 480, 3) + Scan()), "JPEG RGB, 8 bits, 640 x 480");
  EXPECT_EQ(Probed(kSoi + Frame(0xc1, 65500, 1, 1) + Scan()), "JPEG grey, 8 bits, 65500 x 1");
  EXPECT_EQ(Probed(kSoi + Frame(0xc2, 1, 2, 3) + Scan()), "JPEG RGB, 8 bits, 1 x 2, progressive");
  EXPECT_EQ(Probed(kSoi + Frame(0xc9, 1, 2, 3) + Scan()), "JPEG RGB, 8 bits, 1 x 2");
  EXPECT_EQ(Probed(kSoi + Frame(0xca, 1, 2, 3) + Scan()), "JPEG RGB, 8 bits, 1 x 2, progressive");
}

TEST(JpegHeaderTest, TellsCmykFromYcckByAdobesMarker) {
  EXPECT_EQ(Probed(kSoi + Frame(0xc0, 9, 9, 4) + Scan()), "JPEG CMYK, 8 bits, 9 x 9");
  EXPECT_EQ(Probed(kSoi + Adobe(0) + Frame(0xc0, 9, 9, 4) + Scan()), "JPEG CMYK, 8 bits, 9 x 9");
  EXPECT_EQ(Probed(kSoi + Adobe(2) + Frame(0xc0, 9, 9, 4) + Scan()), "JPEG YCCK, 8 bits, 9 x 9");
  EXPECT_EQ(Probed(kSoi + Frame(0xc0, 9, 9, 4) + Adobe(2) + Scan()), "JPEG YCCK, 8 bits, 9 x 9");
  EXPECT_EQ(Probed(kSoi + Segment(0xee, "Adobe") + Frame(0xc0, 9, 9, 4) + Scan()), "JPEG CMYK, 8 bits, 9 x 9");
}

TEST(JpegHeaderTest, ReadsTheOrientationOfTheFirstExifSegment) {
  EXPECT_EQ(Probed(kSoi + Exif(6) + Exif(3) + Frame(0xc0, 5, 7, 3) + Scan()), "JPEG RGB, 8 bits, 5 x 7, orientation 6");
  EXPECT_EQ(Probed(kSoi + Segment(0xe1, "http://ns.adobe.com/xap/1.0/") + Exif(8) + Frame(0xc0, 5, 7, 3) + Scan()),
            "JPEG RGB, 8 bits, 5 x 7, orientation 8");
  EXPECT_EQ(Probed(kSoi + Segment(0xe1, absl::string_view("Exif\0\0MM", 8)) + Frame(0xc0, 5, 7, 3) + Scan()), "JPEG RGB, 8 bits, 5 x 7");
}

TEST(JpegHeaderTest, SkipsFillBytesRestartMarkersAndBytesOfNoMarker) {
  const std::string frame = Frame(0xc0, 5, 7, 3);
  EXPECT_EQ(Probed(kSoi + std::string(3, '\xff') + frame + "noise\xff" + std::string(1, '\0') + Scan()), "JPEG RGB, 8 bits, 5 x 7");
  EXPECT_EQ(Probed(absl::StrCat(kSoi, "\xff\x01\xff\xd3", frame, Scan())), "JPEG RGB, 8 bits, 5 x 7");
}

// A thumbnail, a colour profile of many segments: far more than one window.
TEST(JpegHeaderTest, SkipsLongSegments) {
  std::string bytes = kSoi;
  const std::string thumbnail = absl::StrCat(kSoi, Frame(0xc0, 1, 1, 3), Scan());
  for (int i = 0; i < 100; ++i) bytes += Segment(0xe2, thumbnail + std::string(60000, '\xff'));
  EXPECT_EQ(Probed(bytes + Frame(0xc0, 5, 7, 3) + Scan()), "JPEG RGB, 8 bits, 5 x 7");
}

TEST(JpegHeaderTest, GivesUpOnEndlessMetadata) {
  std::string bytes = kSoi;
  for (int i = 0; i < 2 * kMaxHeaderReads; ++i) bytes += Segment(0xe2, std::string(5000, 'x'));
  EXPECT_EQ(Probed(bytes + Frame(0xc0, 5, 7, 3) + Scan()),
            "broken header: has too much other data before its size; save it again without metadata (exiftool -all= FILE)");
}

TEST(JpegHeaderTest, RefusesWhatTheLibraryDoesNotRead) {
  const auto refusal = [](const std::string& frame) { return Probed(kSoi + frame + Scan()); };
  for (const int marker : {0xc3, 0xcb}) EXPECT_THAT(refusal(Frame(marker, 5, 7, 3)), StartsWith("unsupported format: is a lossless JPEG"));
  for (const int marker : {0xc5, 0xc6, 0xc7, 0xcd, 0xce, 0xcf}) {
    EXPECT_THAT(refusal(Frame(marker, 5, 7, 3)), StartsWith("unsupported format: is a hierarchical JPEG")) << marker;
  }
  EXPECT_THAT(refusal(Frame(0xf7, 5, 7, 3)), StartsWith("unsupported format: is a JPEG-LS"));
  EXPECT_EQ(refusal(Frame(0xc1, 5, 7, 3, 12)),
            "unsupported format: has 12 bits per value, which mica does not read in JPEGs; save it again as an 8-bit JPEG or a PNG");
  EXPECT_THAT(refusal(Frame(0xc0, 5, 7, 2)), StartsWith("unsupported format: has 2 colour components; mica reads JPEGs of 1, 3 and 4"));
  EXPECT_THAT(refusal(Frame(0xc0, 5, 7, 0)), StartsWith("unsupported format: has 0 colour components"));
  EXPECT_THAT(refusal(Frame(0xc0, 65501, 7, 3)), StartsWith("too large: has 65501 x 7 pixels; a JPEG's sides can have up to 65500"));
  EXPECT_THAT(refusal(Frame(0xc0, 20000, 20000, 3)), StartsWith("too large: has 400 Mpx (20000 x 20000), above the limit of 89 Mpx; "));
}

TEST(JpegHeaderTest, RefusesHeadersThatCannotBe) {
  const auto refusal = [](const std::string& frame) { return Probed(kSoi + frame + Scan()); };
  EXPECT_THAT(refusal(Frame(0xc0, 5, 0, 3)), StartsWith("broken header: has height 0 in its header, to be read from a line count"));
  EXPECT_THAT(refusal(Frame(0xc0, 0, 7, 3)), StartsWith("broken header: has width 0 in its header; "));
  EXPECT_THAT(refusal(Frame(0xc0, 5, 7, 3, 9)), StartsWith("broken header: has 9 bits per value"));
  EXPECT_THAT(refusal(Frame(0xc0, 5, 7, 3) + Frame(0xc0, 5, 7, 3)), StartsWith("broken header: has two frame headers"));
  EXPECT_THAT(refusal(""), StartsWith("broken header: has picture data before its size"));
  EXPECT_THAT(refusal("\xff\xd8"), StartsWith("broken header: has the marker ff d8 before its size"));
  EXPECT_THAT(refusal(Segment(0xc0, "\x08")), StartsWith("broken header: has a frame header (SOF) of 3 bytes"));
  EXPECT_THAT(refusal(Segment(0xc0, absl::string_view("\x08\0\5\0\7\3", 6))),
              StartsWith("broken header: has a frame header (SOF) of 8 bytes for 3 components"));
  EXPECT_THAT(refusal(Segment(0xc0, absl::string_view("\x08\0\5\0\7\1\1\x50\0", 9))), StartsWith("broken header: has sampling factors"));
}

TEST(JpegHeaderTest, SaysWhatACutPictureLacks) {
  EXPECT_EQ(Probed(kSoi), "truncated: ends after 2 bytes, before its size; copy or download it again");
  EXPECT_EQ(Probed(absl::StrCat(kSoi, "\xff\xd9")), "truncated: has its end marker before its size; copy or download it again");
  const std::string header = kSoi + Exif(6) + Frame(0xc0, 5, 7, 3);
  EXPECT_EQ(Probed(header),
            absl::StrCat("truncated: ends after ", header.size(), " bytes, before its picture data; copy or download it again"));
  for (size_t size = 2; size < header.size(); ++size) EXPECT_THAT(Probed(header.substr(0, size)), StartsWith("truncated: ends after"));
  EXPECT_THAT(Probed(header + kSos), StartsWith("JPEG RGB"));
}

}  // namespace
}  // namespace mica
