#include "data/export/tar_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::SizeIs;

using Members = std::vector<std::pair<std::string, std::string>>;

// Name and content of each member, taken apart by POSIX's table of fields.
Members MembersOf(const std::string& tar) {
  Members members;
  EXPECT_EQ(tar.size() % 10240, 0);
  size_t place = 0;
  while (place + 512 <= tar.size() && tar[place] != '\0') {
    const std::string name = tar.c_str() + place;
    const size_t size = std::strtoul(tar.substr(place + 124, 12).c_str(), nullptr, 8);
    EXPECT_EQ(tar.substr(place + 257, 5), "ustar");
    members.push_back({name, tar.substr(place + 512, size)});
    place += 512 + (size + 511) / 512 * 512;
  }
  EXPECT_GE(tar.size(), place + 1024);
  EXPECT_EQ(tar.find_first_not_of('\0', place), std::string::npos);
  return members;
}

class TarLayoutTest : public testing::Test {
 protected:
  void Write(const std::vector<PictureToPlace>& pictures, ShardLimits limits) {
    std::filesystem::remove_all(path_);
    auto folder = ExportFolder::Create(path_);
    ASSERT_THAT(folder, IsOk());
    TarLayoutWriter writer(**folder, limits);
    ASSERT_THAT(writer.Begin(), IsOk());
    for (const PictureToPlace& picture : pictures) ASSERT_THAT(writer.Add(picture), IsOk());
    ASSERT_THAT(writer.End(), IsOk());
    ASSERT_THAT((*folder)->Publish(), IsOk());
  }

  std::string Bytes(const std::string& name) const { return ReadFile(absl::StrCat(path_, "/", name)).value_or(""); }
  int Shards() const {
    return static_cast<int>(std::distance(std::filesystem::directory_iterator(path_), std::filesystem::directory_iterator()));
  }

  const std::string path_ = MakeTestFolder("tar_layout") + "/out";
};

TEST_F(TarLayoutTest, PicturesAndLabelsLieSideBySide) {
  const std::string picture(700, 'p');
  Write({{"train", 9, "train-000000", ".png", picture},
         {"unlabelled", -1, "unlabelled-000001", ".jpg", "u"},
         {"train", 10, "train-000002", ".jpg", ""}},
        ShardLimits());
  EXPECT_THAT(MembersOf(Bytes("train-000000.tar")), ElementsAre(Pair("train-000000.png", picture), Pair("train-000000.cls", "9"),
                                                                Pair("train-000002.jpg", ""), Pair("train-000002.cls", "10")));
  EXPECT_THAT(MembersOf(Bytes("unlabelled-000000.tar")), ElementsAre(Pair("unlabelled-000001.jpg", "u")));
  EXPECT_EQ(Shards(), 2);
}

TEST_F(TarLayoutTest, AShardHasAtMostSoManySamples) {
  std::vector<PictureToPlace> pictures;
  for (int i = 0; i < 7; ++i) pictures.push_back({"train", i, absl::StrCat("train-00000", i), ".png", "x"});
  Write(pictures, {/*samples=*/3});
  EXPECT_EQ(Shards(), 3);
  EXPECT_THAT(MembersOf(Bytes("train-000000.tar")), SizeIs(6));
  EXPECT_THAT(MembersOf(Bytes("train-000001.tar")), SizeIs(6));
  EXPECT_THAT(MembersOf(Bytes("train-000002.tar")), ElementsAre(Pair("train-000006.png", "x"), Pair("train-000006.cls", "6")));
}

// A sample of up to 512 bytes takes four blocks with its label.
TEST_F(TarLayoutTest, AShardHasAtMostSoManyBytes) {
  const std::string large(100000, 'l');
  std::vector<PictureToPlace> pictures;
  for (int i = 0; i < 6; ++i) {
    pictures.push_back({"test", i, absl::StrCat("test-00000", i), ".png", i == 4 ? absl::string_view(large) : absl::string_view("s")});
  }
  Write(pictures, {/*samples=*/1000, /*bytes=*/2 * 4 * 512});
  EXPECT_EQ(Shards(), 4);
  EXPECT_THAT(MembersOf(Bytes("test-000000.tar")), SizeIs(4));
  EXPECT_THAT(MembersOf(Bytes("test-000001.tar")), SizeIs(4));
  EXPECT_THAT(MembersOf(Bytes("test-000002.tar")), ElementsAre(Pair("test-000004.png", large), Pair("test-000004.cls", "4")));
  EXPECT_THAT(MembersOf(Bytes("test-000003.tar")), SizeIs(2));
}

}  // namespace
}  // namespace mica
