#include "data/export/image_export.h"

#include <errno.h>
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/files/fake_file_calls.h"
#include "base/files/sync_order.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/decode/picture_decoder.h"
#include "data/decode/picture_encoder.h"
#include "data/index/idx_test_files.h"
#include "data/index/index_builder.h"
#include "data/picture/picture.h"
#include "data/survey/picture_survey.h"

namespace mica {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr ExportLayout kLayouts[] = {ExportLayout::kClassFolders, ExportLayout::kFileNames, ExportLayout::kListFile, ExportLayout::kCsv,
                                     ExportLayout::kTarShards};

const std::vector<std::string> kNames = {"T-shirt/top", "T-shirt_top", "train"};

class ImageExportTest : public testing::TestWithParam<ExportLayout> {
 protected:
  std::string Source(absl::string_view name) const { return absl::StrCat(source_, "/", name); }
  std::string Out(absl::string_view name = "") const { return absl::StrCat(parent_, "/out", name.empty() ? "" : "/", name); }

  // Names and bytes of all files below the folder that is written into.
  std::map<std::string, std::string> Files() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(parent_)) {
      if (entry.is_regular_file()) files[fs::relative(entry.path(), Out()).string()] = ReadFile(entry.path().string()).value_or("?");
    }
    return files;
  }
  std::vector<std::string> FileNames() const {
    std::vector<std::string> names;
    for (const auto& [name, bytes] : Files()) names.push_back(name);
    return names;
  }
  bool NothingIsLeft() const { return fs::is_empty(parent_); }

  // Raw pixels of three classes: 2 training samples of each and 1 of the test split.
  void OpenRaw(int train_per_class = 2, int test_per_class = 1) {
    WriteIdxDataset(source_, {train_per_class, test_per_class});
    DatasetConfig config;
    config.mutable_idx()->set_folder(source_);
    for (const std::string& name : kNames) config.add_class_names(name);
    Open(config);
  }
  void Open(const DatasetConfig& config) {
    const absl::StatusOr<DatasetIndex> index = BuildDatasetIndex(config);
    ASSERT_THAT(index, IsOk());
    index_ = *index;
    survey_ = SurveyPictures(index_, {});
  }

  // Encoded pictures, each a file; the label stands in front: "1/a.jpg", "-/b.png".
  void OpenFiles(const std::map<std::string, std::string>& files) {
    index_.classes = ClassMap({"cat", "dog"});
    for (const auto& [name, bytes] : files) {
      fs::create_directories(fs::path(Source(name)).parent_path());
      WriteTestFile(Source(name), bytes);
      ImageRecord& record = index_.records.emplace_back();
      record.id = record.file = static_cast<int32_t>(index_.files.size());
      record.label = name[0] == '-' ? -1 : name[0] - '0';
      index_.files.emplace_back().path = Source(name);
    }
    survey_ = SurveyPictures(index_, {});
  }

  ExportOptions Options(ExportLayout layout) const {
    ExportOptions options;
    options.folder = Out();
    options.layout = layout;
    options.splits = {Split::kTrain, Split::kValidation, Split::kTest, Split::kUnlabelled};
    return options;
  }
  absl::StatusOr<ExportResult> Write(ExportLayout layout, FileCalls& calls = SystemFileCalls()) const {
    return WriteImages(index_, survey_, Options(layout), calls);
  }

  const std::string source_ = MakeTestFolder("image_export_source");
  const std::string parent_ = MakeTestFolder("image_export");
  DatasetIndex index_;
  PictureSurvey survey_;
};

std::string Png(int width, uint8_t value) {
  Picture picture;
  picture.Reshape(4, width, 1);
  std::fill(picture.pixels.begin(), picture.pixels.end(), value);
  return EncodePng(picture);
}

std::string Jpeg(int width) {
  Picture picture;
  picture.Reshape(4, width, 3);
  std::fill(picture.pixels.begin(), picture.pixels.end(), static_cast<uint8_t>(99));
  return EncodeJpeg(picture, 90).value();
}

// The pixels of a sample in any index, CHW.
std::string PixelsOf(const DatasetIndex& index, const ImageRecord& record) {
  const SampleFile& file = index.files[record.file];
  if (file.raw.has_value()) return file.bytes->substr(record.offset, record.length);
  std::string bytes = ReadFile(file.path).value_or("");
  if (record.length > 0) bytes = bytes.substr(record.offset, record.length);
  const Picture picture = PictureDecoder().Decode(bytes, PictureFormat::kPng).picture.value();
  EXPECT_EQ(picture.channels, 1);
  return std::string(picture.pixels.begin(), picture.pixels.end());
}

using ReadBackTest = ImageExportTest;

// What is written is read by the sources of data/index, as how_to_read says: the same samples with
// the same classes, labels and pixels.
TEST_P(ReadBackTest, TheSameSamplesComeBack) {
  OpenRaw(/*train_per_class=*/20, /*test_per_class=*/5);
  const absl::StatusOr<ExportResult> result = Write(GetParam());
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->pictures, 75);
  const std::vector<std::string> lines(result->how_to_read.begin() + 1, result->how_to_read.end() - 1);
  DatasetConfig config;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(absl::StrJoin(lines, "\n"), &config));
  const absl::StatusOr<DatasetIndex> read = BuildDatasetIndex(config);
  ASSERT_THAT(read, IsOk());

  ASSERT_THAT(read->records, SizeIs(75));
  const bool names_are_files = GetParam() == ExportLayout::kClassFolders || GetParam() == ExportLayout::kFileNames;
  EXPECT_THAT(read->classes.names(), names_are_files ? std::vector<std::string>({"T-shirt_top-2", "T-shirt_top", "train_"}) : kNames);
  std::set<int64_t> seen;
  for (const ImageRecord& record : read->records) {
    const std::string path = read->PathOf(record);
    const size_t number = path.rfind("-0");  // "train-000012.png"
    const int64_t id = std::atoll(path.c_str() + number + 1);
    ASSERT_TRUE(seen.insert(id).second) << path;
    const ImageRecord& original = index_.records.at(id);
    EXPECT_EQ(record.label, original.label) << path;
    EXPECT_EQ(PixelsOf(*read, record), PixelsOf(index_, original)) << path;
    EXPECT_TRUE(absl::EndsWith(path.substr(0, number), SplitName(original.split))) << path;
    if (config.pool().empty()) {
      EXPECT_EQ(record.split, original.split) << path;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Layouts, ReadBackTest, testing::ValuesIn(kLayouts));

TEST_F(ImageExportTest, ClassFoldersHoldAllChosenSplits) {
  OpenRaw();
  const absl::StatusOr<ExportResult> result = Write(ExportLayout::kClassFolders);
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(FileNames(), ElementsAre("T-shirt_top-2/test-000006.png", "T-shirt_top-2/train-000000.png", "T-shirt_top-2/train-000003.png",
                                       "T-shirt_top/test-000007.png", "T-shirt_top/train-000001.png", "T-shirt_top/train-000004.png",
                                       "class_names.txt", "train_/test-000008.png", "train_/train-000002.png", "train_/train-000005.png"));
  EXPECT_EQ(Files()["class_names.txt"], "T-shirt_top-2\nT-shirt_top\ntrain_\n");
  int64_t bytes = 0;
  for (const auto& [name, content] : Files()) bytes += static_cast<int64_t>(content.size());
  EXPECT_EQ(result->bytes, bytes);
}

TEST_F(ImageExportTest, ListsHoldTheNamesOfTheClassesThemselves) {
  OpenRaw();
  ASSERT_THAT(Write(ExportLayout::kCsv), IsOk());
  EXPECT_EQ(Files()["class_names.txt"], "T-shirt/top\nT-shirt_top\ntrain\n");
  EXPECT_EQ(Files()["test.csv"],
            "path,label\nimages/test-000006.png,T-shirt/top\nimages/test-000007.png,T-shirt_top\nimages/test-000008.png,train\n");
}

TEST_F(ImageExportTest, NumbersCountTheChosenSplitsAlone) {
  OpenRaw();
  ExportOptions options = Options(ExportLayout::kListFile);
  options.splits = {Split::kTest};
  const absl::StatusOr<ExportResult> result = WriteImages(index_, survey_, options);
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(FileNames(),
              ElementsAre("class_names.txt", "images/test-000000.png", "images/test-000001.png", "images/test-000002.png", "test.txt"));
  EXPECT_EQ(Files()["test.txt"], "images/test-000000.png\t0\nimages/test-000001.png\t1\nimages/test-000002.png\t2\n");
}

TEST_F(ImageExportTest, EncodedPicturesKeepTheirBytesUnderTheirTrueExtension) {
  const std::string png = Png(5, 1);
  const std::string jpeg = Jpeg(6);
  OpenFiles({{"0/a.jpg", png}, {"1/b.JPEG", jpeg}, {"1/c.bmp", jpeg}});
  ASSERT_THAT(Write(ExportLayout::kClassFolders), IsOk());
  const auto files = Files();
  EXPECT_EQ(files.at("cat/train-000000.png"), png);
  EXPECT_EQ(files.at("dog/train-000001.jpg"), jpeg);
  EXPECT_EQ(files.at("dog/train-000002.jpg"), jpeg);
}

TEST_F(ImageExportTest, AWantedFormatIsWritten) {
  const std::string jpeg = Jpeg(6);
  OpenFiles({{"0/a.png", Png(5, 77)}, {"1/b.jpg", jpeg}});
  ExportOptions options = Options(ExportLayout::kFileNames);
  options.format = PictureFormat::kJpeg;
  ASSERT_THAT(WriteImages(index_, survey_, options), IsOk());
  const auto files = Files();
  EXPECT_EQ(files.at("dog.train-000001.jpg"), jpeg);
  const DecodeResult decoded = PictureDecoder().Decode(files.at("cat.train-000000.jpg"), PictureFormat::kJpeg);
  ASSERT_TRUE(decoded.picture.has_value());
  EXPECT_EQ(decoded.picture->width_px, 5);
  for (const uint8_t value : decoded.picture->pixels) EXPECT_NEAR(value, 77, 1);
}

TEST_F(ImageExportTest, UnusablePicturesAreLeftOutAndCounted) {
  const std::string jpeg = Jpeg(300);
  OpenFiles({{"0/a.png", "no picture"}, {"0/b.png", Png(3, 1)}, {"1/c.jpg", jpeg.substr(0, jpeg.size() - 60)}, {"1/d.png", Png(4, 2)}});
  ExportOptions options = Options(ExportLayout::kListFile);
  options.format = PictureFormat::kPng;  // so that the truncated one is decoded
  const absl::StatusOr<ExportResult> result = WriteImages(index_, survey_, options);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->pictures, 2);
  EXPECT_EQ(result->left_out, 2);
  EXPECT_THAT(result->examples, ElementsAre(HasSubstr(Source("0/a.png: ")), HasSubstr(Source("1/c.jpg: "))));
  EXPECT_EQ(Files()["train.txt"], "images/train-000000.png\t0\nimages/train-000002.png\t1\n");
}

TEST_F(ImageExportTest, OnePictureAboveTheLimitDoesNotEndTheExport) {
  OpenFiles({{"0/a.png", Png(3, 1)}, {"0/b.png", Png(3, 2)}, {"1/c.png", Png(4, 2)}});
  fs::resize_file(Source("0/b.png"), kMaxPictureBytes + 1);
  const absl::StatusOr<ExportResult> result = Write(ExportLayout::kClassFolders);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->pictures, 2);
  EXPECT_EQ(result->left_out, 1);
  EXPECT_THAT(result->examples, ElementsAre(HasSubstr(Source("0/b.png: has 1073741825 bytes"))));
  EXPECT_THAT(FileNames(), ElementsAre("cat/train-000000.png", "class_names.txt", "dog/train-000002.png"));
}

TEST_F(ImageExportTest, NoUsablePictureIsAnError) {
  OpenFiles({{"0/a.png", "no picture"}, {"1/b.png", ""}});
  EXPECT_THAT(Write(ExportLayout::kListFile),
              Fails(ExitCode::kData, AllOf(HasSubstr("none of the 2 pictures to write can be used"), HasSubstr(Source("0/a.png: ")))));
  EXPECT_TRUE(NothingIsLeft());
}

TEST_F(ImageExportTest, SplitsWithoutPicturesAreNamed) {
  OpenRaw();
  ExportOptions options = Options(ExportLayout::kTarShards);
  options.splits = {Split::kValidation};
  EXPECT_THAT(WriteImages(index_, survey_, options),
              Fails(ExitCode::kFlag, HasSubstr("no pictures to write in the chosen splits; the data has train (6), test (3)")));
  EXPECT_TRUE(NothingIsLeft());
}

TEST_F(ImageExportTest, UnlabelledPicturesHaveNoPlaceInClasses) {
  OpenFiles({{"-/a.png", Png(3, 1)}, {"0/b.png", Png(4, 1)}});
  index_.records[0].split = Split::kUnlabelled;
  for (const ExportLayout layout : {ExportLayout::kClassFolders, ExportLayout::kFileNames}) {
    EXPECT_THAT(Write(layout), Fails(ExitCode::kFlag, AllOf(HasSubstr("1 of the 2 pictures have no label"), HasSubstr(Source("-/a.png")),
                                                            HasSubstr("of the unlabelled split"), HasSubstr("LIST_FILE"))));
    EXPECT_TRUE(NothingIsLeft());
    ExportOptions options = Options(layout);
    options.splits = {Split::kTrain};
    EXPECT_THAT(WriteImages(index_, survey_, options), IsOk());
    fs::remove_all(Out());
  }
}

TEST_F(ImageExportTest, UnlabelledPicturesHaveListsOfTheirOwn) {
  OpenFiles({{"-/a.png", Png(3, 1)}, {"-/b.png", Png(3, 2)}, {"0/c.png", Png(4, 1)}, {"1/d.png", Png(4, 2)}});
  index_.records[0].split = Split::kUnlabelled;
  index_.records[0].hidden_label = 1;
  index_.records[1].split = Split::kTest;
  const absl::StatusOr<ExportResult> result = Write(ExportLayout::kListFile);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(Files()["unlabelled.txt"], "images/unlabelled-000000.png\n");
  EXPECT_EQ(Files()["test_unlabelled.txt"], "images/test-000001.png\n");
  EXPECT_EQ(Files()["train.txt"], "images/train-000002.png\t0\nimages/train-000003.png\t1\n");
  EXPECT_THAT(absl::StrJoin(result->how_to_read, "\n"),
              AllOf(HasSubstr("unlabelled.txt\" labels: NONE"), HasSubstr("train.txt\" labels: NUMBERS")));
}

// Classes without a training sample stay classes.
TEST_F(ImageExportTest, EmptyClassesAreKept) {
  OpenFiles({{"1/a.png", Png(3, 1)}});
  const absl::StatusOr<ExportResult> result = Write(ExportLayout::kClassFolders);
  ASSERT_THAT(result, IsOk());
  EXPECT_TRUE(fs::is_directory(Out("cat")));
  EXPECT_THAT(result->how_to_read, testing::Contains("  allow_empty_class: true"));
}

TEST_F(ImageExportTest, PicturesThatVanishedEndTheExport) {
  OpenFiles({{"0/a.png", Png(3, 1)}, {"1/b.png", Png(3, 2)}});
  fs::remove(Source("1/b.png"));
  EXPECT_THAT(Write(ExportLayout::kClassFolders), Fails(ExitCode::kData, AllOf(HasSubstr(Source("1/b.png")), HasSubstr("No such file"))));
  EXPECT_TRUE(NothingIsLeft());
}

TEST_F(ImageExportTest, AFolderWithContentIsRefused) {
  OpenRaw();
  fs::create_directory(Out());
  WriteTestFile(Out("mine.txt"), "mine");
  for (const ExportLayout layout : kLayouts) {
    EXPECT_THAT(Write(layout), Fails(ExitCode::kOutput, AllOf(HasSubstr(Out()), HasSubstr("is not empty"), HasSubstr("mine.txt"))));
  }
  EXPECT_THAT(FileNames(), ElementsAre("mine.txt"));
}

TEST_F(ImageExportTest, StoppingLeavesNothingBehind) {
  OpenRaw(/*train_per_class=*/100);
  std::vector<int64_t> done;
  ExportOptions options = Options(ExportLayout::kTarShards);
  options.progress = [&](int64_t pictures) {
    done.push_back(pictures);
    return done.size() < 3;
  };
  EXPECT_EQ(WriteImages(index_, survey_, options).status().code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(done, SizeIs(3));
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_TRUE(NothingIsLeft());
}

// Threads do not matter, nor does the folder.
TEST_F(ImageExportTest, TheSameDataGivesTheSameBytes) {
  OpenRaw(/*train_per_class=*/150, /*test_per_class=*/20);
  for (const ExportLayout layout : kLayouts) {
    ASSERT_THAT(Write(layout), IsOk());
    const auto first = Files();
    fs::remove_all(Out());
    ASSERT_THAT(Write(layout), IsOk());
    EXPECT_EQ(Files(), first);
    fs::remove_all(Out());
  }
}

TEST_F(ImageExportTest, EverythingIsOnTheDiskBeforeItHasItsName) {
  OpenRaw();
  for (const ExportLayout layout : kLayouts) {
    FakeFileCalls calls;
    ASSERT_THAT(Write(layout, calls), IsOk());
    EXPECT_THAT(SyncOrderProblems(calls.records(), parent_), IsEmpty());
    fs::remove_all(Out());
  }
}

TEST_F(ImageExportTest, ADiskThatIsFullAtAnyWriteLeavesNothingBehind) {
  OpenRaw();
  for (const ExportLayout layout : kLayouts) {
    for (int nth = 1;; ++nth) {
      FakeFileCalls calls;
      calls.DoNotSync();
      calls.FailNth(FileCall::kWrite, nth, ENOSPC);
      const absl::StatusOr<ExportResult> result = Write(layout, calls);
      EXPECT_EQ(calls.open_files(), 0);
      if (calls.count(FileCall::kWrite) < nth) {
        EXPECT_THAT(result, IsOk());
        EXPECT_GT(nth, 2);
        break;
      }
      EXPECT_THAT(result, Fails(ExitCode::kOutput, AllOf(HasSubstr(Out()), HasSubstr("No space left on device"), HasSubstr("needs "),
                                                         HasSubstr("bytes are free"))));
      EXPECT_TRUE(NothingIsLeft());
    }
    fs::remove_all(Out());
  }
}

TEST_F(ImageExportTest, AnyCallThatFailsLeavesNothingOrEverything) {
  OpenRaw();
  for (const FileCall call :
       {FileCall::kOpen, FileCall::kClose, FileCall::kFsync, FileCall::kSyncfs, FileCall::kRename, FileCall::kMkdir, FileCall::kList}) {
    for (int nth = 1;; ++nth) {
      FakeFileCalls calls;
      calls.DoNotSync();
      calls.FailNth(call, nth, EIO);
      const absl::StatusOr<ExportResult> result = Write(ExportLayout::kListFile, calls);
      const bool is_there = fs::exists(Out());
      EXPECT_TRUE(is_there ? Files().size() == 12 : NothingIsLeft());
      if (!is_there) {
        EXPECT_THAT(result, Fails(ExitCode::kOutput, HasSubstr(parent_)));
      }
      fs::remove_all(Out());
      if (calls.count(call) < nth) break;
    }
  }
}

// Killed at any call: the folder is whole or not there.
TEST_F(ImageExportTest, AKilledProcessLeavesNoPartUnderTheName) {
  OpenRaw();
  FakeFileCalls whole;
  whole.DoNotSync();
  ASSERT_THAT(Write(ExportLayout::kCsv, whole), IsOk());
  const auto expected = Files();
  fs::remove_all(Out());
  const int count = static_cast<int>(whole.records().size());
  for (int nth = 1; nth <= count; nth += nth < count - 8 ? 5 : 1) {
    EXPECT_EXIT(
        {
          FakeFileCalls calls;
          calls.DoNotSync();
          calls.DieAt(nth);
          Write(ExportLayout::kCsv, calls).status().IgnoreError();
          _exit(0);
        },
        testing::ExitedWithCode(FakeFileCalls::kDied), "");
    if (fs::exists(Out())) {
      EXPECT_EQ(Files(), expected);
    }
    for (const auto& entry : fs::directory_iterator(parent_)) fs::remove_all(entry.path());
  }
}

}  // namespace
}  // namespace mica
