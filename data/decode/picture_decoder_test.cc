#include "data/decode/picture_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "data/decode/picture_header.h"
#include "data/decode/picture_mutator.h"
#include "data/decode/picture_samples.h"
#include "data/decode/problem_matchers.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr PictureFormat kFormats[] = {PictureFormat::kJpeg, PictureFormat::kPng, PictureFormat::kBmp, PictureFormat::kWebp,
                                      PictureFormat::kPnm};

uint32_t Crc32(const Pixels& pixels) {
  return crc32(0, pixels.data(), static_cast<uInt>(pixels.size()));
}

bool HasPictureOf(const PictureSample& sample, const Picture& picture) {
  return picture.height_px == sample.height_px && picture.width_px == sample.width_px && picture.channels == sample.channels &&
         Crc32(picture.pixels) == sample.pixels_crc32;
}

// The samples, and those of PNM, which are short enough to be written here.
std::vector<PictureSample> AllSamples() {
  std::vector<PictureSample> samples = PictureSamples();
  const auto add = [&](const char* name, int32_t height, int32_t width, absl::string_view bytes, const std::vector<uint8_t>& pixels) {
    const uint32_t checksum = crc32(0, pixels.data(), static_cast<uInt>(pixels.size()));
    const int32_t channels = static_cast<int32_t>(pixels.size()) / height / width;
    samples.push_back({name, PictureFormat::kPnm, height, width, channels, checksum, std::string(bytes)});
  };
  add("PnmPlainBits", 2, 3, "P1\n# two rows\n3 2\n010\n1 1 0\n", {255, 0, 255, 0, 0, 255});
  add("PnmPlainGrey", 1, 3, "P2 3 1 4 0 1 4 ", {0, 64, 255});
  add("PnmPlainRgb", 1, 2, "P3\n2 1\n255\n1 2 3\n4 5 6\n", {1, 2, 3, 4, 5, 6});
  add("PnmBits", 2, 9, absl::string_view("P4 9 2\n\x81\x80\xff\x00", 11),
      {0, 255, 255, 255, 255, 255, 255, 0, 0,  //
       0, 0, 0, 0, 0, 0, 0, 0, 255});
  add("PnmGrey", 2, 2, "P5 2 2 255\nabcd", {97, 98, 99, 100});
  add("PnmGrey16", 1, 3, absl::string_view("P5 3 1 65535\n\x00\x00\x80\x00\xff\xff", 19), {0, 128, 255});
  add("PnmRgb", 1, 2, "P6#comment\n2 1\n100\n\x01\x02\x03\x32\x63\x64", {3, 5, 8, 128, 252, 255});
  return samples;
}

class PictureSampleTest : public testing::TestWithParam<PictureSample> {};
INSTANTIATE_TEST_SUITE_P(AllKinds, PictureSampleTest, testing::ValuesIn(AllSamples()),
                         [](const testing::TestParamInfo<PictureSample>& info) { return info.param.name; });

TEST_P(PictureSampleTest, GivesThePixelsThatOtherProgramsRead) {
  Picture picture;
  EXPECT_THAT(PictureDecoder().Decode(GetParam().bytes, GetParam().format, &picture), IsEmpty());
  EXPECT_EQ(picture.height_px, GetParam().height_px);
  EXPECT_EQ(picture.width_px, GetParam().width_px);
  EXPECT_EQ(picture.channels, GetParam().channels);
  EXPECT_EQ(Crc32(picture.pixels), GetParam().pixels_crc32);
}

// W6: wherever a file is cut, there is the whole picture or none.
TEST_P(PictureSampleTest, GivesNoPartOfAPictureForTheBeginningOfAFile) {
  Picture picture;
  int pictures = 0;
  for (size_t size = 0; size < GetParam().bytes.size(); ++size) {
    const auto problems = PictureDecoder().Decode(GetParam().bytes.substr(0, size), GetParam().format, &picture);
    if (IsUsable(problems)) {
      ++pictures;
      ASSERT_TRUE(HasPictureOf(GetParam(), picture)) << size;
    } else {
      ASSERT_THAT(problems, ElementsAre(IsUnusable(PictureFault::kTruncated, testing::HasSubstr(" ends early (")))) << size;
      ASSERT_THAT(picture.pixels, IsEmpty()) << size;
    }
  }
  EXPECT_LT(pictures, static_cast<int>(GetParam().bytes.size()) / 2);
}

TEST_P(PictureSampleTest, DoesNotMindBytesBehindThePicture) {
  Picture picture;
  const std::string bytes = absl::StrCat(GetParam().bytes, "trailing bytes, as cameras and web servers add them");
  EXPECT_THAT(PictureDecoder().Decode(bytes, GetParam().format, &picture), IsEmpty());
  EXPECT_TRUE(HasPictureOf(GetParam(), picture));
}

TEST_P(PictureSampleTest, IsNoPictureOfAnotherFormat) {
  for (const PictureFormat format : kFormats) {
    if (format == GetParam().format) continue;
    const DecodeResult result = PictureDecoder().Decode(GetParam().bytes, format);
    EXPECT_FALSE(result.picture.has_value());
    EXPECT_FALSE(IsUsable(result.problems)) << PictureFormatName(format);
  }
}

TEST(PictureDecoderTest, ReusesTheMemoryOfAPicture) {
  const PictureSample& large = FindPictureSample("JpegBaseline444");
  const PictureSample& small = FindPictureSample("PngGrey");
  Picture picture;
  PictureDecoder().Decode(large.bytes, large.format, &picture);
  const uint8_t* const memory = picture.pixels.data();
  PictureDecoder().Decode("", small.format, &picture);
  EXPECT_THAT(picture.pixels, IsEmpty());
  PictureDecoder().Decode(small.bytes, small.format, &picture);
  EXPECT_TRUE(HasPictureOf(small, picture));
  EXPECT_EQ(picture.pixels.data(), memory);
}

TEST(PictureDecoderTest, GivesAPictureOfItsOwn) {
  const PictureSample& sample = FindPictureSample("WebpLossless");
  const DecodeResult result = PictureDecoder().Decode(sample.bytes, sample.format);
  ASSERT_TRUE(result.picture.has_value());
  EXPECT_TRUE(HasPictureOf(sample, *result.picture));
}

// A sample whose header claims another size, written where and how each format keeps it.
std::string Claiming(PictureFormat format, uint32_t height, uint32_t width) {
  const auto put = [](std::string bytes, size_t at, uint32_t value, int size, bool is_big_endian) {
    for (int i = 0; i < size; ++i) bytes[at + i] = static_cast<char>(value >> 8 * (is_big_endian ? size - 1 - i : i));
    return bytes;
  };
  switch (format) {
    case PictureFormat::kJpeg: {
      std::string bytes = FindPictureSample("JpegBaseline420").bytes;
      const size_t frame = bytes.find("\xff\xc0");
      return put(put(bytes, frame + 5, height, 2, true), frame + 7, width, 2, true);
    }
    case PictureFormat::kPng: {
      std::string bytes = put(put(FindPictureSample("PngRgb").bytes, 16, width, 4, true), 20, height, 4, true);
      return put(bytes, 29, crc32(0, reinterpret_cast<const Bytef*>(&bytes[12]), 17), 4, true);
    }
    case PictureFormat::kBmp:
      return put(put(FindPictureSample("BmpBgr24").bytes, 18, width, 4, false), 22, height, 4, false);
    case PictureFormat::kWebp: {
      std::string bytes = FindPictureSample("WebpLossy").bytes;
      const size_t frame = bytes.find("\x9d\x01\x2a");
      return put(put(bytes, frame + 3, width, 2, false), frame + 5, height, 2, false);
    }
    case PictureFormat::kPnm:
      return absl::StrCat("P6 ", width, " ", height, " 255\nabc");
  }
  return "";
}

class ClaimedSizeTest : public testing::TestWithParam<PictureFormat> {};
INSTANTIATE_TEST_SUITE_P(AllFormats, ClaimedSizeTest, testing::ValuesIn(kFormats),
                         [](const testing::TestParamInfo<PictureFormat>& info) { return std::string(PictureFormatName(info.param)); });

TEST_P(ClaimedSizeTest, RefusesMorePixelsThanTheLimit) {
  Picture picture;
  const auto problems = PictureDecoder().Decode(Claiming(GetParam(), 12345, 10011), GetParam(), &picture);
  EXPECT_THAT(problems, ElementsAre(IsUnusable(PictureFault::kTooLarge, "has 10011 x 12345 pixels; at most 89478485 are read")));
}

TEST_P(ClaimedSizeTest, RefusesAPictureWithoutPixels) {
  Picture picture;
  const std::string files[] = {Claiming(GetParam(), 0, 9), Claiming(GetParam(), 9, 0)};
  for (const std::string& bytes : files) {
    const auto problems = PictureDecoder().Decode(bytes, GetParam(), &picture);
    EXPECT_THAT(problems, ElementsAre(IsUnusable(PictureFault::kBrokenHeader, Not(IsEmpty()))));
  }
}

int64_t PeakMemoryBytes() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return int64_t{usage.ru_maxrss} << 10;
}

TEST_P(ClaimedSizeTest, TouchesNoMemoryForRowsThatAreMissing) {
  Picture picture;
  const int64_t before = PeakMemoryBytes();
  const auto problems = PictureDecoder().Decode(Claiming(GetParam(), 9000, 9000), GetParam(), &picture);
  // To libwebp, so much less than the size needs is not only short.
  const PictureFault fault = GetParam() == PictureFormat::kWebp ? PictureFault::kCorrupt : PictureFault::kTruncated;
  EXPECT_THAT(problems, ElementsAre(IsUnusable(fault, testing::HasSubstr(" of 9000)"))));
  EXPECT_LT(PeakMemoryBytes() - before, 32 << 20);  // the pixels alone would be 243 MB
}

// All that this process has, and 64 MB.
void LimitMemory() {
  int64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const rlim_t bytes = pages * sysconf(_SC_PAGESIZE) + (64 << 20);
  const rlimit limit = {bytes, bytes};
  if (setrlimit(RLIMIT_AS, &limit) != 0) std::exit(1);
}

// A progressive picture's coefficients are libjpeg's to allocate, other pixels are ours.
TEST(PictureDecoderTest, SaysThatMemoryMayBeThereAnotherTime) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer has reserved all addresses before";
#endif
  std::string progressive = FindPictureSample("JpegProgressive422").bytes;
  progressive.replace(progressive.find("\xff\xc2") + 5, 4, "\x20\x20\x20\x20");
  for (const auto& [bytes, format] : {std::pair(progressive, PictureFormat::kJpeg),
                                      {Claiming(PictureFormat::kJpeg, 9000, 9000), PictureFormat::kJpeg},
                                      {Claiming(PictureFormat::kPng, 9000, 9000), PictureFormat::kPng},
                                      {Claiming(PictureFormat::kWebp, 9000, 9000), PictureFormat::kWebp}}) {
    const auto decode = [&bytes = bytes, format = format] {
      LimitMemory();
      for (const PictureProblem& problem : PictureDecoder().Decode(bytes, format).problems) {
        std::cerr << PictureFaultName(problem.fault) << ": " << problem.message << (problem.may_pass ? " (may pass)" : "");
      }
      std::exit(0);
    };
    EXPECT_EXIT(decode(), testing::ExitedWithCode(0),
                "too large: needs more memory to be decoded than is left; free some, or lower loader.threads .may pass.");
  }
}

class MutatedPictureTest : public testing::TestWithParam<PictureFormat> {};
INSTANTIATE_TEST_SUITE_P(AllFormats, MutatedPictureTest, testing::ValuesIn(kFormats),
                         [](const testing::TestParamInfo<PictureFormat>& info) { return std::string(PictureFormatName(info.param)); });

// Calls `use` with kMutants mutants of the samples of a format.
constexpr int kMutants = 20000;
void ForEachMutant(PictureFormat format, const std::function<void(int number, const std::string& mutant)>& use) {
  std::vector<PictureSample> samples;
  for (PictureSample& sample : AllSamples()) {
    if (sample.format == format) samples.push_back(std::move(sample));
  }
  std::mt19937 random(20240611);
  for (int i = 0; i < kMutants && !testing::Test::HasFatalFailure(); ++i) {
    use(i, MutatePicture(samples[i % samples.size()].bytes, format, &random));
  }
}

// Whatever the bytes are, there is a picture or a problem, soon and without a word on stderr.
TEST_P(MutatedPictureTest, GivesAPictureOrAProblem) {
  Picture picture;
  int usable = 0;
  std::chrono::duration<double> longest(0);
  testing::internal::CaptureStderr();
  ForEachMutant(GetParam(), [&](int i, const std::string& mutant) {
    const auto start = std::chrono::steady_clock::now();
    const auto problems = PictureDecoder().Decode(mutant, GetParam(), &picture);
    longest = std::max<std::chrono::duration<double>>(longest, std::chrono::steady_clock::now() - start);
    ASSERT_EQ(picture.pixels.size(), static_cast<size_t>(picture.height_px * picture.row_bytes())) << i;
    ASSERT_EQ(IsUsable(problems), !picture.pixels.empty()) << i;
    for (const PictureProblem& problem : problems) ASSERT_THAT(problem.message, Not(IsEmpty())) << i;
    usable += IsUsable(problems);
  });
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_GT(usable, kMutants / 100) << "the mutants are too wild to test what lies behind the header";
  EXPECT_LT(longest.count(), 10);
  RecordProperty("longest_ms", static_cast<int>(longest.count() * 1000));
}

// The shape that the header promises is that of the picture. BMP and PNM share the parser of their
// headers, so what the decoder reads is not refused by the other either.
void ExpectHeaderOf(const std::string& bytes, PictureFormat format, const Picture& picture, int* headers) {
  const ProbeResult probe = ProbePicture(bytes);
  const bool has_one_parser = format == PictureFormat::kBmp || format == PictureFormat::kPnm;
  ASSERT_TRUE(probe.header.has_value() || !has_one_parser) << probe.problem->message;
  if (!probe.header.has_value()) return;
  ++*headers;
  ASSERT_EQ(probe.header->format, format);
  ASSERT_EQ(probe.header->width_px, picture.width_px);
  ASSERT_EQ(probe.header->height_px, picture.height_px);
}

TEST_P(MutatedPictureTest, HasTheSizeOfItsHeader) {
  Picture picture;
  int headers = 0;
  ForEachMutant(GetParam(), [&](int i, const std::string& mutant) {
    if (!IsUsable(PictureDecoder().Decode(mutant, GetParam(), &picture))) return;
    ASSERT_NO_FATAL_FAILURE(ExpectHeaderOf(mutant, GetParam(), picture, &headers)) << i;
  });
  EXPECT_GT(headers, kMutants / 100);
  RecordProperty("headers", headers);
}

TEST_P(PictureSampleTest, HasTheSizeOfItsHeader) {
  Picture picture;
  ASSERT_THAT(PictureDecoder().Decode(GetParam().bytes, GetParam().format, &picture), IsEmpty());
  int headers = 0;
  ExpectHeaderOf(GetParam().bytes, GetParam().format, picture, &headers);
  EXPECT_EQ(headers, 1);
}

}  // namespace
}  // namespace mica
