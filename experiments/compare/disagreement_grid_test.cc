#include "experiments/compare/disagreement_grid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/config/textproto.h"
#include "base/testing/test_files.h"
#include "data/decode/picture_decoder.h"
#include "data/decode/picture_encoder.h"

namespace mica {
namespace {

using ::testing::HasSubstr;

DatasetIndex IndexOf(const std::string& folder, int samples) {
  DatasetIndex index;
  Picture picture;
  picture.Reshape(16, 16, 1);
  std::fill(picture.pixels.begin(), picture.pixels.end(), 100);
  WriteTestFile(folder + "/p.png", EncodePng(picture));
  index.files.emplace_back();
  index.files[0].path = folder + "/p.png";
  index.records.resize(samples);
  for (int id = 0; id < samples; ++id) index.records[id].id = id;
  index.common_size = PictureSize{16, 16};
  return index;
}

std::vector<Disagreement> Samples(int a_right, int b_right) {
  std::vector<Disagreement> samples(a_right + b_right);
  for (int i = 0; i < a_right + b_right; ++i) {
    samples[i].id = i;
    samples[i].a_is_right = i < a_right;
    samples[i].a.name = samples[i].b.name = "x";
  }
  return samples;
}

int32_t HeightOf(const std::string& png) {
  return PictureDecoder().Decode(png, PictureFormat::kPng).picture.value().height_px;
}

TEST(DisagreementGridTest, EachDirectionBeginsARow) {
  const DatasetIndex index = IndexOf(MakeTestFolder("grid"), 200);
  Experiment experiment;
  FillDefaults(&experiment);
  const auto height = [&](int a, int b) { return HeightOf(DisagreementGrid(Samples(a, b), index, experiment, {"1", "2"}).value()); };
  EXPECT_EQ(height(8, 0), height(3, 0));
  EXPECT_EQ(height(3, 1), height(9, 0)) << "two rows";
  EXPECT_EQ(height(100, 60), height(40, 40)) << "40 in each direction";
}

TEST(DisagreementGridTest, DataThatAreGoneAreAnError) {
  DatasetIndex index = IndexOf(MakeTestFolder("grid"), 3);
  index.files[0].path = "/nowhere.png";
  Experiment experiment;
  FillDefaults(&experiment);
  EXPECT_THAT(DisagreementGrid(Samples(1, 1), index, experiment, {"1", "2"}).status().message(), HasSubstr("nowhere.png"));
  EXPECT_FALSE(DisagreementGrid(Samples(1, 1), DatasetIndex(), experiment, {"1", "2"}).ok()) << "ids of other data";
}

}  // namespace
}  // namespace mica
