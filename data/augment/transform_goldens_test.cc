// What torchvision gives, made by testdata/make_transform_goldens.py: transforms that draw nothing,
// operations of policies, and how strong they are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/config/parse_text_or_die.h"
#include "base/testing/gzip_file.h"
#include "data/augment/policy_draws.h"
#include "data/augment/policy_magnitudes.h"
#include "data/augment/transform_pipeline.h"

namespace mica {
namespace {

struct Entry {
  std::vector<std::string> fields;
  std::string bytes;
};

std::vector<Entry> ReadEntries(const std::string& kind) {
  std::vector<Entry> entries;
  const std::string bytes = ReadGzipFile("data/augment/testdata/transform_goldens.gz");
  for (size_t place = 0; place < bytes.size();) {
    const size_t end = bytes.find('\n', place);
    Entry entry;
    entry.fields = absl::StrSplit(bytes.substr(place, end - place), '\t');
    entry.bytes = bytes.substr(end + 1, std::atoi(entry.fields.back().c_str()));
    place = end + 1 + entry.bytes.size();
    if (entry.fields[0] == kind) entries.push_back(std::move(entry));
  }
  EXPECT_FALSE(entries.empty());
  return entries;
}

std::map<std::string, Picture> ReadSources() {
  std::map<std::string, Picture> sources;
  for (const Entry& entry : ReadEntries("source")) {
    const std::vector<std::string> shape = absl::StrSplit(entry.fields[2], ' ');
    Picture& picture = sources[entry.fields[1]];
    picture.Reshape(std::atoi(shape[0].c_str()), std::atoi(shape[1].c_str()), std::atoi(shape[2].c_str()));
    std::memcpy(picture.pixels.data(), entry.bytes.data(), entry.bytes.size());
  }
  return sources;
}

// As the loader does: only the crop that was drawn is given.
struct Prepared {
  std::string shape;
  Pixels pixels;
  std::vector<float> floats;
};

Picture Cropped(const Picture& source, const PictureRegion& region) {
  PixelOpScratch scratch;
  Picture picture = source;
  RunPixelOps({CropOp{region}}, &picture, &scratch);
  return picture;
}

Prepared Prepare(const std::string& transforms, const Picture& source) {
  const TransformList list = ParseTextOrDie<RandomOrderConfig>(transforms).transforms();
  const TransformPipeline pipeline = *CreateTransformPipeline(list, "t", source.channels);
  Rng rng(1, RngStream::kAugmentation, 1, 0);
  DrawnTransforms drawn;
  EXPECT_TRUE(pipeline.Draw(source.size(), &rng, &drawn).ok()) << transforms;
  const Picture part = Cropped(source, drawn.crop());
  const PictureBox box = {0, 0, 1. * part.width_px, 1. * part.height_px};
  const PictureSize size = drawn.output_size();
  Prepared prepared;
  prepared.shape = absl::StrCat(size.height_px, " ", size.width_px, " ", source.channels);
  prepared.pixels.resize(size.pixels() * source.channels);
  prepared.floats.resize(size.pixels() * source.channels);
  TransformScratch scratch;
  pipeline.Apply(drawn, part, box, &scratch, prepared.floats.data());
  pipeline.ApplyToPixels(drawn, part, box, &scratch, prepared.pixels.data());
  return prepared;
}

int LargestDifference(const Pixels& found, const std::string& expected) {
  int largest = found.size() == expected.size() ? 0 : 256;
  for (size_t i = 0; largest < 256 && i < found.size(); ++i) {
    largest = std::max(largest, std::abs(int{found[i]} - int{static_cast<uint8_t>(expected[i])}));
  }
  return largest;
}

TEST(TransformGoldensTest, PixelsAreTorchvisions) {
  const std::map<std::string, Picture> sources = ReadSources();
  for (const Entry& entry : ReadEntries("pixels")) {
    SCOPED_TRACE(entry.fields[1] + ": " + entry.fields[2]);
    const Prepared prepared = Prepare(entry.fields[2], sources.at(entry.fields[1]));
    EXPECT_EQ(prepared.shape, entry.fields[4]);
    EXPECT_LE(LargestDifference(prepared.pixels, entry.bytes), std::atoi(entry.fields[3].c_str()));
    for (size_t i = 0; i < prepared.pixels.size(); ++i) ASSERT_EQ(prepared.floats[i], prepared.pixels[i] / 255.f);
  }
}

TEST(TransformGoldensTest, FloatsAreTorchvisions) {
  const std::map<std::string, Picture> sources = ReadSources();
  for (const Entry& entry : ReadEntries("floats")) {
    SCOPED_TRACE(entry.fields[1] + ": " + entry.fields[2]);
    const Prepared prepared = Prepare(entry.fields[2], sources.at(entry.fields[1]));
    EXPECT_EQ(prepared.shape, entry.fields[3]);
    ASSERT_EQ(prepared.floats.size() * sizeof(float), entry.bytes.size());
    std::vector<float> expected(prepared.floats.size());
    std::memcpy(expected.data(), entry.bytes.data(), entry.bytes.size());
    EXPECT_THAT(prepared.floats, testing::Pointwise(testing::FloatNear(1e-6f), expected));
  }
}

const std::map<std::string, PolicyOperation>& Operations() {
  static const auto* const operations = new std::map<std::string, PolicyOperation>{
      {"Identity", PolicyOperation::kIdentity},
      {"ShearX", PolicyOperation::kShearX},
      {"ShearY", PolicyOperation::kShearY},
      {"TranslateX", PolicyOperation::kTranslateX},
      {"TranslateY", PolicyOperation::kTranslateY},
      {"Rotate", PolicyOperation::kRotate},
      {"Brightness", PolicyOperation::kBrightness},
      {"Color", PolicyOperation::kColor},
      {"Contrast", PolicyOperation::kContrast},
      {"Sharpness", PolicyOperation::kSharpness},
      {"Posterize", PolicyOperation::kPosterize},
      {"Solarize", PolicyOperation::kSolarize},
      {"AutoContrast", PolicyOperation::kAutoContrast},
      {"Equalize", PolicyOperation::kEqualize},
      {"Invert", PolicyOperation::kInvert},
  };
  return *operations;
}

double NumberOf(const std::string& text) {
  double number = 0;
  EXPECT_TRUE(absl::SimpleAtod(text, &number)) << text;
  return number;
}

bool MovesPixels(const std::string& operation) {
  return absl::StartsWith(operation, "Shear") || absl::StartsWith(operation, "Translate") || operation == "Rotate";
}

// torch computes places in f32, so that between two pixels it may choose the other one.
TEST(TransformGoldensTest, OperationsOfPoliciesAreTorchvisions) {
  const std::map<std::string, Picture> sources = ReadSources();
  for (const Entry& entry : ReadEntries("policy")) {
    SCOPED_TRACE(entry.fields[1] + ": " + entry.fields[2] + " " + entry.fields[3] + " " + entry.fields[4]);
    Picture picture = sources.at(entry.fields[1]);
    std::vector<PixelOp> ops;
    std::vector<PixelOpOrigin> origins;
    DrawState state{nullptr, picture.size(), {}, &ops, &origins};
    const bool is_nearest = entry.fields[4] == "NEAREST";
    const PixelFill fill = is_nearest ? PixelFill{200, 10, 77} : PixelFill{0, 0, 0};
    AddPolicyOperation(Operations().at(entry.fields[2]), NumberOf(entry.fields[3]),
                       is_nearest ? WarpFilter::kNearest : WarpFilter::kBilinear, fill, &state);
    PixelOpScratch scratch;
    RunPixelOps(ops, &picture, &scratch);
    int differing = 0;
    for (size_t i = 0; i < picture.pixels.size(); ++i) {
      const int difference = std::abs(int{picture.pixels[i]} - int{static_cast<uint8_t>(entry.bytes[i])});
      differing += is_nearest ? difference > 0 : difference > 1;
    }
    EXPECT_LE(differing, MovesPixels(entry.fields[2]) ? static_cast<int>(picture.pixels.size()) / 100 : 0);
  }
}

TEST(TransformGoldensTest, StrengthsOfPoliciesAreTorchvisions) {
  const std::map<std::string, const PolicySpace*> spaces = {{"auto_augment", &kAutoAugmentSpace},
                                                            {"rand_augment", &kRandAugmentSpace},
                                                            {"rand_augment_4", &kRandAugmentSpace},
                                                            {"trivial_augment_wide", &kTrivialAugmentWideSpace},
                                                            {"aug_mix", &kAugMixSpace},
                                                            {"aug_mix_partial", &kAugMixPartialSpace}};
  std::map<std::string, std::vector<PolicyOperation>> operations;
  for (const Entry& entry : ReadEntries("magnitudes")) {
    const std::string& name = entry.fields[1];
    SCOPED_TRACE(name + " " + entry.fields[2] + " of " + entry.fields[3]);
    const PolicyOperation operation = Operations().at(entry.fields[2]);
    const std::vector<std::string> size = absl::StrSplit(entry.fields[3], ' ');
    if (operations[name].empty() || operations[name].back() != operation) operations[name].push_back(operation);
    EXPECT_EQ(IsSigned(operation), entry.fields[4] == "1");
    const PictureSize picture = {std::atoi(size[0].c_str()), std::atoi(size[1].c_str())};
    std::vector<double> expected(entry.bytes.size() / sizeof(double));
    std::memcpy(expected.data(), entry.bytes.data(), entry.bytes.size());
    const int bins = static_cast<int>(expected.size());
    if (bins == 0) {
      EXPECT_EQ(MagnitudeOf(*spaces.at(name), operation, 0, 10, picture), std::nullopt);
    }
    for (int bin = 0; bin < bins; ++bin) EXPECT_EQ(MagnitudeOf(*spaces.at(name), operation, bin, bins, picture), expected[bin]) << bin;
  }
  for (const auto& [name, listed] : operations) {
    const PolicySpace& space = *spaces.at(name);
    EXPECT_THAT(listed, testing::UnorderedElementsAreArray(space.operations.begin(), space.operations.end())) << name;
  }
}

}  // namespace
}  // namespace mica
