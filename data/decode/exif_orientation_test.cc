#include "data/decode/exif_orientation.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "data/decode/picture_bytes.h"
#include "data/decode/test_pictures.h"

namespace mica {
namespace {

int OrientationOf(absl::string_view bytes, int64_t begin = 0) {
  PictureInMemory picture(bytes);
  HeaderWindow window(picture);
  return ExifOrientation(window, begin, static_cast<int64_t>(bytes.size()) - begin);
}

// tag, type, count, value: 12 bytes.
std::string LittleEntry(int tag, int type, int count, uint32_t value) {
  return Little16(tag) + Little16(type) + Little32(count) + Little32(value);
}

std::string LittleTiff(const std::string& entries, int count) {
  return absl::StrCat("II", Little16(42), Little32(8), Little16(count), entries, Little32(0));
}

TEST(ExifOrientationTest, ReadsAllEightInBothByteOrders) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    EXPECT_EQ(OrientationOf(TiffWithOrientation(orientation)), orientation);
    EXPECT_EQ(OrientationOf(LittleTiff(LittleEntry(0x0112, 3, 1, orientation), 1)), orientation);
  }
}

TEST(ExifOrientationTest, FindsItBehindOtherEntriesAndPrefixes) {
  const std::string tiff = LittleTiff(LittleEntry(0x010f, 2, 6, 50) + LittleEntry(0x0110, 2, 4, 0) + LittleEntry(0x0112, 3, 1, 6), 3);
  EXPECT_EQ(OrientationOf(tiff), 6);
  EXPECT_EQ(OrientationOf(std::string("Exif\0\0", 6) + tiff), 6);
  EXPECT_EQ(OrientationOf("abc" + tiff, 3), 6);
}

TEST(ExifOrientationTest, ReadsADirectoryFarBehindItsHeader) {
  const std::string directory = Little16(1) + LittleEntry(0x0112, 3, 1, 5) + Little32(0);
  const std::string tiff = absl::StrCat("II", Little16(42), Little32(50000), std::string(50000 - 8, 'x'), directory);
  EXPECT_EQ(OrientationOf(tiff), 5);
}

// SLONG is met in the wild: gdk-pixbuf's test pictures have it.
TEST(ExifOrientationTest, TakesEveryTypeOfWholeNumber) {
  for (const int type : {1, 3, 4, 6, 8, 9}) EXPECT_EQ(OrientationOf(LittleTiff(LittleEntry(0x0112, type, 1, 6), 1)), 6) << type;
  for (const int type : {0, 2, 5, 7, 10, 11, 12, 13, 300}) {
    EXPECT_EQ(OrientationOf(LittleTiff(LittleEntry(0x0112, type, 1, 6), 1)), 1) << type;
  }
}

TEST(ExifOrientationTest, IsOneForValuesThatAreNone) {
  for (const uint32_t value : {0u, 9u, 255u, 0xffffffffu}) EXPECT_EQ(OrientationOf(LittleTiff(LittleEntry(0x0112, 4, 1, value), 1)), 1);
  EXPECT_EQ(OrientationOf(LittleTiff(LittleEntry(0x0112, 3, 2, 6), 1)), 1);
  EXPECT_EQ(OrientationOf(LittleTiff(LittleEntry(0x0112, 3, 0, 6), 1)), 1);
}

TEST(ExifOrientationTest, IsOneForEveryCutOfTheData) {
  const std::string tiff = TiffWithOrientation(6);
  for (size_t size = 0; size < 22; ++size) EXPECT_EQ(OrientationOf(tiff.substr(0, size)), 1) << size;
  EXPECT_EQ(OrientationOf(tiff.substr(0, 22)), 6);  // what follows the entry is not needed
}

// The rest of the picture must not be taken for EXIF data.
TEST(ExifOrientationTest, StaysInsideItsRange) {
  const std::string tiff = TiffWithOrientation(6);
  PictureInMemory picture(tiff);
  HeaderWindow window(picture);
  EXPECT_EQ(ExifOrientation(window, 0, 22), 6);
  for (int64_t size = -2; size < 22; ++size) EXPECT_EQ(ExifOrientation(window, 0, size), 1) << size;
}

TEST(ExifOrientationTest, RefusesPositionsOutsideTheData) {
  for (const uint32_t position : {0u, 4u, 7u, 9000u, 0x7fffffffu, 0xffffffffu}) {
    EXPECT_EQ(OrientationOf("II" + Little16(42) + Little32(position) + Little16(1) + LittleEntry(0x0112, 3, 1, 6)), 1) << position;
  }
}

TEST(ExifOrientationTest, SurvivesNoise) {
  std::mt19937 random(7);
  for (int i = 0; i < 20000; ++i) {
    std::string tiff = TiffWithOrientation(3);
    for (int change = 0; change < 3; ++change) tiff[random() % tiff.size()] = static_cast<char>(random());
    const int orientation = OrientationOf(tiff);
    ASSERT_GE(orientation, 1);
    ASSERT_LE(orientation, 8);
  }
}

}  // namespace
}  // namespace mica
