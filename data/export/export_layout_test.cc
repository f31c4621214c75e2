#include "data/export/export_layout.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "absl/strings/str_join.h"
#include "data/index/dataset.pb.h"

namespace mica {
namespace {

using ::testing::ElementsAre;

constexpr ExportPart kTrain = {Split::kTrain, true};
constexpr ExportPart kTest = {Split::kTest, true};
constexpr ExportPart kUnlabelled = {Split::kUnlabelled, false};

TEST(HowToReadTest, OneSplitInClassFoldersIsThatSplit) {
  EXPECT_THAT(
      HowToRead({ExportLayout::kClassFolders, "/d/x", "class_names.txt", {kTrain}, false}),
      ElementsAre("dataset {", "  class_names_file: \"/d/x/class_names.txt\"", "  train { class_folders { folder: \"/d/x\" } }", "}"));
}

TEST(HowToReadTest, SeveralSplitsInClassFoldersAreAPool) {
  EXPECT_THAT(
      HowToRead({ExportLayout::kClassFolders, "/d", "class_names.txt", {kTrain, kTest}, true}),
      ElementsAre("dataset {", "  class_names_file: \"/d/class_names.txt\"", "  # all splits together; --split=train writes one alone",
                  "  pool { class_folders { folder: \"/d\" } }", "  allow_empty_class: true", "}"));
}

// The comment names a split that is there.
TEST(HowToReadTest, APoolWithoutTrainingSamplesNamesItsFirstSplit) {
  EXPECT_THAT(HowToRead({ExportLayout::kFileNames, "/d", "", {{Split::kValidation, true}, kTest}, false})[1],
              "  # all splits together; --split=validation writes one alone");
}

TEST(HowToReadTest, ListsAreReadSplitBySplit) {
  EXPECT_THAT(HowToRead({ExportLayout::kListFile, "/d", "class_map.csv", {kTrain, {Split::kTest, false}, kUnlabelled}, false}),
              ElementsAre("dataset {", "  class_names_file: \"/d/class_map.csv\"",
                          "  train { list_file { list_file: \"/d/train.txt\" labels: NUMBERS } }",
                          "  test { list_file { list_file: \"/d/test_unlabelled.txt\" labels: NONE } }",
                          "  unlabelled { list_file { list_file: \"/d/unlabelled.txt\" labels: NONE } }", "}"));
}

TEST(HowToReadTest, MissingTrainingSamplesAreSaid) {
  EXPECT_THAT(HowToRead({ExportLayout::kTarShards, "/d", "", {kTest}, false}),
              ElementsAre("dataset {", "  # train { … }: training samples, which are not among these",
                          "  test { tar_shards { files: \"/d/test-*.tar\" labels: NUMBERS } }", "}"));
}

// Training samples must have labels (data/index/dataset.proto).
TEST(HowToReadTest, TrainingSamplesWithoutLabelsAreUnlabelled) {
  const auto lines = HowToRead({ExportLayout::kCsv, "/d", "", {kTrain, {Split::kTrain, false}}, false});
  EXPECT_EQ(lines[2], "  unlabelled { csv { csv_file: \"/d/train_unlabelled.csv\" path_column: \"path\" labels: NONE } }");
}

TEST(HowToReadTest, EveryLayoutIsAConfig) {
  const std::string folder = "/d/\"quoted\" \\ caf\xc3\xa9";
  for (const ExportLayout layout :
       {ExportLayout::kClassFolders, ExportLayout::kFileNames, ExportLayout::kListFile, ExportLayout::kCsv, ExportLayout::kTarShards}) {
    for (const std::vector<ExportPart>& parts : {std::vector<ExportPart>{kTrain}, {kTrain, kTest}, {kTest}, {kUnlabelled}}) {
      std::vector<std::string> lines = HowToRead({layout, folder, "class_names.txt", parts, true});
      EXPECT_EQ(lines.front(), "dataset {");
      EXPECT_EQ(lines.back(), "}");
      lines = {lines.begin() + 1, lines.end() - 1};
      DatasetConfig config;
      EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(absl::StrJoin(lines, "\n"), &config)) << absl::StrJoin(lines, "\n");
      EXPECT_EQ(config.class_names_file(), folder + "/class_names.txt");
      EXPECT_EQ(config.pool_size() + config.train_size() + config.test_size() + config.unlabelled_size() > 0, true);
    }
  }
}

}  // namespace
}  // namespace mica
