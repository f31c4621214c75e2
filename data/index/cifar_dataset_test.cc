#include "data/index/cifar_dataset.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "absl/strings/str_cat.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/index/index_builder.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr int kPixelBytes = 3072;
constexpr char kTenNames[] = "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n";  // as in the archive

class CifarDatasetTest : public testing::Test {
 protected:
  std::string Path(absl::string_view name) const { return absl::StrCat(folder_, "/", name); }
  void Write(absl::string_view name, absl::string_view bytes) const { WriteTestFile(Path(name), bytes); }

  // A record with these label bytes and random pixels.
  std::string Record(const std::string& labels) {
    std::string record = labels;
    for (int i = 0; i < kPixelBytes; ++i) record.push_back(static_cast<char>(random_()));
    return record;
  }

  // Each training file has the classes 0 … 9 in order, the test file the reverse.
  void WriteCifar10() {
    for (int batch = 1; batch <= 5; ++batch) {
      std::string bytes;
      for (int label = 0; label < 10; ++label) bytes += Record(std::string(1, static_cast<char>(label)));
      Write(absl::StrCat("data_batch_", batch, ".bin"), bytes);
    }
    std::string bytes;
    for (int label = 9; label >= 0; --label) bytes += Record(std::string(1, static_cast<char>(label)));
    Write("test_batch.bin", bytes);
    Write("batches.meta.txt", kTenNames);
  }

  void WriteCifar100() {
    std::string train, test, fine, coarse;
    for (int label = 0; label < 100; ++label) {
      const std::string labels = {static_cast<char>(label / 5), static_cast<char>(label)};
      train += Record(labels);
      test += Record(labels);
      absl::StrAppend(&fine, "fine", label, "\n");
      if (label < 20) absl::StrAppend(&coarse, "coarse", label, "\n");
    }
    Write("train.bin", train);
    Write("test.bin", test);
    Write("fine_label_names.txt", fine);
    Write("coarse_label_names.txt", coarse);
  }

  DatasetConfig Config(const std::string& text = "") const {
    DatasetConfig config;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &config)) << text;
    config.mutable_cifar()->set_folder(folder_);
    return config;
  }
  absl::StatusOr<DatasetIndex> Build(const std::string& text = "") const { return BuildDatasetIndex(Config(text)); }

  const std::string folder_ = MakeTestFolder("cifar_dataset");
  std::mt19937 random_{1};
};

// What the loader relies on: each record's bytes are planes of the shape, behind its label.
TEST_F(CifarDatasetTest, IndexesCifar10) {
  WriteCifar10();
  const auto index = Build();
  ASSERT_THAT(index, IsOk());
  EXPECT_TRUE(index->IsRaw());
  EXPECT_EQ(index->RawShape(), (ImageShape{3, 32, 32}));
  EXPECT_THAT(index->files, SizeIs(6));
  EXPECT_THAT(index->records, SizeIs(60));
  EXPECT_THAT(index->CountsOf(Split::kTrain), testing::Each(5));
  EXPECT_THAT(index->CountsOf(Split::kTest), testing::Each(1));
  EXPECT_EQ(index->classes.size(), 10);
  EXPECT_EQ(index->classes.name(9), "truck");
  EXPECT_THAT(index->warnings, IsEmpty());
  const std::string file = *ReadFile(Path("data_batch_3.bin"));
  const ImageRecord& record = index->records[27];
  EXPECT_EQ(record.label, 7);
  EXPECT_EQ(index->PathOf(record), Path("data_batch_3.bin#7"));
  EXPECT_EQ(record.length, kPixelBytes);
  EXPECT_EQ(index->files[record.file].bytes->substr(record.offset, record.length), file.substr(7 * 3073 + 1, kPixelBytes));
  EXPECT_EQ(index->records[50].label, 9) << "the first test sample";
  EXPECT_EQ(index->records[50].split, Split::kTest);
}

TEST_F(CifarDatasetTest, IndexesCifar100WithEitherLabel) {
  WriteCifar100();
  const auto fine = Build();
  ASSERT_THAT(fine, IsOk());
  EXPECT_EQ(fine->classes.size(), 100);
  EXPECT_EQ(fine->records[42].label, 42);
  EXPECT_EQ(fine->classes.name(42), "fine42");
  EXPECT_EQ(fine->records[42].offset, 42 * 3074 + 2);
  EXPECT_EQ(fine->records[42].length, kPixelBytes);
  const auto coarse = Build("cifar { labels: COARSE }");
  ASSERT_THAT(coarse, IsOk());
  EXPECT_EQ(coarse->classes.size(), 20);
  EXPECT_EQ(coarse->records[42].label, 8);
  EXPECT_EQ(coarse->classes.name(8), "coarse8");
  EXPECT_NE(coarse->fingerprint, fine->fingerprint);
}

TEST_F(CifarDatasetTest, GivenNamesComeFirst) {
  WriteCifar10();
  const auto index = Build("class_names: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']");
  ASSERT_THAT(index, IsOk());
  EXPECT_EQ(index->classes.name(9), "j");
}

TEST_F(CifarDatasetTest, AClassWithoutSamplesIsNotCalledAFolder) {
  WriteCifar10();
  for (int batch = 1; batch <= 5; ++batch) Write(absl::StrCat("data_batch_", batch, ".bin"), Record(std::string(1, '\0')));
  std::string bytes;
  for (int label = 0; label < 9; ++label) bytes += Record(std::string(1, static_cast<char>(label)));
  Write("test_batch.bin", bytes);
  EXPECT_THAT(Build(),
              Fails(ExitCode::kData, HasSubstr("no sample of class \"truck\" (1 of 10); the original has samples of each: unpack")));
}

TEST_F(CifarDatasetTest, TrainingSamplesAreDrawnFrom) {
  WriteCifar10();
  const auto index = Build("validation_fraction: 0.4");
  ASSERT_THAT(index, IsOk());
  EXPECT_GT(index->RecordsOf(Split::kValidation).size(), 5);
  EXPECT_THAT(index->RecordsOf(Split::kTest), SizeIs(10));
}

TEST_F(CifarDatasetTest, NamesAreCheckedOrReplacedByNumbers) {
  WriteCifar10();
  Write("batches.meta.txt", "a\nb\n");
  EXPECT_THAT(Build(),
              Fails(ExitCode::kData, Path("batches.meta.txt: has 2 class names, but there are 10 classes; unpack the file again")));
  Write("batches.meta.txt", "a\nb\na\n");
  EXPECT_THAT(Build(), Fails(ExitCode::kData, Path("batches.meta.txt:3: the class name is \"a\" again; unpack the file again")));
  Write("batches.meta.txt", "a\n\nb\n");
  EXPECT_THAT(Build(), Fails(ExitCode::kData, HasSubstr("batches.meta.txt:2: the class name is empty")));
  Write("batches.meta.txt", "a\n\xff\nb\n");
  EXPECT_THAT(Build(), Fails(ExitCode::kData, HasSubstr("batches.meta.txt:2: the class name is no plain text")));
  std::filesystem::remove(Path("batches.meta.txt"));
  const auto index = Build();
  ASSERT_THAT(index, IsOk());
  EXPECT_EQ(index->classes.name(9), "9");
  EXPECT_THAT(index->warnings, ElementsAre(Path("batches.meta.txt: is missing, so classes are named by numbers")));
}

TEST_F(CifarDatasetTest, ReportsTheProblemsOfAllFiles) {
  WriteCifar10();
  Write("data_batch_1.bin", std::string(3073 * 2 + 5, '\1'));
  Write("data_batch_2.bin", "");
  Write("data_batch_3.bin", Gzip(std::string(3073, '\1')));
  Write("data_batch_4.bin", std::string(3073, '\1') + Record("\x0c"));
  EXPECT_THAT(Build(),
              Fails(ExitCode::kData,
                    AllOf(HasSubstr(Path("data_batch_1.bin: has 6151 bytes, 2 records of 3073 and 5 more; copy or download")),
                          HasSubstr(Path("data_batch_2.bin: has 0 bytes, 0 records of 3073 and 0 more")),
                          HasSubstr("it is compressed with gzip; unpack it"),
                          HasSubstr(Path("data_batch_4.bin: label 12 at index 1; allowed are 0 to 9; is it a file of this version?")))));
}

TEST_F(CifarDatasetTest, Cifar10HasNoCoarseLabels) {
  WriteCifar10();
  EXPECT_THAT(Build("cifar { labels: COARSE }"),
              Fails(ExitCode::kData, HasSubstr(": holds CIFAR-10, which has no coarse labels; leave out")));
  std::filesystem::remove(Path("test_batch.bin"));
  EXPECT_THAT(Build(), Fails(ExitCode::kData, StartsWith(absl::StrCat(folder_, ": lacks test_batch.bin of CIFAR-10"))));
}

TEST_F(CifarDatasetTest, ValidatesItsSettings) {
  const auto messages = [](const DatasetConfig& config) {
    ConfigProblems problems;
    CifarDataset(config).Validate("dataset", &problems);
    std::vector<std::string> messages;
    for (const ConfigProblem& problem : problems.all()) messages.push_back(problem.message);
    return messages;
  };
  EXPECT_THAT(messages(Config()), IsEmpty());
  EXPECT_THAT(messages(Config("cifar { labels: LABELS_UNSPECIFIED }")), ElementsAre("dataset.cifar.labels must be one of FINE, COARSE"));
  EXPECT_THAT(messages(DatasetConfig()), ElementsAre(StartsWith("dataset.cifar.folder is required")));
  EXPECT_EQ(CifarDataset(Config()).SourceOf(Split::kTest), "cifar.folder");
}

// Whatever the bytes are: an index, or reasons.
TEST_F(CifarDatasetTest, SurvivesMutatedFiles) {
  WriteCifar10();
  const std::string sound = *ReadFile(Path("data_batch_1.bin"));
  int read = 0;
  constexpr int kFiles = 4000;
  for (int i = 0; i < kFiles; ++i) {
    std::string bytes = sound.substr(0, 3073 * 2);
    if (random_() % 3 == 0) bytes[random_() % 2 * 3073] = static_cast<char>(random_());
    if (random_() % 3 == 0) bytes.resize(random_() % bytes.size());
    if (random_() % 3 == 0 && !bytes.empty()) bytes[random_() % bytes.size()] ^= 1;
    Write("data_batch_1.bin", bytes);
    const DatasetConfig config = Config();
    const std::vector<DatasetPart> parts = CifarDataset(config).List();
    ASSERT_THAT(parts, SizeIs(2));
    read += parts[0].samples.problems.empty();
    for (const ImageRecord& record : parts[0].samples.records) {
      const SampleFile& file = parts[0].samples.files[record.file];
      ASSERT_LE(record.offset + record.length, static_cast<int64_t>(file.bytes->size()));
    }
  }
  EXPECT_GT(read, kFiles / 10);
  EXPECT_LT(read, kFiles * 9 / 10);
}

}  // namespace
}  // namespace mica
