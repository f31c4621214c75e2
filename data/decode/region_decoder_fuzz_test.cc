// Random regions of damaged pictures: whatever the bytes are, there is a part of the right size or
// a problem in words, and the part is that of the whole picture wherever that can be decoded.
// MICA_FUZZ_SECONDS=60 gives each format a minute instead of a fixed number of mutants:
//   bazel test --config=asan --test_env=MICA_FUZZ_SECONDS=60 //data/decode:region_decoder_fuzz_test
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "base/config/parse_text_or_die.h"
#include "data/decode/picture_header.h"
#include "data/decode/picture_mutator.h"
#include "data/decode/picture_samples.h"
#include "data/decode/region_decoder.h"
#include "data/decode/test_pictures.h"

namespace mica {
namespace {

using Clock = std::chrono::steady_clock;

constexpr PictureFormat kFormats[] = {PictureFormat::kJpeg, PictureFormat::kPng, PictureFormat::kBmp, PictureFormat::kWebp,
                                      PictureFormat::kPnm};
constexpr int kMutants = 4000;
constexpr int64_t kSmallPixels = 1 << 20;  // of larger claims, only a part is decoded, to try more of them

std::vector<std::string> SeedsOf(PictureFormat format) {
  std::vector<std::string> seeds;
  for (const PictureSample& sample : PictureSamples()) {
    if (sample.format == format) seeds.push_back(sample.bytes);
  }
  for (const TestPicture& picture : TestPictures()) {
    const ProbeResult probe = ProbePicture(picture.bytes);
    if (probe.header.has_value() && probe.header->format == format) seeds.push_back(picture.bytes);
  }
  if (format == PictureFormat::kPnm) {
    for (const char* text : {"P1\n# two rows\n3 2\n010\n1 1 0\n", "P3\n2 1\n255\n1 2 3\n4 5 6\n", "P5 2 2 255\nabcd"})
      seeds.push_back(text);
  }
  return seeds;
}

class Fuzzer {
 public:
  explicit Fuzzer(PictureFormat format) : format_(format), seeds_(SeedsOf(format)) {
    for (const char* config : {"", "alpha: OVER_WHITE", "alpha: OVER_BLACK orientation: IGNORE jpeg_reduction: false"}) {
      for (const int channels : {1, 3}) decoders_.emplace_back(ParseTextOrDie<DecodeConfig>(config), channels);
    }
    for (const std::string& seed : seeds_) headers_.push_back(*ProbePicture(seed).header);
  }

  void Try() {
    const size_t seed = Below(seeds_.size());
    const std::string mutant = MutatePicture(seeds_[seed], format_, &random_);
    const ProbeResult probe = ProbePicture(mutant);
    // Now and then a header that the bytes had before.
    const bool is_stale = !probe.header.has_value() || Below(8) == 0;
    const PictureHeader header = is_stale ? headers_[seed] : *probe.header;
    const RegionDecoder& decoder = decoders_[Below(decoders_.size())];
    const PictureRegion region = RandomRegion(decoder.SizeOf(header));
    const PictureSize output = Below(2) == 0 ? PictureSize{} : PictureSize{Side(region.height_px), Side(region.width_px)};
    const auto problems = decoder.Decode(mutant, header, region, output, &part_);
    ASSERT_NO_FATAL_FAILURE(ExpectPart(problems, region));
    usable_ += IsUsable(problems);
    if (is_stale) return;
    ASSERT_NO_FATAL_FAILURE(ExpectThatOfTheWhole(mutant, header, decoder, region));
  }

  int usable() const { return usable_; }
  int compared() const { return compared_; }

 private:
  size_t Below(size_t bound) { return random_() % bound; }
  int32_t Side(int32_t side) { return 1 + static_cast<int32_t>(Below(static_cast<size_t>(side))) / (Below(2) == 0 ? 1 : 8); }

  PictureRegion RandomRegion(PictureSize size) {
    PictureRegion region;
    region.left_px = Below(4) == 0 ? 0 : static_cast<int32_t>(Below(size.width_px));
    region.top_px = Below(4) == 0 ? 0 : static_cast<int32_t>(Below(size.height_px));
    region.width_px = Side(size.width_px - region.left_px);
    region.height_px = Side(size.height_px - region.top_px);
    return region;
  }

  void ExpectPart(const std::vector<PictureProblem>& problems, const PictureRegion& region) {
    const Picture& pixels = part_.pixels;
    ASSERT_EQ(pixels.pixels.size(), static_cast<size_t>(pixels.height_px * pixels.row_bytes()));
    ASSERT_EQ(IsUsable(problems), !pixels.pixels.empty());
    for (const PictureProblem& problem : problems) ASSERT_FALSE(problem.message.empty());
    if (!IsUsable(problems)) return;
    const double reduction = region.width_px / part_.box.width;
    ASSERT_TRUE(reduction == 1 || reduction == 2 || reduction == 4 || reduction == 8) << reduction;
    ASSERT_GE(part_.box.left, 0);
    ASSERT_GE(part_.box.top, 0);
    ASSERT_GE(pixels.width_px, std::ceil(part_.box.left + part_.box.width));
    ASSERT_GE(pixels.height_px, std::ceil(part_.box.top + part_.box.height));
  }

  void ExpectThatOfTheWhole(const std::string& mutant, const PictureHeader& header, const RegionDecoder& decoder,
                            const PictureRegion& region) {
    const PictureSize size = decoder.SizeOf(header);
    if (size.pixels() > kSmallPixels) return;
    if (!IsUsable(decoder.Decode(mutant, header, PictureRegion::Whole(size), {}, &whole_))) return;
    const auto problems = decoder.Decode(mutant, header, region, {}, &part_);
    ASSERT_TRUE(IsUsable(problems)) << problems[0].message;
    const int channels = whole_.pixels.channels;
    for (int32_t y = 0; y < region.height_px; ++y) {
      const uint8_t* const expected = whole_.pixels.Row(region.top_px + y) + int64_t{region.left_px} * channels;
      const uint8_t* const found =
          part_.pixels.Row(static_cast<int32_t>(part_.box.top) + y) + static_cast<int32_t>(part_.box.left) * channels;
      ASSERT_EQ(std::memcmp(found, expected, static_cast<size_t>(region.width_px) * channels), 0) << y;
    }
    ++compared_;
  }

  const PictureFormat format_;
  const std::vector<std::string> seeds_;
  std::vector<PictureHeader> headers_;
  std::vector<RegionDecoder> decoders_;
  std::mt19937 random_{20240612};
  PicturePart part_;
  PicturePart whole_;
  int usable_ = 0;
  int compared_ = 0;
};

class RegionDecoderFuzzTest : public testing::TestWithParam<PictureFormat> {};
INSTANTIATE_TEST_SUITE_P(AllFormats, RegionDecoderFuzzTest, testing::ValuesIn(kFormats),
                         [](const testing::TestParamInfo<PictureFormat>& info) { return std::string(PictureFormatName(info.param)); });

TEST_P(RegionDecoderFuzzTest, GivesThePartOrAProblem) {
  const char* const seconds = std::getenv("MICA_FUZZ_SECONDS");
  const auto end = Clock::now() + std::chrono::seconds(seconds == nullptr ? 0 : std::atoi(seconds));
  Fuzzer fuzzer(GetParam());
  int mutants = 0;
  std::chrono::duration<double> longest(0);
  testing::internal::CaptureStderr();
  for (; (mutants < kMutants || Clock::now() < end) && !HasFatalFailure(); ++mutants) {
    const auto start = Clock::now();
    fuzzer.Try();
    longest = std::max<std::chrono::duration<double>>(longest, Clock::now() - start);
  }
  EXPECT_FALSE(HasFatalFailure()) << "mutant " << mutants;
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_GT(fuzzer.usable(), mutants / 50) << "the mutants are too wild to test what lies behind the header";
  EXPECT_GT(fuzzer.compared(), mutants / 50);
  std::cout << PictureFormatName(GetParam()) << " mutants=" << mutants << " usable=" << fuzzer.usable() << " compared=" << fuzzer.compared()
            << " longest_ms=" << static_cast<int>(longest.count() * 1000) << "\n";
}

}  // namespace
}  // namespace mica
