#include "data/index/idx_folder.h"

#include <errno.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/index/idx_test_files.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

IdxDatasetConfig ConfigOf(const std::string& folder) {
  IdxDatasetConfig config;
  config.set_folder(folder);
  return config;
}

class IdxFolderTest : public testing::Test {
 protected:
  const std::string folder_ = MakeTestFolder("idx_folder");
};

const char kHint[] = "docs/file_formats.md, IDX data sets, shows which files belong there";

TEST_F(IdxFolderTest, FindsPlainAndPackedFilesAndPrefersTheNameAsItIs) {
  WriteIdxDataset(folder_, {});
  WriteTestFile(folder_ + "/train-labels-idx1-ubyte", "");
  const absl::StatusOr<IdxPaths> paths = FindIdxFiles(ConfigOf(folder_));
  ASSERT_THAT(paths, IsOk());
  EXPECT_EQ(paths->train_images, folder_ + "/train-images-idx3-ubyte.gz");
  EXPECT_EQ(paths->train_labels, folder_ + "/train-labels-idx1-ubyte");
  EXPECT_EQ(paths->test_images, folder_ + "/t10k-images-idx3-ubyte.gz");
}

TEST_F(IdxFolderTest, LooksForNoTestFilesWhereNoneAreNamed) {
  WriteIdxDataset(folder_, {/*train_per_class=*/2, /*test_per_class=*/0});
  IdxDatasetConfig config = ConfigOf(folder_);
  config.set_test_images("");
  config.set_test_labels("");
  const absl::StatusOr<IdxPaths> paths = FindIdxFiles(config);
  ASSERT_THAT(paths, IsOk());
  EXPECT_EQ(paths->test_images, "");
}

TEST_F(IdxFolderTest, D1MissingFolder) {
  EXPECT_THAT(FindIdxFiles(ConfigOf(folder_ + "/none")), Fails(ExitCode::kData, AllOf(StartsWith(folder_ + "/none: no such folder"),
                                                                                      HasSubstr(kHint), Not(HasSubstr("Fashion-MNIST")))));
  const std::string usual = IdxDatasetConfig().folder();
  EXPECT_THAT(IdxFolderProblem(usual, ENOENT),
              AllOf(StartsWith(usual + ": no such folder"), HasSubstr("apt-get install dataset-fashion-mnist"),
                    HasSubstr("github.com/zalandoresearch/fashion-mnist"), HasSubstr("dataset { idx { folder: \"…\" } }")));
}

TEST_F(IdxFolderTest, D1FileInPlaceOfTheFolder) {
  WriteTestFile(folder_ + "/file", "text");
  for (const std::string& path : {folder_ + "/file", folder_ + "/file/below"}) {
    EXPECT_THAT(FindIdxFiles(ConfigOf(path)), Fails(ExitCode::kData, AllOf(StartsWith(path + ": is a file"), HasSubstr(kHint))));
  }
}

// Root may read everything, so the test supplies the system's answer.
TEST_F(IdxFolderTest, D1NoPermission) {
  EXPECT_THAT(IdxFolderProblem("/data", EACCES),
              AllOf(StartsWith("/data: no permission to read it (Permission denied)"), HasSubstr(kHint)));
  EXPECT_THAT(IdxFolderProblem("/data", EIO), StartsWith("/data: cannot be read (Input/output error)"));
}

TEST_F(IdxFolderTest, D1EmptyFolderListsWhatWasLookedFor) {
  EXPECT_THAT(FindIdxFiles(ConfigOf(folder_)),
              Fails(ExitCode::kData, AllOf(StartsWith(folder_ + ": lacks train-images-idx3-ubyte, train-labels-idx1-ubyte, "
                                                                "t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte (looked for each of them "
                                                                "plain and with .gz); the folder is empty"),
                                           HasSubstr(kHint))));
}

TEST_F(IdxFolderTest, D1NamesSimilarFiles) {
  WriteIdxDataset(folder_, {});
  std::filesystem::rename(folder_ + "/train-images-idx3-ubyte.gz", folder_ + "/train-images.idx3-ubyte");
  WriteTestFile(folder_ + "/notes.txt", "");
  EXPECT_THAT(FindIdxFiles(ConfigOf(folder_)),
              Fails(ExitCode::kData, AllOf(HasSubstr("lacks train-images-idx3-ubyte (looked"),
                                           HasSubstr("similar names there: train-images.idx3-ubyte; rename"), Not(HasSubstr(kHint)))));
}

// torchvision's root, one or two levels up.
TEST_F(IdxFolderTest, D1FindsTheFilesInAFolderBelow) {
  const std::string raw = folder_ + "/FashionMNIST/raw";
  std::filesystem::create_directories(raw);
  WriteIdxDataset(raw, {});
  for (const std::string& root : {folder_, folder_ + "/FashionMNIST"}) {
    EXPECT_THAT(FindIdxFiles(ConfigOf(root)),
                Fails(ExitCode::kData,
                      AllOf(HasSubstr("they are in " + raw + ": set dataset { idx { folder: \"" + raw + "\" } }"), Not(HasSubstr(kHint)))));
  }
}

TEST_F(IdxFolderTest, D1AFolderInPlaceOfAFileIsNamedUnlessThePackedFileIsThere) {
  WriteIdxDataset(folder_, {});
  const std::string images = folder_ + "/train-images-idx3-ubyte";
  std::filesystem::create_directory(images);
  EXPECT_EQ(FindIdxFiles(ConfigOf(folder_))->train_images, images + ".gz");
  std::filesystem::rename(images + ".gz", images + "/train-images.idx3-ubyte");
  EXPECT_THAT(FindIdxFiles(ConfigOf(folder_)),
              Fails(ExitCode::kData, images + ": is a folder, expected a file (it holds train-images.idx3-ubyte: is that the file?); move "
                                              "the file here or name it in dataset { idx { … } }"));
}

TEST_F(IdxFolderTest, D6ALinkWithoutATargetIsNamed) {
  WriteIdxDataset(folder_, {});
  const std::string labels = folder_ + "/train-labels-idx1-ubyte.gz";
  std::filesystem::remove(labels);
  std::filesystem::create_symlink("/gone/labels.gz", labels);
  EXPECT_THAT(FindIdxFiles(ConfigOf(folder_)),
              Fails(ExitCode::kData, labels + ": No such file or directory: \"" + labels +
                                         "\" is a link to \"/gone/labels.gz\", which does not exist; mend the link or put the file in its "
                                         "place"));
}

TEST_F(IdxFolderTest, D1SaysHowToGoWithoutATestSplit) {
  WriteIdxDataset(folder_, {/*train_per_class=*/2, /*test_per_class=*/0});
  EXPECT_THAT(FindIdxFiles(ConfigOf(folder_)),
              Fails(ExitCode::kData, AllOf(HasSubstr("nothing there has a similar name (entries: 2)"), HasSubstr("test_images: \"\""))));
}

}  // namespace
}  // namespace mica
