#include "data/index/idx_dataset.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/index/idx_test_files.h"
#include "data/index/index_builder.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kNoTest[] = " idx { test_images: '' test_labels: '' }";

// Of 32-bit numbers, highest byte first.
std::string NumberBytes(const std::vector<uint32_t>& dimensions, const std::vector<int32_t>& numbers) {
  std::string data;
  for (const int32_t number : numbers) {
    for (const int shift : {24, 16, 8, 0}) data.push_back(static_cast<char>(static_cast<uint32_t>(number) >> shift));
  }
  std::string bytes = IdxBytes(dimensions, data);
  bytes[2] = 0x0C;
  return bytes;
}

class IdxDatasetTest : public testing::Test {
 protected:
  std::string Path(absl::string_view name) const { return absl::StrCat(folder_, "/", name); }
  void WriteTrain(absl::string_view images, absl::string_view labels) const {
    WriteTestFile(Path("train-images-idx3-ubyte"), images);
    WriteTestFile(Path("train-labels-idx1-ubyte"), labels);
  }
  DatasetConfig Config(const std::string& text) const {
    DatasetConfig config;
    EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(text, &config)) << text;
    config.mutable_idx()->set_folder(folder_);
    return config;
  }
  absl::StatusOr<DatasetIndex> Build(const std::string& text = kNoTest) const { return BuildDatasetIndex(Config(text)); }

  // The pixels of a sample.
  static std::string Pixels(const DatasetIndex& index, int id) {
    const ImageRecord& record = index.records[id];
    return index.files[record.file].bytes->substr(record.offset, record.length);
  }

  const std::string folder_ = MakeTestFolder("idx_dataset");
};

const std::string kTwoLabels = IdxBytes({2}, std::string("\0\1", 2));

TEST_F(IdxDatasetTest, ColourPicturesBecomePlanes) {
  for (const bool gzip : {false, true}) {
    const std::string images = IdxBytes({2, 1, 2, 3}, "rgbRGBstuSTU");
    WriteTrain(gzip ? Gzip(images) : images, kTwoLabels);
    const auto index = Build();
    ASSERT_THAT(index, IsOk());
    EXPECT_EQ(index->RawShape(), (ImageShape{3, 1, 2}));
    EXPECT_EQ(Pixels(*index, 0), "rRgGbB");
    EXPECT_EQ(Pixels(*index, 1), "sStTuU");
    EXPECT_EQ(index->PathOf(index->records[1]), Path("train-images-idx3-ubyte#1"));
  }
}

TEST_F(IdxDatasetTest, TransposesOnRequest) {
  WriteTrain(IdxBytes({2, 2, 3}, "abcdefghijkl"), kTwoLabels);
  const auto plain = Build();
  const auto transposed = Build("idx { test_images: '' test_labels: '' transpose: true }");
  ASSERT_THAT(transposed, IsOk());
  EXPECT_EQ(plain->RawShape(), (ImageShape{1, 2, 3}));
  EXPECT_EQ(transposed->RawShape(), (ImageShape{1, 3, 2}));
  EXPECT_EQ(Pixels(*transposed, 0), "adbecf");
  EXPECT_EQ(Pixels(*transposed, 1), "gjhkil");
  EXPECT_NE(transposed->fingerprint, plain->fingerprint);
  WriteTrain(IdxBytes({2, 1, 2, 3}, "rgbRGBstuSTU"), kTwoLabels);
  const auto colour = Build("idx { test_images: '' test_labels: '' transpose: true }");
  ASSERT_THAT(colour, IsOk());
  EXPECT_EQ(colour->RawShape(), (ImageShape{3, 2, 1}));
  EXPECT_EQ(Pixels(*colour, 0), "rRgGbB");
}

TEST_F(IdxDatasetTest, TrainAndTestMustAgreeInColour) {
  WriteTrain(IdxBytes({2, 1, 2, 3}, "rgbRGBstuSTU"), kTwoLabels);
  WriteTestFile(Path("t10k-images-idx3-ubyte"), IdxBytes({2, 1, 2}, "abcd"));
  WriteTestFile(Path("t10k-labels-idx1-ubyte"), kTwoLabels);
  EXPECT_THAT(Build("idx {}"), Fails(ExitCode::kData, HasSubstr("images of 1x2 pixels (height x width), those of ")));
}

TEST_F(IdxDatasetTest, LabelsOfEveryFormAreTheSame) {
  const std::string images = IdxBytes({4, 1, 1}, "abcd");
  for (const std::string& labels :
       {IdxBytes({4}, std::string("\0\2\1\2", 4)), NumberBytes({4}, {0, 2, 1, 2}), NumberBytes({4, 2}, {0, 9, 2, 9, 1, 9, 2, 9}),
        IdxBytes({4, 3}, std::string("\1\0\0\0\0\1\0\1\0\0\0\1", 12))}) {
    WriteTrain(images, labels);
    const auto index = Build();
    ASSERT_THAT(index, IsOk());
    std::vector<int> found;
    for (const ImageRecord& record : index->records) found.push_back(record.label);
    EXPECT_THAT(found, ElementsAre(0, 2, 1, 2));
    EXPECT_THAT(index->CountsOf(Split::kTrain), ElementsAre(1, 1, 2));
  }
  EXPECT_THAT(Build()->warnings, IsEmpty());
  WriteTrain(images, NumberBytes({4, 8}, std::vector<int32_t>(32, 1)));
  EXPECT_THAT(Build("allow_empty_class: true class_names: ['a', 'b'] idx { test_images: '' test_labels: '' }")->warnings,
              testing::Contains(HasSubstr("train-labels-idx1-ubyte: has 8 numbers a sample; the first is the label, as in QMNIST")));
}

TEST_F(IdxDatasetTest, RefusesLabelsThatAreNoClasses) {
  const std::string images = IdxBytes({2, 1, 1}, "ab");
  WriteTrain(images, NumberBytes({2}, {0, 100000}));
  EXPECT_THAT(Build(), Fails(ExitCode::kData, HasSubstr("label 100000 would make 100001 classes; at most 100000 are possible")));
  WriteTrain(images, NumberBytes({2}, {0, -1}));
  EXPECT_THAT(Build(), Fails(ExitCode::kData, HasSubstr("label -1")));
  WriteTrain(images, IdxBytes({2, 2}, std::string("\1\0\1\1", 4)));
  EXPECT_THAT(Build(), Fails(ExitCode::kData, HasSubstr("the row at index 1 has 2 values other than 0")));
  std::vector<int32_t> ids(100001);
  for (int i = 0; i < 100001; ++i) ids[i] = i;
  WriteTrain(IdxBytes({100001, 1, 1}, std::string(100001, 'x')), NumberBytes({100001}, ids));
  EXPECT_THAT(Build(), Fails(ExitCode::kData, HasSubstr("more than 100000 different labels; is it another column, an id?")));
}

TEST_F(IdxDatasetTest, TheMappingNamesTheClasses) {
  WriteTrain(IdxBytes({2, 1, 1}, "ab"), IdxBytes({2}, "\1\2"));
  WriteTestFile(Path("mapping.txt"), "1 65 97\n2 66 98\n");
  const std::string idx = absl::StrCat("idx { test_images: '' test_labels: '' first_label: 1 mapping_file: '", Path("mapping.txt"), "' }");
  const auto index = Build(idx);
  ASSERT_THAT(index, IsOk());
  EXPECT_THAT(index->classes.names(), ElementsAre("A", "B"));
  EXPECT_EQ(index->records[1].label, 1);
  WriteTestFile(Path("mapping.txt"), "1 65 97\n");
  EXPECT_THAT(Build("allow_empty_class: true " + idx),
              Fails(ExitCode::kData, HasSubstr("label 2, the first of 1 labels outside the 1 classes")));
  WriteTestFile(Path("mapping.txt"), "1 65 97\n1 66\n");
  EXPECT_THAT(Build(idx), Fails(ExitCode::kData, HasSubstr("mapping.txt:2: label 1 stands twice")));
  ConfigProblems problems;
  const DatasetConfig config = Config(idx + " class_names: ['a', 'b']");
  IdxDataset(config).Validate("dataset", &problems);
  ASSERT_THAT(problems.all(), SizeIs(1));
  EXPECT_THAT(problems.all()[0].message, StartsWith("dataset.idx.mapping_file cannot stand beside class_names"));
}

// Damage to files of the new forms ends in an index or a reason.
TEST_F(IdxDatasetTest, SurvivesMutatedFiles) {
  std::mt19937 random(3);
  const std::string images = IdxBytes({3, 1, 2, 3}, "rgbRGBstuSTUxyzXYZ");
  const std::string labels[] = {NumberBytes({3, 2}, {0, 9, 1, 9, 1, 9}), IdxBytes({3, 2}, std::string("\1\0\0\1\0\1", 6))};
  const auto mutate = [&](std::string bytes) {
    for (size_t change = random() % 3; change > 0; --change) {
      bytes[random() % bytes.size()] = static_cast<char>(random() % (random() % 2 == 0 ? 256 : 4));
    }
    if (random() % 10 == 0) bytes.resize(random() % (bytes.size() + 4));
    return bytes;
  };
  int read = 0;
  constexpr int kSets = 3000;
  for (int i = 0; i < kSets; ++i) {
    WriteTrain(mutate(images), mutate(labels[i % 2]));
    const auto index = Build(absl::StrCat("allow_empty_class: true idx { test_images: '' test_labels: '' transpose: ", i % 3 == 0, " }"));
    read += index.ok();
    if (!index.ok()) {
      ASSERT_EQ(ExitCodeOf(index.status()), ExitCode::kData) << index.status();
      continue;
    }
    for (const ImageRecord& record : index->records) {
      ASSERT_LE(record.offset + record.length, static_cast<int64_t>(index->files[record.file].bytes->size()));
    }
  }
  EXPECT_GT(read, kSets / 20);
  EXPECT_LT(read, kSets * 9 / 10);
}

}  // namespace
}  // namespace mica
