#include "data/decode/foreign_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Padded(std::string start) {
  start.resize(600, '\1');
  return start;
}

void ExpectUnread(const std::string& start, const std::string& what) {
  const PictureProblem problem = ForeignFileProblem(Padded(start));
  EXPECT_EQ(problem.fault, PictureFault::kUnsupportedFormat) << what << ": " << problem.message;
  EXPECT_THAT(problem.message, StartsWith(absl::StrCat("is ", what, ", which mica does not read; ")));
  EXPECT_FALSE(problem.is_usable);
}

std::string Binary(absl::string_view bytes) {
  return std::string(bytes);
}

TEST(ForeignFileTest, NamesPicturesOfOtherFormats) {
  ExpectUnread("GIF89a", "a GIF picture");
  ExpectUnread("GIF87a", "a GIF picture");
  ExpectUnread(Binary({"II*\0\x08\0\0\0", 8}), "a TIFF picture");
  ExpectUnread(Binary({"MM\0*\0\0\0\x08", 8}), "a TIFF picture");
  ExpectUnread(Binary({"II+\0\x08\0", 6}), "a TIFF picture (BigTIFF)");
  ExpectUnread(Binary({"MM\0+\0\x08", 6}), "a TIFF picture (BigTIFF)");
  ExpectUnread(Binary({"II*\0\x10\0\0\0CR\2\0", 12}), "a camera's raw picture (CR2)");
  ExpectUnread("\xff\x0a", "a JPEG XL picture");
  ExpectUnread(Binary({"\0\0\0\x0cJXL \r\n\x87\n", 12}), "a JPEG XL picture");
  ExpectUnread(Binary({"\0\0\0\x0cjP  \r\n\x87\n", 12}), "a JPEG 2000 picture");
  ExpectUnread("\xff\x4f\xff\x51", "a JPEG 2000 picture");
  ExpectUnread("8BPS", "a Photoshop picture (PSD)");
  ExpectUnread("v/1\1", "an OpenEXR picture");
  ExpectUnread(Binary({"\0\0\1\0\1\0\x20\x20\0\0", 10}), "an icon or a cursor (ICO, CUR)");
  ExpectUnread("P7\n", "a PAM picture");
  ExpectUnread(std::string(128, '\0') + "DICM", "a DICOM picture");
  ExpectUnread(Binary({"\0\5\x16\7\0\2\0\0Mac OS X", 16}), "an AppleDouble file, which macOS puts beside the file that it belongs to");
}

TEST(ForeignFileTest, NamesVideos) {
  ExpectUnread(Binary({"\0\0\0\x18"
                       "ftypisom\0\0\2\0",
                       16}),
               "a video (MP4, MOV or a relative)");
  ExpectUnread(Binary({"\0\0\0\x14"
                       "ftypqt  ",
                       12}),
               "a video (MP4, MOV or a relative)");
  ExpectUnread("\x1a\x45\xdf\xa3", "a video (Matroska or WebM)");
  ExpectUnread("RIFF....AVI LIST", "a video (AVI)");
}

// The box's size, "ftyp", the major brand, a version, the compatible brands.
std::string FileType(const std::string& major, const std::string& compatible) {
  const size_t size = 16 + compatible.size();
  return absl::StrCat(std::string(3, '\0'), std::string(1, static_cast<char>(size)), "ftyp", major, std::string(4, '\0'), compatible,
                      "avif");
}

TEST(ForeignFileTest, TellsHeicFromAvifByTheirBrands) {
  for (const char* brand : {"heic", "heix", "hevc", "heim"}) ExpectUnread(FileType(brand, "mif1"), "a HEIC picture");
  for (const char* brand : {"avif", "avis"}) ExpectUnread(FileType(brand, "mif1"), "an AVIF picture");
  ExpectUnread(FileType("mif1", "miafavif"), "an AVIF picture");
  ExpectUnread(FileType("mif1", "miafheic"), "a HEIC picture");
  ExpectUnread(FileType("msf1", "iso8"), "a HEIF picture");  // "avif" lies behind the box
  EXPECT_THAT(ForeignFileProblem(FileType("heic", "mif1")).message,
              StartsWith("is a HEIC picture, which mica does not read; convert it (heif-convert IN OUT.jpg)"));
}

TEST(ForeignFileTest, TellsDrawingsFromOtherMarkup) {
  ExpectUnread("<svg xmlns=\"http://www.w3.org/2000/svg\">", "an SVG drawing");
  ExpectUnread("\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- by hand -->\n<svg>", "an SVG drawing");
  const PictureProblem page = ForeignFileProblem("<!DOCTYPE html><html><body><svg></svg>");
  EXPECT_EQ(page.fault, PictureFault::kNotAPicture);
  EXPECT_EQ(page.message, "is a web page; download the file itself, not the page that shows it");
}

TEST(ForeignFileTest, SaysWhatIsNoPicture) {
  const auto message = [](absl::string_view bytes) {
    const PictureProblem problem = ForeignFileProblem(bytes);
    EXPECT_EQ(problem.fault, PictureFault::kNotAPicture) << problem.message;
    return problem.message;
  };
  EXPECT_THAT(message("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n"), StartsWith("is a Git LFS pointer, not the file"));
  EXPECT_THAT(message("{\"error\": 404}"), StartsWith("is JSON text that begins with \"{"));
  EXPECT_EQ(message("hello"), "is text that begins with \"hello\"; leave it out or put the picture in its place");
  EXPECT_EQ(message("%PDF-1.4"), "is a PDF document; leave it out or put the picture in its place");
  EXPECT_EQ(message("PK\3\4zip"), "is a zip archive; unpack it and leave it out");
  EXPECT_EQ(message("\x1f\x8b\x08"), "is compressed with gzip; unpack it and leave it out");
  EXPECT_THAT(message("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), StartsWith("is a document or a thumbnail store of Windows (OLE)"));
  EXPECT_EQ(
      message("\x01\x02\x03\x04\x05"),
      "is no picture of a known format (starts with 01 02 03 04); mica reads JPEG, PNG, BMP, WebP and PNM; convert it or leave it out");
  EXPECT_THAT(message("\x01"), HasSubstr("(starts with 01)"));
}

TEST(ForeignFileTest, DoesNotTakeWordsForPictures) {
  for (const char* text : {"The moov atom holds the index", "What is AVI good for? Nothing", "GIF pictures are not read"}) {
    EXPECT_EQ(ForeignFileProblem(text).fault, PictureFault::kNotAPicture) << text;
  }
}

TEST(ForeignFileTest, NamesZeros) {
  for (const size_t size : {1, 15, 16, 5000}) {
    EXPECT_EQ(ForeignFileProblem(std::string(size, '\0')).fault, PictureFault::kZeros) << size;
  }
  EXPECT_EQ(ForeignFileProblem(std::string(600, '\0') + "x").fault, PictureFault::kNotAPicture);
}

}  // namespace
}  // namespace mica
