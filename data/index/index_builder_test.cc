#include "data/index/index_builder.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/index/idx_test_files.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::string PixelsOf(const ImageRecord& record, const DatasetIndex& index) {
  return index.files[record.file].bytes->substr(record.offset, record.length);
}

const char kNoTest[] = " idx { test_images: \"\" test_labels: \"\" }";

class IndexBuilderTest : public testing::Test {
 protected:
  DatasetConfig Config(const std::string& text = "") const {
    DatasetConfig config;
    EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(text, &config)) << text;
    config.mutable_idx()->set_folder(folder_);
    return config;
  }
  absl::StatusOr<DatasetIndex> Build(const std::string& config = "") const { return BuildDatasetIndex(Config(config)); }

  std::string Path(absl::string_view name) const { return absl::StrCat(folder_, "/", name); }
  void Write(absl::string_view name, absl::string_view bytes) const { WriteTestFile(Path(name), bytes); }

  // Four samples of 1x2 pixels with these labels, no test split.
  void WriteLabels(absl::string_view labels) const {
    Write("train-images-idx3-ubyte", IdxBytes({4, 1, 2}, "abcdefgh"));
    Write("train-labels-idx1-ubyte", IdxBytes({static_cast<uint32_t>(labels.size())}, labels));
  }

  const std::string folder_ = MakeTestFolder("index_builder");
};

TEST_F(IndexBuilderTest, HoldsEverySampleOfBothFiles) {
  WriteIdxDataset(folder_, {/*train_per_class=*/4, /*test_per_class=*/2, /*classes=*/3, /*height_px=*/5, /*width_px=*/7});
  const absl::StatusOr<DatasetIndex> index = Build();
  ASSERT_THAT(index, IsOk());
  EXPECT_THAT(index->CountsOf(Split::kTrain), ElementsAre(4, 4, 4));
  EXPECT_THAT(index->CountsOf(Split::kTest), ElementsAre(2, 2, 2));
  EXPECT_THAT(index->classes.names(), ElementsAre("0", "1", "2"));
  EXPECT_EQ(index->RawShape(), (ImageShape{1, 5, 7}));
  const ImageRecord& second_test = index->records[13];
  EXPECT_EQ(second_test.id, 13);
  EXPECT_EQ(second_test.label, 1);
  EXPECT_EQ(index->PathOf(second_test), Path("t10k-images-idx3-ubyte.gz#1"));
  EXPECT_EQ(PixelsOf(second_test, *index), index->files[1].bytes->substr(16 + 35, 35));
}

// The fingerprint changes with each training and label file; packing does not change it.
TEST_F(IndexBuilderTest, FingerprintCoversEveryByteAndIgnoresPacking) {
  IdxDatasetSize size = {/*train_per_class=*/3, /*test_per_class=*/2};
  WriteIdxDataset(folder_, size);
  const std::string packed = Build()->fingerprint;
  EXPECT_THAT(packed, SizeIs(16));
  for (const auto& file : std::filesystem::directory_iterator(folder_)) std::filesystem::remove(file);
  size.gzip = false;
  WriteIdxDataset(folder_, size);
  EXPECT_EQ(Build()->fingerprint, packed);
  for (const char* name : {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"}) {
    const std::string bytes = *ReadFile(Path(name));
    std::string changed = bytes;
    changed.back() ^= 1;
    Write(name, changed);
    EXPECT_NE(Build("allow_empty_class: true")->fingerprint, packed) << name;
    Write(name, bytes);
  }
}

TEST_F(IndexBuilderTest, FingerprintIsPinned) {
  WriteLabels(std::string("\0\1\0\1", 4));
  EXPECT_EQ(Build(kNoTest)->fingerprint, "5885e6c32b4743fc");
}

TEST_F(IndexBuilderTest, ClassesMayBeNamedBeyondTheLabelsSeen) {
  WriteLabels(std::string("\0\1\0\1", 4));
  EXPECT_THAT(Build(absl::StrCat("class_names: ['cat', 'dog', 'bird'] allow_empty_class: true", kNoTest))->classes.names(),
              ElementsAre("cat", "dog", "bird"));
  Write("names.txt", "Katze\r\nHund\r\n");
  EXPECT_THAT(Build(absl::StrCat("class_names_file: '", Path("names.txt"), "'", kNoTest))->classes.names(), ElementsAre("Katze", "Hund"));
}

TEST_F(IndexBuilderTest, WorksWithoutATestSplit) {
  WriteIdxDataset(folder_, {/*train_per_class=*/2, /*test_per_class=*/0});
  const absl::StatusOr<DatasetIndex> index = Build(kNoTest);
  ASSERT_THAT(index, IsOk());
  EXPECT_THAT(index->records, SizeIs(6));
  EXPECT_THAT(index->RecordsOf(Split::kTest), SizeIs(0));
}

TEST_F(IndexBuilderTest, D1MissingFolderIsADataError) {
  EXPECT_THAT(Build(), Fails(ExitCode::kData, AllOf(StartsWith(folder_ + ": lacks"), HasSubstr("shows which files belong there"))));
}

// One message lists the problems of all files: X1, X2 and X4.
TEST_F(IndexBuilderTest, X1ReportsTheProblemsOfAllFilesAtOnce) {
  Write("train-images-idx3-ubyte", IdxBytes({4}, "abcd"));
  Write("train-labels-idx1-ubyte", IdxBytes({4, 1, 1}, "abcd"));
  Write("t10k-images-idx3-ubyte.gz", Gzip(IdxBytes({4, 1, 1}, "abcd")).substr(0, 25));
  std::string floats = IdxBytes({4}, "abcd");
  floats[2] = 0x0D;
  Write("t10k-labels-idx1-ubyte", floats);
  Write("names.txt", "cat\n\n");
  EXPECT_THAT(Build(absl::StrCat("class_names_file: '", Path("names.txt"), "'")),
              Fails(ExitCode::kData, AllOf(HasSubstr(Path("train-images-idx3-ubyte: expected 3 dimensions, file has 1")),
                                           HasSubstr(Path("train-labels-idx1-ubyte: expected 1 dimension, file has 3")),
                                           HasSubstr(Path("t10k-images-idx3-ubyte.gz: cut")),
                                           HasSubstr(Path("t10k-labels-idx1-ubyte: type float (0x0D); only 0x08 is supported")),
                                           HasSubstr(Path("names.txt:2: empty class name")))));
}

TEST_F(IndexBuilderTest, X5ShowsBothCountsWhereTheyDiffer) {
  WriteLabels(std::string("\0\1\0\1\0", 5));
  EXPECT_THAT(Build(kNoTest), Fails(ExitCode::kData, StartsWith(Path("train-labels-idx1-ubyte: 5 labels for the 4 images of ") +
                                                                Path("train-images-idx3-ubyte;"))));
}

TEST_F(IndexBuilderTest, X5GivesTheFirstLabelOutsideTheClasses) {
  WriteLabels(std::string("\0\7\1\2", 4));
  EXPECT_THAT(Build(absl::StrCat("class_names: ['cat', 'dog']", kNoTest)),
              Fails(ExitCode::kData, Path("train-labels-idx1-ubyte#1: label 7, the first of 2 labels outside the 2 classes; allowed "
                                          "are 0 to 1; correct the labels or name all 8 classes")));
}

// As EMNIST's letters do.
TEST_F(IndexBuilderTest, X5LabelsMayBeginAtOne) {
  WriteLabels("\1\2\1\2");
  EXPECT_THAT(Build(absl::StrCat("class_names: ['cat', 'dog']", kNoTest)),
              Fails(ExitCode::kData,
                    HasSubstr("train-labels-idx1-ubyte#1: label 2, the first of 2 labels outside the 2 classes; allowed are 0 to 1; labels "
                              "begin at 1: set dataset { idx { first_label: 1 } }")));
  EXPECT_THAT(Build(kNoTest), Fails(ExitCode::kData, HasSubstr("no sample of class \"0\" (1 of 3); labels begin at 1: set")));
  const std::string first_label = " idx { first_label: 1 test_images: '' test_labels: '' }";
  const absl::StatusOr<DatasetIndex> named = Build("class_names: ['cat', 'dog']" + first_label);
  ASSERT_THAT(named, IsOk());
  EXPECT_THAT(named->CountsOf(Split::kTrain), ElementsAre(2, 2));
  EXPECT_EQ(named->records[1].label, 1);
  EXPECT_EQ(Build(first_label)->classes.size(), 2);

  WriteLabels(std::string("\0\1\1\2", 4));
  EXPECT_THAT(Build(first_label),
              Fails(ExitCode::kData, HasSubstr("train-labels-idx1-ubyte#0: label 0, the first of 1 labels outside the 2 classes; allowed "
                                               "are 1 to 2; labels begin at 0: set dataset { idx { first_label: 0 } }")));
}

TEST_F(IndexBuilderTest, EveryClassNeedsTrainingSamples) {
  WriteLabels(std::string("\0\1\xff\1", 4));
  EXPECT_THAT(Build(kNoTest), Fails(ExitCode::kData, HasSubstr("no sample of classes \"2\", \"3\"")));
  const absl::StatusOr<DatasetIndex> allowed = Build(absl::StrCat("allow_empty_class: true", kNoTest));
  ASSERT_THAT(allowed, IsOk());
  EXPECT_THAT(allowed->warnings, ElementsAre(HasSubstr("(253 of 256)")));

  Write("t10k-images-idx3-ubyte", IdxBytes({2, 1, 2}, "ijkl"));
  Write("t10k-labels-idx1-ubyte", IdxBytes({2}, std::string("\0\2", 2)));
  WriteLabels(std::string("\0\1\0\1", 4));
  EXPECT_THAT(Build(), Fails(ExitCode::kData, HasSubstr("no training sample of class \"2\" (1 of 3)")));
}

TEST_F(IndexBuilderTest, D12TestSamplesThatAreTrainingSamplesAreRefused) {
  WriteLabels(std::string("\0\1\0\1", 4));
  Write("t10k-images-idx3-ubyte", IdxBytes({2, 1, 2}, "efgh"));
  Write("t10k-labels-idx1-ubyte", IdxBytes({2}, std::string("\0\1", 2)));
  EXPECT_THAT(Build(), Fails(ExitCode::kData, absl::StrCat(folder_, ": 2 of the 2 test samples are training samples too (",
                                                           Path("t10k-images-idx3-ubyte#0"), " is ", Path("train-images-idx3-ubyte#2"),
                                                           ", …), so they show what was memorised; take them out of "
                                                           "one of the two, or set dataset { allow_shared_samples: true }")));
  EXPECT_THAT(Build("allow_shared_samples: true")->warnings, ElementsAre(HasSubstr("2 of the 2 test samples are training samples too")));
}

TEST_F(IndexBuilderTest, D12AFewSharedSamplesAreAWarning) {
  WriteIdxDataset(folder_, {/*train_per_class=*/100, /*test_per_class=*/100, /*classes=*/2, 8, 8, /*seed=*/1, /*gzip=*/false});
  EXPECT_THAT(Build()->warnings, testing::IsEmpty());
  const std::string train = *ReadFile(Path("train-images-idx3-ubyte"));
  std::string test = *ReadFile(Path("t10k-images-idx3-ubyte"));
  test.replace(16, 64, train.substr(16, 64));
  Write("t10k-images-idx3-ubyte", test);
  EXPECT_THAT(Build()->warnings, ElementsAre(HasSubstr(": 1 of the 200 test samples are training samples too (")));
}

TEST_F(IndexBuilderTest, RefusesOneClass) {
  WriteLabels(std::string(4, '\0'));
  EXPECT_THAT(Build(kNoTest), Fails(ExitCode::kData, HasSubstr("one class only (0); a classifier needs at least 2")));
  EXPECT_THAT(Build(absl::StrCat("class_names: ['cat', 'dog'] allow_empty_class: true", kNoTest)), IsOk());
}

TEST_F(IndexBuilderTest, TrainAndTestImagesMustHaveOneSize) {
  WriteLabels(std::string("\0\1\0\1", 4));
  Write("t10k-images-idx3-ubyte", IdxBytes({2, 2, 1}, "abcd"));
  Write("t10k-labels-idx1-ubyte", IdxBytes({2}, std::string("\0\1", 2)));
  EXPECT_THAT(Build(), Fails(ExitCode::kData, AllOf(HasSubstr("t10k-images-idx3-ubyte: images of 2x1 pixels (height x width), those of "),
                                                    HasSubstr("have 1x2"))));
}

TEST_F(IndexBuilderTest, F43RefusesEmptyTrainingData) {
  Write("train-images-idx3-ubyte", IdxBytes({0, 28, 28}, ""));
  Write("train-labels-idx1-ubyte", IdxBytes({0}, ""));
  EXPECT_THAT(Build(kNoTest), Fails(ExitCode::kData, AllOf(HasSubstr(Path("train-images-idx3-ubyte: no samples")),
                                                           HasSubstr(Path("train-labels-idx1-ubyte: no samples")))));
}

TEST_F(IndexBuilderTest, F43RefusesASplitThatComesOutEmpty) {
  WriteLabels(std::string("\0\1\0\1", 4));
  EXPECT_THAT(Build(absl::StrCat("validation_fraction: 0.001", kNoTest)),
              Fails(ExitCode::kData, HasSubstr("the validation split is empty (validation_fraction 0.001 of 4 samples)")));
  EXPECT_THAT(Build(absl::StrCat("validation_fraction: 0.9999", kNoTest)), Fails(ExitCode::kData, HasSubstr("the train split is empty")));
}

// The split of every training sample, by its pixels.
std::map<std::string, Split> SplitsByPixels(const DatasetIndex& index) {
  std::map<std::string, Split> splits;
  for (const ImageRecord& record : index.records) splits[PixelsOf(record, index)] = record.split;
  return splits;
}

TEST_F(IndexBuilderTest, AddingSamplesMovesNoOther) {
  const std::string fractions = absl::StrCat("validation_fraction: 0.2 test_fraction: 0.2", kNoTest);
  WriteIdxDataset(folder_, {/*train_per_class=*/50, /*test_per_class=*/0});
  const std::map<std::string, Split> before = SplitsByPixels(*Build(fractions));
  // The same seed: the first 150 samples are the same.
  WriteIdxDataset(folder_, {/*train_per_class=*/80, /*test_per_class=*/0});
  const std::map<std::string, Split> after = SplitsByPixels(*Build(fractions));
  EXPECT_THAT(before, SizeIs(150));
  EXPECT_THAT(after, SizeIs(240));
  for (const auto& [pixels, split] : before) EXPECT_EQ(after.at(pixels), split);
}

TEST_F(IndexBuilderTest, SharesAreNearTheFractionsAndReproducible) {
  WriteIdxDataset(folder_, {/*train_per_class=*/400, /*test_per_class=*/10, /*classes=*/4});
  const absl::StatusOr<DatasetIndex> index = Build("validation_fraction: 0.25");
  ASSERT_THAT(index, IsOk());
  // 100 within 4 sigma
  EXPECT_THAT(index->CountsOf(Split::kValidation), Each(testing::AllOf(testing::Ge(65), testing::Le(135))));
  EXPECT_THAT(index->CountsOf(Split::kTest), Each(10));
  EXPECT_EQ(index->RecordsOf(Split::kValidation), Build("validation_fraction: 0.25")->RecordsOf(Split::kValidation));
  EXPECT_NE(index->RecordsOf(Split::kValidation), Build("validation_fraction: 0.25 split_seed: 1")->RecordsOf(Split::kValidation));
}

class FolderIndexTest : public testing::Test {
 protected:
  void Touch(absl::string_view name) const {
    const std::string path = absl::StrCat(folder_, "/", name);
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    WriteTestFile(path, "x");
  }
  void TouchClass(const std::string& name, int pictures) const {
    for (int i = 0; i < pictures; ++i) Touch(absl::StrCat(name, "/", i, ".jpg"));
  }
  DatasetConfig Config(const std::string& text) const {
    DatasetConfig config;
    const std::string resolved = absl::StrReplaceAll(text, {{"$D", folder_}});
    EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(resolved, &config)) << resolved;
    return config;
  }
  absl::StatusOr<DatasetIndex> Build(const std::string& text) const { return BuildDatasetIndex(Config(text)); }

  const std::string folder_ = MakeTestFolder("folder_index");
};

TEST_F(FolderIndexTest, ClassesOfAPoolInNaturalOrder) {
  for (const char* name : {"0", "1", "2", "10"}) TouchClass(name, 30);
  const absl::StatusOr<DatasetIndex> index =
      Build("pool { class_folders { folder: '$D' } } class_order: NATURAL validation_fraction: 0.2 test_fraction: 0.2");
  ASSERT_THAT(index, IsOk());
  EXPECT_THAT(index->classes.names(), ElementsAre("0", "1", "2", "10"));
  EXPECT_THAT(index->records, SizeIs(120));
  for (const ImageRecord& record : index->records) {
    EXPECT_EQ(index->files[record.file].relative_path().substr(0, index->classes.name(record.label).size() + 1),
              index->classes.name(record.label) + "/");
  }
  for (const Split split : kSplits) EXPECT_THAT(index->CountsOf(split), Each(testing::Gt(0)));
  EXPECT_EQ(index->PathOf(index->records[0]), folder_ + "/0/0.jpg");
}

TEST_F(FolderIndexTest, AddingAClassFolderMovesNoOtherSample) {
  const char kConfig[] = "pool { class_folders { folder: '$D' } } validation_fraction: 0.3 test_fraction: 0.2";
  const auto splits = [&] {
    const absl::StatusOr<DatasetIndex> index = Build(kConfig);
    EXPECT_THAT(index, IsOk());
    std::map<std::string, Split> splits;
    for (const ImageRecord& record : index->records) splits[index->PathOf(record)] = record.split;
    return splits;
  };
  for (const char* name : {"cat", "dog", "owl"}) TouchClass(name, 30);
  const std::map<std::string, Split> before = splits();
  TouchClass("aardvark", 30);
  const std::map<std::string, Split> after = splits();
  EXPECT_THAT(after, SizeIs(120));
  for (const auto& [path, split] : before) EXPECT_EQ(after.at(path), split) << path;
}

TEST_F(FolderIndexTest, ASplitMayHaveSeveralSourcesOfItsOwn) {
  for (const char* name : {"a/cat", "a/dog", "b/cat", "b/dog", "v/cat", "v/dog"}) TouchClass(name, 2);
  TouchClass("u/x", 3);
  TouchClass("t", 4);
  const absl::StatusOr<DatasetIndex> index = Build(
      "train { class_folders { folder: '$D/a' } } train { class_folders { folder: '$D/b' } } validation { class_folders { folder: '$D/v' } "
      "} "
      "unlabelled { pictures { folder: '$D/u' } } test { pictures { folder: '$D/t' } }");
  ASSERT_THAT(index, IsOk());
  EXPECT_THAT(index->CountsOf(Split::kTrain), ElementsAre(4, 4));
  EXPECT_THAT(index->CountsOf(Split::kValidation), ElementsAre(2, 2));
  EXPECT_THAT(index->RecordsOf(Split::kTest), SizeIs(4));
  EXPECT_THAT(index->CountsOf(Split::kTest), ElementsAre(0, 0));
  EXPECT_THAT(index->RecordsOf(Split::kUnlabelled), SizeIs(3));
  EXPECT_EQ(index->PathOf(index->records.back()), folder_ + "/u/x/2.jpg");
}

// As where all pictures of a source are left out because they cannot be used.
TEST_F(FolderIndexTest, ASplitWithSourcesOfItsOwnNeedsSamples) {
  for (const char* name : {"a/cat", "a/dog", "v/cat", "v/dog"}) TouchClass(name, 2);
  const auto problems = [&](const std::string& split, Split dropped) {
    const DatasetConfig config =
        Config(absl::StrCat("train { class_folders { folder: '$D/a' } } ", split, " { class_folders { folder: '$D/v' } }"));
    DatasetDraft draft = ListDataset(config);
    std::vector<ImageRecord>& records = draft.index.records;
    records.erase(std::remove_if(records.begin(), records.end(), [&](const ImageRecord& record) { return record.split == dropped; }),
                  records.end());
    CheckDataset(config, &draft);
    return draft.problems;
  };
  EXPECT_THAT(problems("validation", Split::kUnlabelled), testing::IsEmpty());
  EXPECT_THAT(problems("validation", Split::kValidation),
              ElementsAre(HasSubstr("the validation split is empty; none of the samples of dataset.validation can be used")));
  EXPECT_THAT(problems("test", Split::kTest),
              ElementsAre(HasSubstr("the test split is empty; none of the samples of dataset.test can be used")));
  EXPECT_THAT(problems("test", Split::kTrain), ElementsAre(HasSubstr("the train split is empty; none of the samples of its sources can")));
}

TEST_F(FolderIndexTest, TheFingerprintKnowsTheOffsetOfLabels) {
  for (const char* name : {"0_a.jpg", "1_a.jpg", "2_a.jpg"}) Touch(name);
  const auto fingerprint = [&](const std::string& text) {
    return ListDataset(Config(absl::StrCat("train { file_names { folder: '$D' label_pattern: '^(.)' ", text, " } }"))).index.fingerprint;
  };
  EXPECT_EQ(fingerprint(""), fingerprint("label_offset: 0"));
  EXPECT_NE(fingerprint(""), fingerprint("label_offset: 1"));
  EXPECT_NE(fingerprint("label_offset: 2"), fingerprint("label_offset: 1"));
}

TEST_F(FolderIndexTest, ClassesAndPathsAreShownWithoutControls) {
  const std::string odd = folder_ + "/o\ndd";
  std::filesystem::create_directories(odd + "/cat");
  std::filesystem::create_directories(odd + "/dog");
  WriteTestFile(odd + "/cat/a\x1b.jpg", "x");
  WriteTestFile(odd + "/dog/b\x1b.jpg", "x");
  DatasetConfig config;
  config.add_train()->mutable_class_folders()->set_folder(odd);
  config.add_test()->mutable_class_folders()->set_folder(odd);
  EXPECT_THAT(BuildDatasetIndex(config), Fails(ExitCode::kData, AllOf(HasSubstr("/o\\ndd and 1 other source: 2 of the 2 test samples are"),
                                                                      HasSubstr("/cat/a\\x1b.jpg is"), testing::Not(HasSubstr("\n")))));
}

TEST_F(FolderIndexTest, AnEmptyColumnIsNotCalledAFolder) {
  Touch("a.jpg");
  Touch("b.jpg");
  WriteTestFile(folder_ + "/x.csv", "p,cat,dog,owl\na.jpg,1,0,0\nb.jpg,0,1,0\n");
  EXPECT_THAT(
      Build("train { csv { csv_file: '$D/x.csv' path_column: 'p' label_columns: ['cat', 'dog', 'owl'] } }"),
      Fails(ExitCode::kData, HasSubstr("no sample of class \"owl\" (1 of 3); correct its column, or take it out of label_columns")));
}

// W3, D2.
TEST_F(FolderIndexTest, D2AnEmptyClassFolderIsNamed) {
  TouchClass("cat", 2);
  TouchClass("dog", 2);
  std::filesystem::create_directories(folder_ + "/bird");
  EXPECT_THAT(
      Build("train { class_folders { folder: '$D' } }"),
      Fails(ExitCode::kData, HasSubstr("no sample of class \"bird\" (1 of 3); put its pictures there or remove its folder, or set")));
}

TEST_F(FolderIndexTest, AGapBetweenNumberedFoldersIsNamed) {
  TouchClass("0", 2);
  TouchClass("2", 2);
  EXPECT_THAT(Build("train { class_folders { folder: '$D' } } class_order: BY_VALUE"),
              Fails(ExitCode::kData, HasSubstr("no sample of class \"1\" (1 of 3); put pictures into its folder, or number the folders")));
}

// Bug zoo, wrong_split_file: the test source is the training source.
TEST_F(FolderIndexTest, ASourceUsedTwiceIsNamed) {
  TouchClass("cat", 2);
  TouchClass("dog", 2);
  EXPECT_THAT(Build("train { class_folders { folder: '$D' } } test { class_folders { folder: '$D' } }"),
              Fails(ExitCode::kData, HasSubstr("4 of the 4 test samples are training samples too (")));
}

TEST_F(FolderIndexTest, AClassThatTheDrawEmptiesIsNamedWithItsFix) {
  TouchClass("cat", 40);
  TouchClass("dog", 1);
  int named = 0;
  for (int seed = 0; seed < 20; ++seed) {
    const auto index = Build(absl::StrCat("pool { class_folders { folder: '$D' } } validation_fraction: 0.5 split_seed: ", seed));
    if (index.ok()) continue;
    EXPECT_THAT(index,
                Fails(ExitCode::kData, AllOf(HasSubstr("no training sample of class \"dog\" (1 of 2)"),
                                             HasSubstr("(for \"dog\": validation_fraction: 0."), HasSubstr("keeps 1 for training)"))));
    ++named;
  }
  EXPECT_GT(named, 3);
}

TEST_F(FolderIndexTest, TheFingerprintKnowsPathsAndLabels) {
  TouchClass("cat", 2);
  TouchClass("dog", 2);
  const char kConfig[] = "train { class_folders { folder: '$D' } }";
  const std::string before = Build(kConfig)->fingerprint;
  EXPECT_EQ(Build(kConfig)->fingerprint, before);
  std::filesystem::rename(folder_ + "/cat/0.jpg", folder_ + "/dog/9.jpg");
  EXPECT_NE(Build(kConfig)->fingerprint, before);
}

TEST_F(FolderIndexTest, ProblemsOfAllSourcesAreListedAtOnce) {
  TouchClass("train/cat", 2);
  TouchClass("train/dog", 2);
  TouchClass("test/cow", 2);
  ASSERT_EQ(mkfifo((folder_ + "/train/cat/pipe.jpg").c_str(), 0600), 0);
  EXPECT_THAT(
      Build("train { class_folders { folder: '$D/train' } } test { class_folders { folder: '$D/test' } } "
            "validation { class_folders { folder: '$D/gone' } }"),
      Fails(ExitCode::kData, AllOf(HasSubstr("pipe.jpg: is a FIFO"), HasSubstr("class \"cow\" (1) of the test split, but not of training"),
                                   HasSubstr("gone: folder cannot be read (No such file"))));
}

// Root ignores permissions, so the test also checks that nothing was written.
TEST_F(IndexBuilderTest, F18WorksInAReadOnlyFolder) {
  WriteIdxDataset(folder_, {});
  ASSERT_EQ(chmod(folder_.c_str(), 0555), 0);
  EXPECT_THAT(Build("validation_fraction: 0.5"), IsOk());
  ASSERT_EQ(chmod(folder_.c_str(), 0755), 0);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 4);
}

// Damage to any file, packed or plain, ends in a Status.
TEST_F(IndexBuilderTest, X6SurvivesMutatedSets) {
  WriteIdxDataset(folder_,
                  {/*train_per_class=*/5, /*test_per_class=*/5, /*classes=*/3, /*height_px=*/2, /*width_px=*/2, /*seed=*/1, false});
  std::mt19937 random(99);
  int accepted = 0;
  for (int i = 0; i < 1000; ++i) {
    const char* names[] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};
    const std::string name = names[random() % 4];
    const std::string bytes = *ReadFile(Path(name));
    std::string mutant = bytes;
    for (int change = random() % 3; change >= 0; --change)
      mutant[random() % std::min<size_t>(mutant.size(), 40)] = static_cast<char>(random());
    if (random() % 8 == 0) mutant.resize(random() % (mutant.size() + 4));
    Write(name, mutant);
    const absl::StatusOr<DatasetIndex> index = Build("validation_fraction: 0.5 allow_empty_class: true");
    accepted += index.ok();
    if (!index.ok()) {
      EXPECT_EQ(ExitCodeOf(index.status()), ExitCode::kData) << index.status();
    }
    Write(name, bytes);
  }
  EXPECT_GT(accepted, 100);
}

// From Debian's package, listed in third_party/debian/packages.txt.
TEST(FashionMnistTest, HasTheCountsOfItsAuthors) {
  DatasetConfig config;
  config.mutable_idx();
  if (!std::filesystem::exists(config.idx().folder())) GTEST_SKIP() << "dataset-fashion-mnist is not installed";
  const absl::StatusOr<DatasetIndex> index = BuildDatasetIndex(config);
  ASSERT_THAT(index, IsOk());
  EXPECT_THAT(index->RecordsOf(Split::kTrain), SizeIs(60000));
  EXPECT_THAT(index->RecordsOf(Split::kTest), SizeIs(10000));
  EXPECT_THAT(index->CountsOf(Split::kTrain), AllOf(SizeIs(10), Each(6000)));
  EXPECT_THAT(index->CountsOf(Split::kTest), AllOf(SizeIs(10), Each(1000)));
  EXPECT_EQ(index->records[0].label, 9);
  EXPECT_EQ(index->RawShape(), (ImageShape{1, 28, 28}));
  EXPECT_EQ(index->fingerprint, "9c7c3fcb29da28fb");
}

TEST(FashionMnistTest, ValidationSplitIsPinned) {
  DatasetConfig config;
  config.mutable_idx();
  config.set_validation_fraction(0.1);
  if (!std::filesystem::exists(config.idx().folder())) GTEST_SKIP() << "dataset-fashion-mnist is not installed";
  const absl::StatusOr<DatasetIndex> index = BuildDatasetIndex(config);
  ASSERT_THAT(index, IsOk());
  EXPECT_THAT(index->CountsOf(Split::kValidation), ElementsAre(584, 577, 578, 587, 573, 644, 583, 613, 634, 586));
}

TEST_F(IndexBuilderTest, LabelFixesChangeLabelsSplitsAndFingerprint) {
  WriteLabels(std::string("\0\1\0\1", 4));
  const absl::StatusOr<DatasetIndex> before = Build(kNoTest);
  ASSERT_THAT(before, IsOk());
  const std::string picture = before->PathOf(before->records[2]);
  const std::string fixes_file = absl::StrCat(" label_fixes_file: '", Path("fixes.csv"), "'");
  const auto build = [&](const std::string& rows) {
    Write("fixes.csv", absl::StrCat("path,label_name\n", rows));
    return Build(kNoTest + fixes_file);
  };

  const absl::StatusOr<DatasetIndex> changed = build(absl::StrCat(picture, ",1\n"));
  ASSERT_THAT(changed, IsOk());
  EXPECT_THAT(changed->CountsOf(Split::kTrain), ElementsAre(1, 3));
  EXPECT_EQ(changed->records[2].label, 1);
  EXPECT_NE(changed->fingerprint, before->fingerprint);
  EXPECT_THAT(changed->warnings, ElementsAre(HasSubstr("fixes.csv: labels of 1 sample corrected, 0 dropped")));

  const absl::StatusOr<DatasetIndex> dropped = build(absl::StrCat(picture, ",\n"));
  ASSERT_THAT(dropped, IsOk());
  EXPECT_THAT(dropped->CountsOf(Split::kTrain), ElementsAre(1, 2));
  EXPECT_NE(dropped->fingerprint, changed->fingerprint);
  EXPECT_EQ(dropped->PathOf(dropped->records[2]), before->PathOf(before->records[3]));

  EXPECT_EQ(build("")->fingerprint, before->fingerprint);
  EXPECT_EQ(build(absl::StrCat(picture, ",0\n"))->fingerprint, before->fingerprint);
  EXPECT_THAT(build(absl::StrCat(picture, ",2\n")), Fails(ExitCode::kData, HasSubstr("fixes.csv:2: there is no class \"2\"")));
}

}  // namespace
}  // namespace mica
