#include "bench/picture_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "base/files/file.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/decode/picture_encoder.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::Le;
using ::testing::Pair;
using ::testing::SizeIs;

TEST(PictureTreeTest, FilesLieInClassFoldersAndFewDiffer) {
  const std::string folder = MakeTestFolder("picture_tree") + "/tree";
  PictureTreeSpec spec;
  spec.classes = 3;
  spec.pictures = 10;
  spec.different = 4;
  spec.width_px = 20;
  spec.height_px = 30;
  ASSERT_THAT(MakePictureTree(folder, spec), IsOk());

  std::map<std::string, int> files_of;
  std::set<ino_t> inodes;
  std::set<std::string> contents;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_directory()) continue;
    ++files_of[entry.path().parent_path().filename()];
    struct stat stats;
    ASSERT_EQ(stat(entry.path().c_str(), &stats), 0);
    inodes.insert(stats.st_ino);
    contents.insert(*ReadFile(entry.path()));
    EXPECT_LT(stats.st_mtime, time(nullptr) - 60);
  }
  EXPECT_THAT(files_of, ElementsAre(Pair("class_00", 4), Pair("class_01", 3), Pair("class_02", 3)));
  EXPECT_THAT(inodes, SizeIs(4));
  EXPECT_THAT(contents, SizeIs(4));
}

TEST(PictureTreeTest, AnExistingFileIsAnError) {
  const std::string folder = MakeTestFolder("picture_tree_twice");
  PictureTreeSpec spec;
  spec.pictures = 3;
  spec.different = 1;
  spec.width_px = spec.height_px = 8;
  ASSERT_THAT(MakePictureTree(folder, spec), IsOk());
  EXPECT_THAT(MakePictureTree(folder, spec).message(), testing::HasSubstr("000000.jpg: cannot make this hard link: File exists"));
}

// Photographs of this size and quality: 40 to 80 kB.
TEST(PictureTreeTest, PicturesAreAsHardToEncodeAsPhotographs) {
  for (const uint32_t seed : {1, 2, 3}) {
    const Picture picture = DrawPicture(500, 375, seed);
    EXPECT_THAT(EncodeJpeg(picture, 90)->size(), AllOf(Ge(40000), Le(80000)));
    const Picture fine = DrawPicture(500, 375, seed, /*detail=*/0.72f);
    EXPECT_THAT(EncodeJpeg(fine, 90, JpegColours::kHalfResolution)->size(), AllOf(Ge(50000), Le(66000)));
    const auto [darkest, brightest] = std::minmax_element(picture.pixels.begin(), picture.pixels.end());
    EXPECT_GT(*brightest - *darkest, 100);
  }
}

TEST(PictureTreeTest, OneSeedIsOnePicture) {
  EXPECT_EQ(DrawPicture(9, 7, 1).pixels, DrawPicture(9, 7, 1).pixels);
  EXPECT_NE(DrawPicture(9, 7, 1).pixels, DrawPicture(9, 7, 2).pixels);
}

}  // namespace
}  // namespace mica
