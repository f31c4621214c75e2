// mica preview from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/files/csv_reader.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/decode/picture_encoder.h"
#include "data/decode/picture_header.h"
#include "tests/integration/mica_process.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr char kData[] =
    "name: 'x' dataset { pool { class_folders { folder: 'tree' } } validation_fraction: 0.3 } loader { batch_size: 6 } "
    "train_transforms { random_resized_crop { size_px: 24 } } train_transforms { horizontal_flip {} } "
    "train_transforms { color_jitter { brightness: 0.4 hue: 0.1 } } "
    "train_transforms { normalize { mean: [0.485, 0.456, 0.406] std: [0.229, 0.224, 0.225] } } train_transforms { random_erasing {} } "
    "eval_transforms { resize { short_side_px: 24 } } eval_transforms { center_crop { size_px: 24 } } ";
constexpr char kRun[] =
    "model { linear {} } loss { cross_entropy {} } optimizer { sgd { learning_rate: 0.1 } } "
    "schedule { step { every_epochs: 1 } warmup { steps: 2 } } trainer { epochs: 3 } ";

// x.textproto beside pictures of 48 x 36 pixels in class folders.
class PreviewTest : public testing::Test {
 protected:
  PreviewTest() {
    WriteTestFile(Path("x.textproto"), absl::StrCat(kData, kRun));
    for (int i = 0; i < 12; ++i) {
      WritePicture(absl::StrCat("tree/cat/", i, ".png"), i);
      WritePicture(absl::StrCat("tree/собака/", i, ".png"), 100 + i);
    }
  }

  std::string Path(absl::string_view name) const { return absl::StrCat(folder_, "/", name); }

  void WritePicture(absl::string_view name, unsigned seed) const {
    Picture picture;
    picture.Reshape(36, 48, 3);
    std::mt19937 random(seed);
    for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>(random());
    std::filesystem::create_directories(std::filesystem::path(Path(name)).parent_path());
    WriteTestFile(Path(name), EncodePng(picture));
  }

  MicaResult Preview(std::vector<std::string> flags = {}) const {
    flags.insert(flags.begin(), {"preview", "x.textproto"});
    return RunMica({std::move(flags), folder_});
  }

  // Name to bytes.
  std::map<std::string, std::string> Files(absl::string_view folder) const {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(Path(folder))) {
      files[entry.path().filename()] = ReadFile(entry.path()).value();
    }
    return files;
  }

  const std::string folder_ = MakeTestFolder("preview");
};

TEST_F(PreviewTest, ShowsWhatTrainingWouldBeginWith) {
  const MicaResult result = Preview();
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out, AllOf(HasSubstr("The first of 8 training samples\n"), HasSubstr("\n  epoch 1\n    random_resized_crop left_px="),
                                HasSubstr("\nThe first batch of epoch 1: 6 samples of 2 of the 2 classes\n"),
                                HasSubstr("\neval_transforms     25.0 %  25.0 %  25.0 % "), HasSubstr("\n0.1 │"),
                                HasSubstr("highest 0.1 from step 2, last 0.001\n"), HasSubstr("\nEverything is in preview/x/\n"),
                                HasSubstr(" train x.textproto\n")));
  EXPECT_THAT(result.out, Not(HasSubstr("Boxes stand for")));
  const std::map<std::string, std::string> files = Files("preview/x");
  std::vector<std::string> names;
  for (const auto& [name, bytes] : files) names.push_back(name);
  EXPECT_THAT(names, ElementsAre("batch.csv", "batch.png", "batch_labels.csv", "crop_loss.csv", "learning_rate.csv", "samples.csv",
                                 "samples.png", "samples.txt"));
  const ProbeResult samples = ProbePicture(files.at("samples.png"));
  ASSERT_TRUE(samples.header.has_value());
  EXPECT_GT(samples.header->height_px, 8 * 192);
  EXPECT_GT(samples.header->width_px, 5 * 192);

  const auto drawn = ReadCsv(Path("preview/x/samples.csv"), {"path", "class", "epoch", "transform", "parameter", "value"});
  ASSERT_THAT(drawn, IsOk());
  EXPECT_EQ(drawn->Text(0, "transform"), "random_resized_crop");
  EXPECT_THAT(drawn->Text(0, "path"), testing::StartsWith(Path("tree/")));
  const auto rates = ReadCsv(Path("preview/x/learning_rate.csv"), {"step", "epoch", "learning_rate"});
  ASSERT_THAT(rates, IsOk());
  EXPECT_EQ(rates->Text(0, "learning_rate"), "0.05");
}

TEST_F(PreviewTest, TheSameCommandWritesTheSameBytes) {
  ASSERT_EQ(Preview().exit_code, 0);
  const std::map<std::string, std::string> first = Files("preview/x");
  ASSERT_EQ(Preview().exit_code, 0);
  EXPECT_EQ(Files("preview/x"), first);
  ASSERT_EQ(Preview({"--set=seed: 43"}).exit_code, 0);
  EXPECT_NE(Files("preview/x"), first);
}

TEST_F(PreviewTest, NeedsNoModelAndSaysWhatIsLeftOut) {
  WriteTestFile(Path("x.textproto"), absl::StrCat(kData, "schedule { constant {} }"));
  const MicaResult result = Preview();
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("Left out: the learning rate, because"), HasSubstr("optimizer is required"), HasSubstr("trainer.epochs")));
  EXPECT_FALSE(std::filesystem::exists(Path("preview/x/learning_rate.csv")));
}

TEST_F(PreviewTest, MistakesAreNamed) {
  const MicaResult split = Preview({"--split=tran"});
  EXPECT_EQ(split.exit_code, 1) << split;
  EXPECT_THAT(split.err, HasSubstr("--split=tran: expected train, validation, test, unlabelled; did you mean \"train\"?"));
  const MicaResult missing = Preview({"--split=test"});
  EXPECT_EQ(missing.exit_code, 1) << missing;
  EXPECT_THAT(missing.err, HasSubstr("--split=test: the data has no such samples; it has train, validation"));
  const MicaResult many = Preview({"--samples=51"});
  EXPECT_EQ(many.exit_code, 1) << many;
  EXPECT_THAT(many.err, HasSubstr("--samples=51: expected 1 to 50"));
  const MicaResult transform = Preview({"--set=train_transforms { random_crop { size_px: 0 } }"});
  EXPECT_EQ(transform.exit_code, 2) << transform;
  EXPECT_THAT(transform.err, HasSubstr("train_transforms[0].random_crop.size_px"));
  const MicaResult inside = Preview({"--output_dir=tree"});
  EXPECT_EQ(inside.exit_code, 1) << inside;
  EXPECT_THAT(inside.err, HasSubstr("--output_dir=tree lies inside the data, tree"));
  EXPECT_FALSE(std::filesystem::exists(Path("preview")));
  EXPECT_FALSE(std::filesystem::exists(Path("tree/x")));
}

TEST_F(PreviewTest, OtherThingsAreNotReplaced) {
  std::filesystem::create_directories(Path("runs/x/20260101-000000"));
  const MicaResult result = Preview({"--output_dir=runs"});
  EXPECT_EQ(result.exit_code, 5) << result;
  EXPECT_THAT(result.err, HasSubstr("so it is no report of mica preview"));
  EXPECT_TRUE(std::filesystem::exists(Path("runs/x/20260101-000000")));
}

TEST_F(PreviewTest, ABrokenPictureIsNamed) {
  for (int i = 0; i < 12; ++i) {
    const std::string path = Path(absl::StrCat("tree/cat/", i, ".png"));
    WriteTestFile(path, ReadFile(path).value().substr(0, 500));
  }
  const MicaResult result = Preview();
  EXPECT_EQ(result.exit_code, 3) << result;
  EXPECT_THAT(result.err, HasSubstr(Path("tree/cat/")));
  EXPECT_FALSE(std::filesystem::exists(Path("preview")));
}

}  // namespace
}  // namespace mica
