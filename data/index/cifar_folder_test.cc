#include "data/index/cifar_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class CifarFolderTest : public testing::Test {
 protected:
  void Write(absl::string_view name) const { WriteTestFile(absl::StrCat(folder_, "/", name), "x"); }
  void Make(absl::string_view name) const { ASSERT_THAT(MakeFolders(absl::StrCat(folder_, "/", name)), IsOk()); }
  void WriteCifar10(absl::string_view folder) const {
    for (int i = 1; i <= 5; ++i) Write(absl::StrCat(folder, "data_batch_", i, ".bin"));
    Write(absl::StrCat(folder, "test_batch.bin"));
  }
  void ExpectProblem(const std::string& text) const {
    EXPECT_THAT(FindCifarFiles(folder_), Fails(ExitCode::kData, AllOf(StartsWith(folder_), HasSubstr(text))));
  }

  const std::string folder_ = MakeTestFolder("cifar_folder");
};

TEST_F(CifarFolderTest, FindsBothVersions) {
  WriteCifar10("");
  const auto cifar10 = FindCifarFiles(folder_);
  ASSERT_THAT(cifar10, IsOk());
  EXPECT_EQ(cifar10->version, CifarVersion::kCifar10);
  EXPECT_EQ(cifar10->folder, folder_);
  EXPECT_EQ(cifar10->train.size(), 5);
  EXPECT_EQ(cifar10->train[4], folder_ + "/data_batch_5.bin");
  EXPECT_EQ(cifar10->test, folder_ + "/test_batch.bin");
}

TEST_F(CifarFolderTest, FindsTheFoldersThatTheArchivesUnpackTo) {
  Make("cifar-100-binary");
  Write("cifar-100-binary.tar.gz");
  Write("cifar-100-binary/train.bin");
  Write("cifar-100-binary/test.bin");
  const auto cifar100 = FindCifarFiles(folder_);
  ASSERT_THAT(cifar100, IsOk());
  EXPECT_EQ(cifar100->version, CifarVersion::kCifar100);
  EXPECT_THAT(cifar100->train, ElementsAre(folder_ + "/cifar-100-binary/train.bin"));
  Make("cifar-10-batches-bin");
  WriteCifar10("cifar-10-batches-bin/");
  ExpectProblem(
      absl::StrCat("holds files of CIFAR-10 (", folder_, "/cifar-10-batches-bin) and of CIFAR-100 (", folder_, "/cifar-100-binary)"));
  WriteCifar10("");
  EXPECT_EQ(FindCifarFiles(folder_)->folder, folder_) << "what lies in the folder itself comes first";
}

TEST_F(CifarFolderTest, NamesAllFilesThatAreMissing) {
  Write("data_batch_1.bin");
  Write("data_batch_4.bin");
  ExpectProblem(
      "lacks data_batch_2.bin, data_batch_3.bin, data_batch_5.bin, test_batch.bin of CIFAR-10; unpack cifar-10-binary.tar.gz again");
}

TEST_F(CifarFolderTest, SaysWhatLiesThereInstead) {
  ExpectProblem("not the binary version of CIFAR; there is neither data_batch_1.bin (CIFAR-10) nor train.bin (CIFAR-100); download");
  for (const char* const name : {"train", "test", "meta"}) Write(name);
  ExpectProblem(
      "it holds the version for Python (train, test, meta), which is pickled; download the \"binary version\" from "
      "https://www.cs.toronto.edu");
  Write("test_batch.mat");
  Write("data_batch_1");
  ExpectProblem("it holds the version for Python (data_batch_1), which is pickled");
  Write("cifar-10-binary.tar.gz");
  ExpectProblem("it holds cifar-10-binary.tar.gz; unpack it there: tar -xzf cifar-10-binary.tar.gz");
}

TEST_F(CifarFolderTest, SaysWhyTheFolderCannotBeUsed) {
  EXPECT_THAT(FindCifarFiles(folder_ + "/none"),
              Fails(ExitCode::kData, HasSubstr("/none: folder cannot be read (No such file or directory")));
  Write("cifar.tar");
  EXPECT_THAT(FindCifarFiles(folder_ + "/cifar.tar"), Fails(ExitCode::kData, HasSubstr("is a file, expected the folder")));
}

}  // namespace
}  // namespace mica
