// Pillow's and torch's results for generated pictures, made by testdata/make_resample_goldens.py.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"
#include "data/augment/resample.h"
#include "data/augment/resample_samples.h"
#include "data/picture/picture.h"
#include "data/picture/picture_region.h"

namespace mica {
namespace {

ResampleFilter FilterOf(absl::string_view name) {
  const std::vector<std::string> names = {"nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"};
  return static_cast<ResampleFilter>(std::find(names.begin(), names.end(), name) - names.begin());
}

struct Golden {
  std::string line;
  Picture source;
  ResampleRequest request;
  std::string pixels;  // hexadecimal
};

Golden ParseGolden(const std::string& line) {
  const std::vector<std::string> words = absl::StrSplit(line, ' ');
  const auto whole = [&words](int i) { return std::atoi(words[i].c_str()); };
  const auto real = [&words](int i) { return std::strtod(words[i].c_str(), nullptr); };
  Golden golden = {line, GeneratedPixels(whole(1), whole(2), whole(3)), {}, words[10]};
  golden.request.box = {real(4), real(5), real(6) - real(4), real(7) - real(5)};
  golden.request.size = {whole(8), whole(9)};
  golden.request.window = PictureRegion::Whole(golden.request.size);
  golden.request.filter = FilterOf(words[0]);
  return golden;
}

std::vector<Golden> ReadGoldens(const std::string& name) {
  std::vector<Golden> goldens;
  const auto text = ReadFile("data/augment/testdata/" + name);
  EXPECT_THAT(text, IsOk());
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(*text, '\n', absl::SkipEmpty()))) {
    goldens.push_back(ParseGolden(line));
  }
  return goldens;
}

std::string Hexadecimal(const Pixels& pixels, bool is_checksum) {
  if (is_checksum) return absl::StrCat("#", absl::Hex(crc32(0, pixels.data(), pixels.size()), absl::kZeroPad8));
  return absl::BytesToHexString({reinterpret_cast<const char*>(pixels.data()), pixels.size()});
}

TEST(ResampleGoldenTest, EqualsPillowBitForBit) {
  const std::vector<Golden> goldens = ReadGoldens("resample_pillow.txt");
  ASSERT_GT(goldens.size(), 500);
  for (const NamedKernels& kernels : AllResampleKernels()) {
    Resampler resampler(kernels.kernels);
    Picture result;
    for (const Golden& golden : goldens) {
      resampler.Resample(golden.source, golden.request, &result);
      ASSERT_EQ(Hexadecimal(result.pixels, golden.pixels[0] == '#'), golden.pixels) << kernels.name << ": " << golden.line;
    }
  }
}

// torch has weights of 16 bits.
TEST(ResampleGoldenTest, IsWithinOneOfTorchWithoutAntialiasing) {
  int64_t values = 0, different = 0;
  Resampler resampler;
  Picture result;
  for (Golden& golden : ReadGoldens("resample_torch.txt")) {
    golden.request.antialias = false;
    resampler.Resample(golden.source, golden.request, &result);
    const std::string torchs = absl::HexStringToBytes(golden.pixels);
    ASSERT_EQ(torchs.size(), result.pixels.size());
    for (size_t i = 0; i < torchs.size(); ++i) {
      const int difference = std::abs(static_cast<uint8_t>(torchs[i]) - result.pixels[i]);
      ASSERT_LE(difference, 1) << golden.line << ", value " << i;
      different += difference;
    }
    values += torchs.size();
  }
  EXPECT_LT(different, values / 50) << "of " << values;
}

}  // namespace
}  // namespace mica
