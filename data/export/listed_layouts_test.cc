#include "data/export/listed_layouts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

class ListedLayoutsTest : public testing::Test {
 protected:
  // Pictures of two splits by turns, and one without a label.
  void Write(const std::function<std::unique_ptr<LayoutWriter>(ExportFolder&)>& create) {
    auto folder = ExportFolder::Create(path_);
    ASSERT_THAT(folder, IsOk());
    {
      const std::unique_ptr<LayoutWriter> writer = create(**folder);
      ASSERT_THAT(writer->Begin(), IsOk());
      ASSERT_THAT(writer->Add({"train", 1, "train-000000", ".png", "a"}), IsOk());
      ASSERT_THAT(writer->Add({"test", 0, "test-000001", ".jpg", "b"}), IsOk());
      ASSERT_THAT(writer->Add({"train", 0, "train-000002", ".png", "c"}), IsOk());
      ASSERT_THAT(writer->Add({"test_unlabelled", -1, "test-000003", ".png", "d"}), IsOk());
      ASSERT_THAT(writer->End(), IsOk());
    }
    ASSERT_THAT((*folder)->Publish(), IsOk());
    for (const char* const picture : {"train-000000.png", "test-000001.jpg", "train-000002.png", "test-000003.png"}) {
      EXPECT_THAT(ReadFile(absl::StrCat(path_, "/images/", picture)), IsOk());
    }
  }

  const std::string path_ = MakeTestFolder("listed_layouts") + "/out";
  const std::vector<std::string> names_ = {"cat", "tench, \"Tinca\""};
};

TEST_F(ListedLayoutsTest, AListFileHasNumbers) {
  Write([](ExportFolder& folder) { return std::make_unique<ListFileWriter>(folder); });
  EXPECT_THAT(ReadFile(path_ + "/train.txt"), IsOkAndHolds("images/train-000000.png\t1\nimages/train-000002.png\t0\n"));
  EXPECT_THAT(ReadFile(path_ + "/test.txt"), IsOkAndHolds("images/test-000001.jpg\t0\n"));
  EXPECT_THAT(ReadFile(path_ + "/test_unlabelled.txt"), IsOkAndHolds("images/test-000003.png\n"));
  EXPECT_FALSE(std::filesystem::exists(path_ + "/validation.txt"));
}

TEST_F(ListedLayoutsTest, ACsvFileHasNames) {
  Write([this](ExportFolder& folder) { return std::make_unique<CsvWriter>(names_, folder); });
  EXPECT_THAT(ReadFile(path_ + "/train.csv"),
              IsOkAndHolds("path,label\nimages/train-000000.png,\"tench, \"\"Tinca\"\"\"\nimages/train-000002.png,cat\n"));
  EXPECT_THAT(ReadFile(path_ + "/test.csv"), IsOkAndHolds("path,label\nimages/test-000001.jpg,cat\n"));
  EXPECT_THAT(ReadFile(path_ + "/test_unlabelled.csv"), IsOkAndHolds("path\nimages/test-000003.png\n"));
}

}  // namespace
}  // namespace mica
