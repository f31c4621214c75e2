// What a user reads of each kind of bad picture: the probe's words, then the decoder's. Rows are
// inputs as they are found in the wild, from empty files to decompression bombs. I8's kinds and
// I12's orientations 2 to 8 are in pillow_golden_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing/test_files.h"
#include "data/decode/header_window.h"
#include "data/decode/picture_file.h"
#include "data/decode/picture_header.h"
#include "data/decode/picture_samples.h"
#include "data/decode/region_decoder.h"
#include "data/decode/test_pictures.h"

namespace mica {
namespace {

// "decoded 7 x 5", with notes behind it, or the problem.
std::string Seen(const std::string& bytes) {
  const ProbeResult probe = ProbePicture(bytes);
  if (!probe.header.has_value()) return probe.problem->message;
  const RegionDecoder decoder(DecodeConfig(), 3);
  const PictureSize size = decoder.SizeOf(*probe.header);
  PicturePart part;
  const auto problems = decoder.Decode(bytes, *probe.header, PictureRegion::Whole(size), {}, &part);
  if (!IsUsable(problems)) return problems[0].message;
  return absl::StrCat("decoded ", part.pixels.width_px, " x ", part.pixels.height_px, problems.empty() ? "" : ": " + problems[0].message);
}

std::string Sample(absl::string_view name) {
  return FindPictureSample(name).bytes;
}

std::string Replaced(std::string bytes, absl::string_view what, absl::string_view with) {
  bytes.replace(bytes.find(std::string(what)), with.size(), std::string(with));
  return bytes;
}

std::string PngOf(uint32_t width, uint32_t height) {
  const std::string ihdr = absl::StrCat(Big32(width), Big32(height), absl::string_view("\x08\x02\0\0\0", 5));
  return absl::StrCat("\x89PNG\r\n\x1a\n", PngChunk("IHDR", ihdr), PngChunk("IDAT", "x"), PngChunk("IEND", ""));
}

std::string JpegOf(uint32_t width, uint32_t height) {
  std::string bytes = Sample("JpegBaseline420");
  bytes.replace(bytes.find("\xff\xc0") + 5, 4, absl::StrCat(Big16(height), Big16(width)));
  return bytes;
}

std::string GreyOf(int width, int height) {
  return absl::StrCat("P5 ", width, " ", height, " 255\n", std::string(static_cast<size_t>(width) * height, 'g'));
}

std::string WithExif(const std::string& tiff) {
  std::string bytes = Sample("JpegBaseline420");
  const std::string exif = absl::StrCat(absl::string_view("Exif\0\0", 6), tiff);
  return bytes.insert(2, absl::StrCat("\xff\xe1", Big16(static_cast<uint32_t>(exif.size() + 2)), exif));
}

std::string Padded(absl::string_view start) {
  return absl::StrCat(start, std::string(600, '\1'));
}

struct Row {
  const char* id;
  std::string bytes;
  const char* seen;
};

std::vector<Row> Rows() {
  const std::string jpeg = Sample("JpegBaseline420"), progressive = Sample("JpegProgressive422"), png = Sample("PngRgb");
  std::string twice = jpeg;
  twice.insert(twice.size() - 2, std::string(60, 'x'));
  twice.insert(twice.find("\xff\xc4"), "xyz");
  const size_t idat = png.find("IDAT");
  std::string bad_crc = png;
  bad_crc[idat + 4 + BigEndian32(png.substr(idat - 4, 4))] ^= 1;
  std::string bad_data = png;
  bad_data[idat + 12] ^= 1;
  return {
      {"I1", "", "has 0 bytes; copy or download it again"},
      {"I1", std::string(5000, '\0'), "begins with nothing but zeros, as a broken download or copy leaves; copy or download it again"},
      {"I1", "not a picture, but a line of text\n",
       "is text that begins with \"not a picture, but a line of text\"; leave it out or put the picture in its place"},
      {"I1", "<html><body>404 Not Found</body></html>", "is a web page; download the file itself, not the page that shows it"},
      {"I2", jpeg.substr(0, jpeg.size() - 10), "JPEG ends early (row 16 of 19)"},
      {"I2", jpeg.substr(0, 100), "ends after 100 bytes, before its size; copy or download it again"},
      {"I2", jpeg.substr(0, jpeg.size() - 2), "decoded 21 x 19: JPEG has no end marker; all rows are there"},
      {"I2", progressive.substr(0, progressive.size() / 2), "JPEG ends early (scan 3, row 8 of 19)"},
      {"I3", twice, "Corrupt JPEG data: 3 extraneous bytes before marker 0xc4 (2 warnings)"},
      {"I3", Replaced(Sample("JpegRestartMarkers"), "\xff\xd0", "\xff\xd5"), "Corrupt JPEG data: found marker 0xd5 instead of RST0"},
      {"I4", png.substr(0, png.size() - 20), "PNG ends early (row 0 of 7)"},
      {"I4", bad_crc, "corrupt PNG data: IDAT: CRC error (row 6 of 7)"},
      {"I4", bad_data, "corrupt PNG data: IDAT: invalid code lengths set (row 0 of 7)"},
      {"I5", PngOf(0, 5), "has width 0 in its header; copy or download it again"},
      {"I5", JpegOf(5, 0),
       "has height 0 in its header, to be read from a line count behind the picture (DNL), which mica does not do; copy or download it "
       "again"},
      {"I5", GreyOf(1, 1), "decoded 1 x 1"},
      {"I5", GreyOf(1, 50000), "decoded 1 x 50000"},
      {"I5", GreyOf(500, 33), "decoded 500 x 33"},
      {"I6", PngOf(20000, 20000),
       "has 400 Mpx (20000 x 20000), above the limit of 89 Mpx; scale it down (convert IN -resize 4000x4000 OUT)"},
      {"I6", JpegOf(64250, 64250),
       "has 4129 Mpx (64250 x 64250), above the limit of 89 Mpx; scale it down (convert IN -resize 4000x4000 OUT)"},
      {"I7", PngOf(0x7fffffff, 0x7fffffff),
       "has 4611686014133 Mpx (2147483647 x 2147483647), above the limit of 89 Mpx; scale it down (convert IN -resize 4000x4000 OUT)"},
      {"I7", GreyOf((1 << 20) + 1, 1), "decoded 1048577 x 1"},
      {"I8", Padded(absl::string_view("II*\0\x08\0\0\0", 8)),
       "is a TIFF picture, which mica does not read; convert it to PNG (convert 'IN[0]' OUT.png)"},
      {"I9", "GIF89a", "is a GIF picture, which mica does not read; convert it to PNG (convert 'IN[0]' OUT.png)"},
      {"I11",
       Padded(absl::string_view("\0\0\0\x18"
                                "ftypheic\0\0\0\0mif1heic",
                                24)),
       "is a HEIC picture, which mica does not read; convert it (heif-convert IN OUT.jpg)"},
      {"I11",
       Padded(absl::string_view("\0\0\0\x18"
                                "ftypavif\0\0\0\0mif1avif",
                                24)),
       "is an AVIF picture, which mica does not read; convert it (avifdec IN OUT.png)"},
      {"I11", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
       "is an SVG drawing, which mica does not read; draw it as PNG (rsvg-convert -o OUT.png IN)"},
      {"I11", Padded("8BPS"), "is a Photoshop picture (PSD), which mica does not read; convert it to PNG (convert 'IN[0]' OUT.png)"},
      {"I12", WithExif(TiffWithOrientation(6)), "decoded 19 x 21"},
      {"I12", WithExif(TiffWithOrientation(0)), "decoded 21 x 19"},
      {"I12", WithExif(TiffWithOrientation(9)), "decoded 21 x 19"},
      {"I12", WithExif(TiffWithOrientation(6).substr(0, 15)), "decoded 21 x 19"},
  };
}

TEST(InputRowsTest, EachRowHasItsMessage) {
  for (const Row& row : Rows()) EXPECT_EQ(Seen(row.bytes), row.seen) << row.id;
}

// I9: the others than the first are counted by the index (ProbeResult), and left out.
TEST(InputRowsTest, AnimationsGiveTheirFirstFrame) {
  for (const char* name : {"webp_animated", "png_animated"}) {
    const std::string& bytes = TestPictureBytes(name);
    EXPECT_TRUE(ProbePicture(bytes).header->is_animated);
    EXPECT_EQ(Seen(bytes), "decoded 7 x 5");
  }
}

class InputFileTest : public testing::Test {
 protected:
  std::string Write(absl::string_view name, const std::string& bytes) const {
    const std::string path = absl::StrCat(folder_, "/", name);
    WriteTestFile(path, bytes);
    return path;
  }
  std::string SeenIn(PictureFile& file) const { return Seen(std::string(file.Read(0, file.size()))); }

  const std::string folder_ = MakeTestFolder("input_rows");
};

// I10: the name says nothing.
TEST_F(InputFileTest, TheContentDecides) {
  PictureFile file;
  ASSERT_EQ(file.Open(Write("a.jpg", TestPictureBytes("png_rgb"))), std::nullopt);
  EXPECT_EQ(SeenIn(file), "decoded 7 x 5");
}

// I13: what was there is decoded whole or refused; the loader and the survey compare sizes besides.
TEST_F(InputFileTest, AFileThatShrinksIsCut) {
  const std::string bytes = Sample("JpegBaseline420");
  PictureFile file;
  const std::string path = Write("a.jpg", bytes);
  ASSERT_EQ(file.Open(path), std::nullopt);
  ASSERT_EQ(truncate(path.c_str(), static_cast<off_t>(bytes.size() - 10)), 0);
  EXPECT_EQ(SeenIn(file), "JPEG ends early (row 16 of 19)");
}

TEST_F(InputFileTest, AFileThatGrowsIsReadAsItWas) {
  const std::string bytes = Sample("JpegBaseline420");
  PictureFile file;
  const std::string path = Write("a.jpg", bytes.substr(0, bytes.size() - 10));
  ASSERT_EQ(file.Open(path), std::nullopt);
  WriteTestFile(path, bytes);
  EXPECT_EQ(SeenIn(file), "JPEG ends early (row 16 of 19)");
}

}  // namespace
}  // namespace mica
