#include "data/decode/jpeg_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "data/decode/picture_samples.h"
#include "data/decode/problem_matchers.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr char kStartOfImage[] = "\xff\xd8";
constexpr char kEndOfImage[] = "\xff\xd9";
constexpr char kStartOfScan[] = "\xff\xda";

std::string Sample(absl::string_view name) {
  return FindPictureSample(name).bytes;
}

// Where the entropy-coded data of scan 1, 2, … begin.
size_t ScanData(const std::string& bytes, int scan) {
  size_t at = 0;
  for (int i = 0; i < scan; ++i) at = bytes.find(kStartOfScan, at + 1);
  return at + 2 + static_cast<uint8_t>(bytes[at + 3]);
}

std::vector<PictureProblem> Decode(const std::string& bytes) {
  Picture picture;
  return DecodeJpeg(bytes, &picture);
}

// W6
TEST(JpegDecoderTest, SaysInWhichRowTheDataEnd) {
  // 19 rows are two rows of 16 x 16 blocks; the first ends in the middle of the data.
  const std::string bytes = Sample("JpegBaseline420");
  const size_t data = ScanData(bytes, 1);
  EXPECT_THAT(Decode(bytes.substr(0, data)), ElementsAre(IsUnusable(PictureFault::kTruncated, "JPEG ends early (row 0 of 19)")));
  EXPECT_THAT(Decode(bytes.substr(0, bytes.size() - 10)),
              ElementsAre(IsUnusable(PictureFault::kTruncated, "JPEG ends early (row 16 of 19)")));
}

TEST(JpegDecoderTest, SaysSoWhereAnEndMarkerComesEarly) {
  const std::string bytes = Sample("JpegBaseline444");
  const std::string cut = absl::StrCat(bytes.substr(0, bytes.size() - 40), kEndOfImage);
  EXPECT_THAT(Decode(cut),
              ElementsAre(IsUnusable(PictureFault::kTruncated, AllOf(StartsWith("JPEG ends early (row "), EndsWith(" of 19)")))));
}

// libjpeg makes a coarse picture of the scans that are there.
TEST(JpegDecoderTest, SaysInWhichScanOfAProgressiveFileTheDataEnd) {
  const std::string bytes = Sample("JpegProgressive422");
  EXPECT_THAT(Decode(bytes.substr(0, ScanData(bytes, 3) + 2)),
              ElementsAre(IsUnusable(PictureFault::kTruncated, HasSubstr("JPEG ends early (scan 3, row "))));
}

TEST(JpegDecoderTest, MissesScansThatAreNotThereAtAll) {
  const std::string progressive = Sample("JpegProgressive422");
  const std::string no_last_scan = progressive.substr(0, progressive.rfind(kStartOfScan));
  EXPECT_THAT(Decode(no_last_scan), ElementsAre(IsUnusable(PictureFault::kTruncated, HasSubstr("JPEG ends early (scan "))));

  // With an end marker, a progressive file may leave out refinements, but no component.
  EXPECT_THAT(Decode(absl::StrCat(no_last_scan, kEndOfImage)),
              ElementsAre(IsNote(PictureFault::kTruncated, "progressive JPEG without its last scans; all rows are there, but coarse")));
  const std::string scans = Sample("JpegOneScanAComponent");
  const std::string no_last_component = absl::StrCat(scans.substr(0, scans.rfind(kStartOfScan)), kEndOfImage);
  EXPECT_THAT(Decode(no_last_component), ElementsAre(IsUnusable(PictureFault::kTruncated, HasSubstr("JPEG ends early (scan 2"))));
}

TEST(JpegDecoderTest, NotesAMissingEndMarker) {
  for (const absl::string_view name : {"JpegBaseline420", "JpegProgressive422", "JpegOneScanAComponent", "JpegAdobeCmyk"}) {
    const std::string bytes = Sample(name);
    EXPECT_THAT(Decode(bytes.substr(0, bytes.size() - 2)),
                ElementsAre(IsNote(PictureFault::kTruncated, "JPEG has no end marker; all rows are there")))
        << name;
  }
}

TEST(JpegDecoderTest, CannotTellWhetherArithmeticDataAreWholeWithoutAnEndMarker) {
  const std::string bytes = Sample("JpegArithmetic");
  EXPECT_THAT(Decode(bytes.substr(0, bytes.size() - 2)), ElementsAre(IsUnusable(PictureFault::kTruncated, HasSubstr("ends early"))));
}

TEST(JpegDecoderTest, RefusesWrongRestartMarkers) {
  std::string bytes = Sample("JpegRestartMarkers");
  bytes[bytes.find("\xff\xd0") + 1] = '\xd5';
  EXPECT_THAT(Decode(bytes), ElementsAre(IsUnusable(PictureFault::kCorrupt, "Corrupt JPEG data: found marker 0xd5 instead of RST0")));
}

// The decoder has taken the first two bytes for bits of the last row.
TEST(JpegDecoderTest, RefusesBytesThatBelongToNoRow) {
  std::string bytes = Sample("JpegBaseline420");
  bytes.insert(bytes.size() - 2, std::string(60, 'x'));
  EXPECT_THAT(Decode(bytes), ElementsAre(IsUnusable(PictureFault::kCorrupt, "Corrupt JPEG data: 58 extraneous bytes before marker 0xd9")));
}

TEST(JpegDecoderTest, NotesBytesBetweenTheSegmentsOfTheHeader) {
  std::string bytes = Sample("JpegBaseline420");
  bytes.insert(bytes.find("\xff\xc4"), "xyz");
  EXPECT_THAT(Decode(bytes), ElementsAre(IsNote(PictureFault::kCorrupt, "Corrupt JPEG data: 3 extraneous bytes before marker 0xc4")));
}

TEST(JpegDecoderTest, CountsWarningsAndGivesTheFirst) {
  std::string bytes = Sample("JpegBaseline420");
  bytes.insert(bytes.size() - 2, std::string(60, 'x'));
  bytes.insert(bytes.find("\xff\xc4"), "xyz");
  EXPECT_THAT(Decode(bytes),
              ElementsAre(IsUnusable(PictureFault::kCorrupt, "Corrupt JPEG data: 3 extraneous bytes before marker 0xc4 (2 warnings)")));
}

TEST(JpegDecoderTest, StopsAtAMarkerInsideTheData) {
  std::string bytes = Sample("JpegBaseline444");
  bytes.replace(ScanData(bytes, 1) + 20, 2, "\xff\xe5");
  EXPECT_THAT(Decode(bytes), ElementsAre(IsUnusable(PictureFault::kCorrupt, "Corrupt JPEG data: premature end of data segment")));
}

TEST(JpegDecoderTest, DoesNotMindAnUnknownJfifVersion) {
  std::string bytes = Sample("JpegBaseline420");
  bytes[bytes.find("JFIF") + 5] = 7;
  EXPECT_THAT(Decode(bytes), IsEmpty());
}

TEST(JpegDecoderTest, NamesWhatLibjpegDoesNotRead) {
  std::string lossless = Sample("JpegBaseline420");
  lossless[lossless.find("\xff\xc0") + 1] = '\xc3';
  EXPECT_THAT(Decode(lossless), ElementsAre(IsUnusable(PictureFault::kUnsupportedFormat, "Unsupported JPEG process: SOF type 0xc3")));

  std::string deep = Sample("JpegBaseline420");
  deep[deep.find("\xff\xc0") + 4] = 12;
  EXPECT_THAT(Decode(deep), ElementsAre(IsUnusable(PictureFault::kUnsupportedFormat, "Unsupported JPEG data precision 12")));
}

TEST(JpegDecoderTest, NamesTheLimitOfLibjpeg) {
  std::string bytes = Sample("JpegGrey");
  bytes.replace(bytes.find("\xff\xc0") + 5, 4, std::string("\x00\x01\xff\xff", 4));
  EXPECT_THAT(Decode(bytes), ElementsAre(IsUnusable(PictureFault::kTooLarge,
                                                    "is too large for libjpeg: Maximum supported image dimension is 65500 pixels")));
}

TEST(JpegDecoderTest, RefusesTwoComponents) {
  // The frame's and the scan's header of a grey picture, with a second component.
  std::string bytes = Sample("JpegGrey");
  const size_t frame = bytes.find("\xff\xc0");
  bytes.replace(frame, 13,
                absl::StrCat(absl::string_view("\xff\xc0\x00\x0e", 4), bytes.substr(frame + 4, 5),
                             absl::string_view("\x02\x01\x11\x00\x02\x11\x00", 7)));
  const size_t scan = bytes.find(kStartOfScan);
  bytes.replace(scan, 10, std::string("\xff\xda\x00\x0a\x02\x01\x00\x02\x00\x00\x3f\x00", 12));
  EXPECT_THAT(Decode(bytes), ElementsAre(IsUnusable(PictureFault::kUnsupportedFormat, "is a JPEG with 2 components")));
}

// A few bytes a scan keep a decoder busy with all blocks of the picture.
TEST(JpegDecoderTest, RefusesThousandsOfScans) {
  const std::string bytes = Sample("JpegProgressive422");
  const size_t first = bytes.find(kStartOfScan);
  const size_t second = bytes.find("\xff\xc4", first);
  const std::string scan = bytes.substr(first, second - first);
  std::string many = bytes.substr(0, second);
  for (int i = 0; i < 1000; ++i) many += scan;
  EXPECT_THAT(Decode(many + bytes.substr(second)),
              ElementsAre(IsUnusable(PictureFault::kCorrupt, "corrupt JPEG data: more than 192 scans")));
}

TEST(JpegDecoderTest, EndsInItsHeader) {
  const std::string bytes = Sample("JpegGrey");
  for (const std::string& cut : {std::string(), std::string(kStartOfImage), bytes.substr(0, 100)}) {
    EXPECT_THAT(Decode(cut), ElementsAre(IsUnusable(PictureFault::kTruncated, "JPEG ends early (in its header)")));
  }
}

TEST(JpegDecoderTest, NamesABrokenHeader) {
  EXPECT_THAT(Decode("GIF89a"),
              ElementsAre(IsUnusable(PictureFault::kBrokenHeader, "broken JPEG header: Not a JPEG file: starts with 0x47 0x49")));
  std::string no_table = Sample("JpegGrey");
  no_table.replace(no_table.find("\xff\xdb"), 2, "\xff\xee");
  EXPECT_THAT(Decode(no_table),
              ElementsAre(IsUnusable(PictureFault::kCorrupt, "corrupt JPEG data: Quantization table 0x00 was not defined")));
}

}  // namespace
}  // namespace mica
