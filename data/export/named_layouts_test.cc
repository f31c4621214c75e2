#include "data/export/named_layouts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <filesystem>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::ElementsAre;

class NamedLayoutsTest : public testing::Test {
 protected:
  // Writes one picture of class 1 and publishes.
  template <typename Writer>
  void WriteOne() {
    auto folder = ExportFolder::Create(path_);
    ASSERT_THAT(folder, IsOk());
    Writer writer(names_, **folder);
    ASSERT_THAT(writer.Begin(), IsOk());
    ASSERT_THAT(writer.Add({"train", 1, "train-000012", ".png", "pixels"}), IsOk());
    ASSERT_THAT(writer.End(), IsOk());
    ASSERT_THAT((*folder)->Publish(), IsOk());
  }

  std::set<std::string> Names() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path_)) {
      names.insert(std::filesystem::relative(entry.path(), path_).string());
    }
    return names;
  }

  const std::string path_ = MakeTestFolder("named_layouts") + "/out";
  const std::vector<std::string> names_ = {"cat", "T-shirt_top"};
};

TEST_F(NamedLayoutsTest, EveryClassHasAFolder) {
  WriteOne<ClassFoldersWriter>();
  EXPECT_THAT(Names(), ElementsAre("T-shirt_top", "T-shirt_top/train-000012.png", "cat"));
  EXPECT_THAT(ReadFile(path_ + "/T-shirt_top/train-000012.png"), IsOkAndHolds("pixels"));
}

TEST_F(NamedLayoutsTest, FileNamesBeginWithTheClass) {
  WriteOne<FileNamesWriter>();
  EXPECT_THAT(Names(), ElementsAre("T-shirt_top.train-000012.png"));
}

TEST_F(NamedLayoutsTest, ThePatternFindsTheClass) {
  for (const std::string name : {"cat", "T-shirt_top", "a.b", "a.train-12", "x.train-000001.png", "caf\xc3\xa9 au lait", "-1", "7"}) {
    for (const char* const file : {".train-000012.png", ".unlabelled-12345678.jpg", ".test-000000.webp"}) {
      std::string found;
      EXPECT_TRUE(RE2::PartialMatch(name + file, kFileNamesPattern, &found)) << name;
      EXPECT_EQ(found, name);
    }
  }
}

}  // namespace
}  // namespace mica
