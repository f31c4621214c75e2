#include "data/decode/picture_encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <random>
#include <string>
#include <typeinfo>

#include "base/testing/status_matchers.h"
#include "data/decode/picture_decoder.h"

namespace {

// What this file's operator new throws, to be told apart from the encoder's own std::bad_alloc.
struct NoMemoryLeft : std::bad_alloc {};

int64_t allocations_left = -1;  // -1: as many as there is memory for

}  // namespace

void* operator new(size_t size) {
  if (allocations_left == 0) throw NoMemoryLeft();
  if (allocations_left > 0) --allocations_left;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, size_t /*size*/) noexcept {
  std::free(memory);
}

namespace mica {
namespace {

using ::testing::HasSubstr;

Picture RandomPicture(std::mt19937* random) {
  Picture picture;
  const auto side = [&] { return static_cast<int32_t>(1 + (*random)() % 40); };
  picture.Reshape(side(), side(), (*random)() % 2 == 0 ? 1 : 3);
  const int values = (*random)() % 2 == 0 ? 256 : 3;
  for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>((*random)() % values);
  return picture;
}

// Slow changes, as photographs have; colours that differ.
Picture SmoothPicture(int32_t channels) {
  Picture picture;
  picture.Reshape(40, 60, channels);
  for (int32_t y = 0; y < 40; ++y) {
    for (int32_t x = 0; x < 60; ++x) {
      for (int32_t channel = 0; channel < channels; ++channel) {
        picture.Row(y)[x * channels + channel] = static_cast<uint8_t>(channel == 0 ? 4 * x : channel == 1 ? 6 * y : 255 - 2 * x - 2 * y);
      }
    }
  }
  return picture;
}

Picture Decoded(const std::string& bytes, PictureFormat format) {
  Picture picture;
  const auto problems = PictureDecoder().Decode(bytes, format, &picture);
  EXPECT_THAT(problems, testing::IsEmpty());
  return picture;
}

bool HaveOneShape(const Picture& a, const Picture& b) {
  return a.height_px == b.height_px && a.width_px == b.width_px && a.channels == b.channels;
}

double MeanDifference(const Picture& a, const Picture& b) {
  double sum = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(a.pixels[i] - b.pixels[i]);
  return sum / static_cast<double>(a.pixels.size());
}

TEST(PictureEncoderTest, PngKeepsEveryValue) {
  std::mt19937 random(7);
  for (int i = 0; i < 300; ++i) {
    const Picture picture = RandomPicture(&random);
    const Picture decoded = Decoded(EncodePng(picture), PictureFormat::kPng);
    ASSERT_TRUE(HaveOneShape(decoded, picture)) << i;
    ASSERT_EQ(decoded.pixels, picture.pixels) << i;
  }
}

TEST(PictureEncoderTest, PngTakesOnePixelAndLongRows) {
  for (const int32_t width : {1, 70000, 1000001}) {
    Picture picture;
    picture.Reshape(1, width, 1);
    std::fill(picture.pixels.begin(), picture.pixels.end(), 77);
    EXPECT_EQ(Decoded(EncodePng(picture), PictureFormat::kPng).pixels, picture.pixels);
  }
}

TEST(PictureEncoderTest, JpegIsCloseAndCloserWithMoreQuality) {
  for (const int32_t channels : {1, 3}) {
    const Picture picture = SmoothPicture(channels);
    double last = 255;
    size_t last_size = 0;
    for (const int quality : {5, 50, 95}) {
      const absl::StatusOr<std::string> bytes = EncodeJpeg(picture, quality);
      ASSERT_THAT(bytes, IsOk());
      const Picture decoded = Decoded(*bytes, PictureFormat::kJpeg);
      ASSERT_TRUE(HaveOneShape(decoded, picture));
      EXPECT_LT(MeanDifference(decoded, picture), last);
      EXPECT_GT(bytes->size(), last_size);
      last = MeanDifference(decoded, picture);
      last_size = bytes->size();
    }
    EXPECT_LT(last, 1.5);
  }
}

// The first allocations are those of libpng's callbacks: libpng is C and takes its own memory from
// malloc. No exception may pass through it.
TEST(PictureEncoderTest, PngWithoutMemoryThrowsBehindLibpng) {
  std::mt19937 random(3);
  Picture picture;
  picture.Reshape(300, 300, 3);
  for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>(random());
  const std::string whole = EncodePng(picture);
  int failures = 0;
  for (bool is_written = false; !is_written; ++failures) {
    std::string bytes;
    bool is_own = true;
    allocations_left = failures;
    try {
      bytes = EncodePng(picture);
      is_written = true;
    } catch (const std::bad_alloc& error) {
      is_own = typeid(error) == typeid(std::bad_alloc);
    }
    allocations_left = -1;
    EXPECT_TRUE(is_own) << failures;
    if (is_written) {
      EXPECT_EQ(bytes, whole);
    }
  }
  EXPECT_GT(failures, 3);
}

// The frame's header ends with 3 bytes a component; the second has its resolution.
TEST(PictureEncoderTest, JpegHalvesColoursBelowQuality90AndWhereAsked) {
  const auto resolution = [](int quality, JpegColours colours = JpegColours::kByQuality) {
    const std::string bytes = *EncodeJpeg(SmoothPicture(3), quality, colours);
    return static_cast<int>(bytes[bytes.find("\xff\xc0") + 11]);
  };
  EXPECT_EQ(resolution(89), 0x22);
  EXPECT_EQ(resolution(90), 0x11);
  EXPECT_EQ(resolution(90, JpegColours::kHalfResolution), 0x22);
}

TEST(PictureEncoderTest, RefusesAJpegWithLongRows) {
  Picture picture;
  picture.Reshape(1, 65501, 1);
  EXPECT_THAT(EncodeJpeg(picture, 75), Fails(ExitCode::kOutput, HasSubstr("at most 65500 pixels a side, and the picture has 65501 x 1")));
}

TEST(PictureEncoderDeathTest, TakesNoPictureWithoutPixels) {
  EXPECT_DEATH(EncodePng(Picture()), "picture.height_px > 0");
}

}  // namespace
}  // namespace mica
