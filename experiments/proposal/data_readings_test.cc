#include "experiments/proposal/data_readings.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/index/sources/tar_test_files.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Files are made by their names alone: nothing here opens a picture. In texts, "$" stands for the
// test's folder.
class DataReadingsTest : public testing::Test {
 protected:
  void Make(const std::string& name, absl::string_view bytes = "x") const {
    const std::string path = absl::StrCat(folder_, "/", name);
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    WriteTestFile(path, bytes);
  }

  // NAME/0.jpg … NAME/7.jpg
  void MakePictures(const std::string& name) const {
    for (int i = 0; i < 8; ++i) Make(absl::StrCat(name, "/", i, ".jpg"));
  }

  absl::StatusOr<FoundReadings> Find(const std::string& below = "") const { return FindReadings(folder_ + below); }

  // Whether the reading at `place` is this config.
  testing::AssertionResult Reads(size_t place, const std::string& config, const std::string& below = "") const {
    const auto found = Find(below);
    if (!found.ok()) return testing::AssertionFailure() << found.status();
    if (found->readings.size() <= place) return testing::AssertionFailure() << found->readings.size() << " readings";
    const auto expected = ParseTextOrDie<DatasetConfig>(absl::StrReplaceAll(config, {{"$", folder_}}));
    const DatasetConfig& actual = found->readings[place].config;
    if (google::protobuf::util::MessageDifferencer::Equals(actual, expected)) return testing::AssertionSuccess();
    return testing::AssertionFailure() << actual.DebugString();
  }

  const std::string folder_ = MakeTestFolder("data_readings");
};

TEST_F(DataReadingsTest, AFolderForEachClass) {
  MakePictures("cat");
  MakePictures("dog/young");
  EXPECT_TRUE(Reads(0, "pool { class_folders { folder: '$' } }"));
}

TEST_F(DataReadingsTest, WrappingFoldersArePassedThrough) {
  MakePictures("archive/flowers/rose");
  MakePictures("archive/flowers/tulip");
  Make("archive/README.txt", "Photographs of flowers.");
  EXPECT_TRUE(Reads(0, "pool { class_folders { folder: '$/archive/flowers' } }"));
}

TEST_F(DataReadingsTest, SplitsInTheirUsualSpellings) {
  for (const char* split : {"Training", "valid", "test_set"}) {
    MakePictures(absl::StrCat(split, "/cat"));
    MakePictures(absl::StrCat(split, "/dog"));
  }
  EXPECT_TRUE(Reads(0,
                    "train { class_folders { folder: '$/Training' } } validation { class_folders { folder: '$/valid' } } "
                    "test { class_folders { folder: '$/test_set' } }"));
}

TEST_F(DataReadingsTest, SplitsThatAreWrappedAndATestSplitWithoutLabels) {
  MakePictures("seg_train/seg_train/sea");
  MakePictures("seg_train/seg_train/forest");
  MakePictures("seg_test/seg_test/sea");
  MakePictures("seg_test/seg_test/forest");
  MakePictures("seg_pred");
  EXPECT_TRUE(
      Reads(0, "train { class_folders { folder: '$/seg_train/seg_train' } } test { class_folders { folder: '$/seg_test/seg_test' } }"));
  EXPECT_THAT(Find()->notes, ElementsAre("the folder \"seg_pred\" is no split and is left out"));
}

TEST_F(DataReadingsTest, ATestSplitWithoutLabelsIsLeftForPredict) {
  MakePictures("train/cat");
  MakePictures("train/dog");
  MakePictures("test");
  EXPECT_TRUE(Reads(0, "train { class_folders { folder: '$/train' } }"));
  EXPECT_THAT(Find()->notes, ElementsAre(AllOf(HasSubstr("/test/ have no labels"), HasSubstr("mica predict"))));
}

TEST_F(DataReadingsTest, ATrainBesideABusIsAClass) {
  MakePictures("train");
  MakePictures("bus");
  EXPECT_TRUE(Reads(0, "pool { class_folders { folder: '$' } }"));
}

TEST_F(DataReadingsTest, LabelsInNamesOfFiles) {
  for (int i = 0; i < 8; ++i) {
    Make(absl::StrCat("cat.", i, ".jpg"));
    Make(absl::StrCat("dog.", i, ".jpg"));
  }
  const auto found = Find();
  ASSERT_THAT(found, IsOk());
  ASSERT_EQ(found->readings.size(), 1);
  EXPECT_EQ(found->readings[0].config.pool(0).file_names().folder(), folder_);
  EXPECT_THAT(found->readings[0].in_words, HasSubstr("cat.0.jpg is of class \"cat\""));
}

TEST_F(DataReadingsTest, ATableComesBeforeFoldersUnlessItsClassesAreTheFolders) {
  MakePictures("a");
  MakePictures("b");
  std::vector<std::string> telling = {"path,label"}, same = {"path,label"};
  for (int i = 0; i < 8; ++i) {
    telling.push_back(absl::StrCat("a/", i, ".jpg,", i % 2 == 0 ? "even" : "odd"));
    same.push_back(absl::StrCat(i % 2 == 0 ? "a/" : "b/", i, ".jpg,", i % 2 == 0 ? "a" : "b"));
  }
  Make("labels.csv", absl::StrJoin(same, "\n"));
  EXPECT_TRUE(Reads(0, "pool { class_folders { folder: '$' } }"));
  EXPECT_TRUE(Reads(1, "pool { csv { csv_file: '$/labels.csv' path_column: 'path' label_column: 'label' } }"));
  Make("labels.csv", absl::StrJoin(telling, "\n"));
  EXPECT_TRUE(Reads(0, "pool { csv { csv_file: '$/labels.csv' path_column: 'path' label_column: 'label' } }"));
  EXPECT_TRUE(Reads(0, "pool { csv { csv_file: '$/labels.csv' path_column: 'path' label_column: 'label' } }", "/labels.csv"));
}

TEST_F(DataReadingsTest, TablesOfSplitsBelongTogether) {
  MakePictures("images");
  std::string list;
  for (int i = 0; i < 8; ++i) absl::StrAppend(&list, "images/", i, ".jpg\t", i % 2, "\n");
  Make("train.txt", list);
  Make("val.txt", list);
  EXPECT_TRUE(Reads(0, "train { list_file { list_file: '$/train.txt' } } validation { list_file { list_file: '$/val.txt' } }"));
}

TEST_F(DataReadingsTest, IdxFiles) {
  for (const char* name :
       {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"}) {
    Make(absl::StrCat("raw/", name));
  }
  constexpr char kIdx[] =
      "idx { folder: '$/raw' train_images: 'train-images-idx3-ubyte' train_labels: 'train-labels-idx1-ubyte' "
      "test_images: 't10k-images-idx3-ubyte' test_labels: 't10k-labels-idx1-ubyte' }";
  EXPECT_TRUE(Reads(0, kIdx));
  EXPECT_TRUE(Reads(0, kIdx, "/raw/train-images-idx3-ubyte.gz"));
}

TEST_F(DataReadingsTest, LettersOfEmnistCountFromOneAndLieOnTheirSide) {
  for (const char* part : {"train-images-idx3", "train-labels-idx1"}) Make(absl::StrCat("emnist-letters-", part, "-ubyte"));
  Make("emnist-letters-mapping.txt");
  EXPECT_TRUE(Reads(0,
                    "idx { folder: '$' train_images: 'emnist-letters-train-images-idx3-ubyte' first_label: 1 transpose: true "
                    "train_labels: 'emnist-letters-train-labels-idx1-ubyte' test_images: '' test_labels: '' "
                    "mapping_file: '$/emnist-letters-mapping.txt' }"));
}

TEST_F(DataReadingsTest, CifarsBinaryFiles) {
  Make("cifar-100-binary/train.bin");
  Make("cifar-100-binary/test.bin");
  EXPECT_TRUE(Reads(0, "cifar { folder: '$' }"));
}

TEST_F(DataReadingsTest, TarShardsWithTheirLabels) {
  Make("train-000.tar", TarBytes({{"0.jpg", "x"}, {"0.json", R"({"id": 7, "class": "cat"})"}}));
  Make("train-001.tar", TarBytes({}));
  Make("val-000.tar", TarBytes({{"0.jpg", "x"}, {"0.cls", "1"}}));
  EXPECT_TRUE(Reads(0,
                    "train { tar_shards { files: '$/train-*.tar' label_extension: 'json' label_field: 'class' } } "
                    "validation { tar_shards { files: '$/val-*.tar' } }"));
  EXPECT_TRUE(Reads(0, "pool { tar_shards { files: '$/val-000.tar' } }", "/val-000.tar"));
}

TEST_F(DataReadingsTest, WhatIsNoData) {
  EXPECT_THAT(Find("/gone"), Fails(ExitCode::kData, HasSubstr("No such file or directory")));
  Make("notes.doc");
  Make("labels.jsonl", "{}");
  EXPECT_THAT(Find(), Fails(ExitCode::kData, AllOf(HasSubstr(".doc (1)"), HasSubstr("JSON lines are not read"), HasSubstr("FOLDER/cat/"))));
  EXPECT_THAT(Find("/notes.doc"), Fails(ExitCode::kData, HasSubstr("name the folder with the pictures")));
  Make("table.csv", "a,b\n1,2\n");
  EXPECT_THAT(Find("/table.csv"), Fails(ExitCode::kData, HasSubstr("is no table that names pictures")));
}

TEST_F(DataReadingsTest, HiddenFoldersAreNoClasses) {
  MakePictures("cat");
  MakePictures(".ipynb_checkpoints");
  MakePictures("__MACOSX");
  EXPECT_THAT(Find(), Fails(ExitCode::kData, HasSubstr("one folder, \"cat\", so there is one class")));
}

}  // namespace
}  // namespace mica
