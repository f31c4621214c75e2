#include "experiments/proposal/data_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/decode/picture_encoder.h"
#include "data/index/idx_test_files.h"
#include "data/picture/picture.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DataFactsTest : public testing::Test {
 protected:
  void Write(const std::string& name, const std::string& bytes) const {
    const std::string path = absl::StrCat(folder_, "/", name);
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    WriteTestFile(path, bytes);
  }

  // One value throughout, in `channels` channels.
  static std::string Png(int height, int width, int channels, int value) {
    Picture picture;
    picture.Reshape(height, width, channels);
    for (uint8_t& pixel : picture.pixels) pixel = static_cast<uint8_t>(value);
    return EncodePng(picture);
  }

  // A readable class of `count` pictures.
  void WriteClass(const std::string& name, int count, int channels = 3) const {
    for (int i = 0; i < count; ++i) Write(absl::StrCat(name, "/", i, ".png"), Png(30 + 2 * i, 20, channels, 100));
  }

  absl::StatusOr<ExaminedData> Examine() const {
    DataReading reading = {ParseTextOrDie<DatasetConfig>("pool { class_folders {} }"), "folders"};
    reading.config.mutable_pool(0)->mutable_class_folders()->set_folder(folder_);
    return ExamineData({reading});
  }

  const std::string folder_ = MakeTestFolder("data_facts");
};

TEST_F(DataFactsTest, CountsClassesSplitsAndSizes) {
  WriteClass("10", 15);
  WriteClass("9", 5);
  const auto data = Examine();
  ASSERT_THAT(data, IsOk());
  const DataFacts& facts = data->facts;
  EXPECT_THAT(facts.class_names, ElementsAre("9", "10"));  // numbers, in their order
  EXPECT_EQ(facts.dataset.class_order(), DatasetConfig::NATURAL);
  EXPECT_EQ(facts.train + facts.validation, 20);
  EXPECT_TRUE(facts.validation_is_drawn);
  EXPECT_EQ(facts.dataset.validation_fraction(), 0.2);
  EXPECT_THAT(data->index.CountsOf(Split::kValidation), testing::Each(testing::Gt(0)));
  EXPECT_EQ(facts.median_size.width_px, 20);
  EXPECT_EQ(facts.smallest, (PictureSize{30, 20}));
  EXPECT_EQ(facts.largest, (PictureSize{58, 20}));
  EXPECT_EQ(facts.formats, "PNG 20");
  EXPECT_FALSE(facts.has_one_size || facts.is_packed || facts.all_grey || facts.with_alpha > 0);
}

TEST_F(DataFactsTest, ClassesOfOnePictureKeepItForTraining) {
  WriteClass("cat", 20);
  WriteClass("dog", 20);
  WriteClass("emu", 1);
  const auto data = Examine();
  ASSERT_THAT(data, IsOk());
  EXPECT_EQ(data->facts.train_per_class[2], 1);
  EXPECT_TRUE(data->facts.validation_is_drawn);
}

TEST_F(DataFactsTest, ClassesTooSmallToValidate) {
  for (int i = 0; i < 80; ++i) WriteClass(absl::StrCat("class", i), 1);
  const auto data = Examine();
  ASSERT_THAT(data, IsOk());
  EXPECT_EQ(data->facts.train, 80);
  EXPECT_EQ(data->facts.validation, 0);
  EXPECT_THAT(data->facts.why_no_validation, HasSubstr("too few pictures"));
  EXPECT_FALSE(data->facts.dataset.has_validation_fraction());
}

TEST_F(DataFactsTest, BrokenPicturesAreDroppedAndCounted) {
  WriteClass("cat", 10);
  WriteClass("dog", 10);
  Write("dog/empty.png", "");
  const auto data = Examine();
  ASSERT_THAT(data, IsOk());
  EXPECT_EQ(data->facts.broken, 1);
  EXPECT_THAT(data->facts.broken_example, AllOf(HasSubstr("dog/empty.png"), HasSubstr("0 bytes")));
  EXPECT_EQ(data->facts.dataset.on_bad_sample(), DatasetConfig::DROP);
  EXPECT_EQ(data->facts.train + data->facts.validation, 20);
}

TEST_F(DataFactsTest, NothingButBrokenPictures) {
  Write("cat/0.png", "");
  Write("dog/0.png", "no picture");
  EXPECT_THAT(Examine(), Fails(ExitCode::kData, HasSubstr("none of 2 pictures can be used")));
}

TEST_F(DataFactsTest, GreyPicturesAreKnownByTheirHeaders) {
  WriteClass("cat", 6, /*channels=*/1);
  WriteClass("dog", 6, /*channels=*/1);
  EXPECT_TRUE(Examine()->facts.all_grey);
  Write("dog/colour.png", Png(30, 20, 3, 100));
  EXPECT_FALSE(Examine()->facts.all_grey);
}

TEST_F(DataFactsTest, PackedPixelsOfIdx) {
  WriteIdxDataset(folder_, {});
  DataReading reading = {ParseTextOrDie<DatasetConfig>("idx {}"), "IDX"};
  reading.config.mutable_idx()->set_folder(folder_);
  const auto data = ExamineData({reading});
  ASSERT_THAT(data, IsOk());
  EXPECT_TRUE(data->facts.is_packed && data->facts.all_grey && data->facts.has_one_size);
  EXPECT_EQ(data->facts.median_size, (PictureSize{8, 8}));
  EXPECT_EQ(data->facts.test, 30);
  EXPECT_EQ(data->facts.formats, "");
}

TEST_F(DataFactsTest, TheFirstReadingThatHoldsIsTaken) {
  WriteClass("cat", 6);
  WriteClass("dog", 6);
  DataReading bad = {ParseTextOrDie<DatasetConfig>("pool { class_folders {} }"), "the first"};
  bad.config.mutable_pool(0)->mutable_class_folders()->set_folder(folder_ + "/gone");
  DataReading good = bad, third = bad;
  good.in_words = "the second";
  good.config.mutable_pool(0)->mutable_class_folders()->set_folder(folder_);
  third.in_words = "the third";
  const auto data = ExamineData({bad, good, third});
  ASSERT_THAT(data, IsOk());
  EXPECT_EQ(data->facts.in_words, "the second");
  EXPECT_THAT(data->other_readings, ElementsAre(HasSubstr("the first, which does not hold: "), "the third"));
  EXPECT_THAT(ExamineData({bad, bad}), Fails(ExitCode::kData, HasSubstr("gone")));
}

// Classes of 50 and 150 in equal numbers: the mean is 100, the deviation 50, if both are measured
// alike.
TEST_F(DataFactsTest, MeansAndDeviationsAreThoseOfThePixels) {
  for (int i = 0; i < 10; ++i) {
    Write(absl::StrCat("train/a/", i, ".png"), Png(20, 20, 3, 50));
    Write(absl::StrCat("train/b/", i, ".png"), Png(30, 20, 3, 150));
  }
  DataReading reading = {ParseTextOrDie<DatasetConfig>("train { class_folders {} } validation { class_folders {} }"), "folders"};
  reading.config.mutable_train(0)->mutable_class_folders()->set_folder(folder_ + "/train");
  reading.config.mutable_validation(0)->mutable_class_folders()->set_folder(folder_ + "/train");
  reading.config.set_allow_shared_samples(true);
  const auto data = ExamineData({reading});
  ASSERT_THAT(data, IsOk());
  google::protobuf::RepeatedPtrField<TransformConfig> transforms;
  *transforms.Add() = ParseTextOrDie<TransformConfig>("resize { height_px: 8 width_px: 8 }");
  const MeasuredChannels measured = MeasureChannels(data->index, DecodeConfig(), transforms);
  EXPECT_EQ(measured.pictures, 20);
  ASSERT_EQ(measured.channels, 3);
  for (int c = 0; c < 3; ++c) {
    EXPECT_NEAR(measured.mean[c], 100 / 255.0, 1e-9);
    EXPECT_NEAR(measured.std[c], 50 / 255.0, 1e-9);
  }
  // Pictures that differ in size make no images of one size.
  EXPECT_EQ(MeasureChannels(data->index, DecodeConfig(), {}).channels, 0);
}

}  // namespace
}  // namespace mica
