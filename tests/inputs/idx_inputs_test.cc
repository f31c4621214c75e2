// What the binary says of bad IDX files: exit code 3, the file, and the essential words. The names
// of the cases carry the ids of docs/faults.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing/test_files.h"
#include "data/index/idx_test_files.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr char kImages[] = "train-images-idx3-ubyte";
constexpr char kLabels[] = "train-labels-idx1-ubyte";
constexpr int kSamples = 48;

std::string Pixels(int samples) {
  return std::string(samples * 64, '\x40');
}

std::string GoodImages() {
  return IdxBytes({kSamples, 8, 8}, Pixels(kSamples));
}

std::string GoodLabels() {
  std::string labels;
  for (int i = 0; i < kSamples; ++i) labels.push_back(static_cast<char>(i % 3));
  return labels;
}

struct Case {
  std::string id;
  std::string file;  // replaces the file of that name
  std::string bytes;
  std::string message;  // after the file's path
};

std::ostream& operator<<(std::ostream& stream, const Case& row) {
  return stream << row.id;
}

class IdxInputsTest : public testing::TestWithParam<Case> {};

TEST_P(IdxInputsTest, IsRefusedWithTheFilesName) {
  const TinyExperiment tiny("idx_" + GetParam().id);
  const std::string path = tiny.Path(absl::StrCat("data/", GetParam().file));
  std::filesystem::remove(path + ".gz");
  WriteTestFile(path, GetParam().bytes);
  MicaCommand command = {{"train", "x.textproto"}, tiny.folder()};
  const MicaResult result = RunMica(command);
  EXPECT_EQ(result.exit_code, 3) << result;
  EXPECT_THAT(result.err, StartsWith(absl::StrCat("error: ", path, ": ")));
  EXPECT_THAT(result.err, HasSubstr(GetParam().message));
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(tiny.Path("runs"))) << "refused before a run folder is made";
}

INSTANTIATE_TEST_SUITE_P(
    Rows, IdxInputsTest,
    testing::Values(Case{"X1LabelsAsImages", kImages, IdxBytes({kSamples}, GoodLabels()), "expected 3 dimensions, file has 1"},
                    Case{"X1ImagesAsLabels", kLabels, GoodImages(), "expected 1 dimension, file has 3"},
                    Case{"X2Cut", kImages, GoodImages().substr(0, 1000), "cut after 1000 of 3088 bytes"},
                    Case{"X2GzipCut", kImages, Gzip(GoodImages()).substr(0, 40), "cut after "},
                    Case{"X2BytesAfterTheGzip", kImages, Gzip(GoodImages()) + "garbage", "bytes after the end of the gzip data"},
                    Case{"X2BytesAfterTheEnd", kImages, GoodImages() + "x", "bytes after the end"},
                    Case{"X2NotIdx", kImages, "<html>404</html>", "not an IDX file (starts with 3c 68 74 6d)"},
                    Case{"X2Empty", kImages, "", "0 bytes"},
                    Case{"X3ProductTooLarge", kImages, IdxBytes({kSamples + 1, 8, 8}, Pixels(kSamples)), "49 x 8 x 8 = 3136"},
                    Case{"X3Overflow", kImages, IdxBytes({0xffffffff, 0xffffffff, 0xffffffff}, "x"), "a file holds less than 2^63"},
                    Case{"X3NoSamples", kImages, IdxBytes({0, 8, 8}, ""), "no samples"},
                    Case{"X3EmptyPictures", kImages, IdxBytes({kSamples, 0, 8}, ""), "empty pictures"},
                    Case{"X4Float", kImages, std::string("\0\0\x0d\x03", 4) + GoodImages().substr(4),
                         "type float (0x0D); only 0x08 is supported"},
                    Case{"X6GzipBomb", kImages, Gzip(IdxBytes({1, 1, 1}, std::string(200 << 20, '\0'))),
                         "bytes after the end: the file has more than 17"}),
    [](const auto& info) { return info.param.id; });

TEST(IdxInputsTest, X5CountsDiffer) {
  const TinyExperiment tiny("idx_counts");
  std::filesystem::remove(tiny.Path("data/train-labels-idx1-ubyte.gz"));
  WriteTestFile(tiny.Path("data/train-labels-idx1-ubyte"), IdxBytes({kSamples - 1}, GoodLabels().substr(1)));
  const MicaResult result = RunMica({{"check", "x.textproto"}, tiny.folder()});
  EXPECT_EQ(result.exit_code, 3) << result;
  EXPECT_THAT(result.err, HasSubstr("48"));
  EXPECT_THAT(result.err, HasSubstr("47"));
}

TEST(IdxInputsTest, X5LabelOutsideTheClasses) {
  const TinyExperiment tiny("idx_label");
  const MicaResult result = RunMica({{"check", "x.textproto", "--set=dataset { class_names: ['a', 'b'] }"}, tiny.folder()});
  EXPECT_EQ(result.exit_code, 3) << result;
  EXPECT_THAT(result.err, HasSubstr("#2: label 2, the first of "));
  EXPECT_THAT(result.err, HasSubstr("allowed are 0 to 1"));
}

TEST(IdxInputsTest, D1FolderIsMissing) {
  const TinyExperiment tiny("idx_folder");
  const MicaResult result = RunMica({{"check", "x.textproto", "--set=dataset { idx { folder: 'nowhere' } }"}, tiny.folder()});
  EXPECT_EQ(result.exit_code, 3) << result;
  EXPECT_THAT(result.err, StartsWith(absl::StrCat("error: ", tiny.Path("nowhere"), ": no such folder")));
}

TEST(IdxInputsTest, F43OneSampleIsOneClass) {
  const TinyExperiment tiny("idx_one_sample");
  for (const char* const name : {kImages, kLabels}) std::filesystem::remove(tiny.Path(absl::StrCat("data/", name, ".gz")));
  WriteTestFile(tiny.Path(absl::StrCat("data/", kImages)), IdxBytes({1, 8, 8}, Pixels(1)));
  WriteTestFile(tiny.Path(absl::StrCat("data/", kLabels)), IdxBytes({1}, std::string(1, '\0')));
  const MicaResult one = RunMica({{"check", "x.textproto", "--set=dataset { idx { test_images: '' test_labels: '' } }"}, tiny.folder()});
  EXPECT_EQ(one.exit_code, 3) << one;
  EXPECT_THAT(one.err, HasSubstr("one class only"));
  const MicaResult trained = RunMica({{"train", "x.textproto", "--set=dataset { class_names: ['a', 'b', 'c'] allow_empty_class: true }"}, tiny.folder()});
  EXPECT_EQ(trained.exit_code, 0) << trained;
}

}  // namespace
}  // namespace mica
