#include "data/augment/colour_ops.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/processor_versions.h"
#include "data/augment/clamped_byte.h"
#include "data/augment/rgb_block.h"

namespace mica {
namespace {

// Pixels behind the last are black, whose grey is 0.
[[gnu::always_inline]] inline float Grey(uint8_t red, uint8_t green, uint8_t blue) {
  const float grey = __builtin_fmaf(blue, 0.114f, __builtin_fmaf(green, 0.587f, red * 0.2989f));
  return static_cast<float>(static_cast<int32_t>(grey));
}

// value * factor + mean * mean_factor, the latter two fused.
MICA_PROCESSOR_VERSIONS void BlendWith(float mean, float factor, float mean_factor, int64_t count, uint8_t* values) {
  for (int64_t i = 0; i < count; ++i) values[i] = ClampedByte(__builtin_fmaf(mean, mean_factor, values[i] * factor));
}

MICA_PROCESSOR_VERSIONS int64_t GreySum(const uint8_t* pixels, int64_t count) {
  int64_t sum = 0;
  ReadRgbBlocks(
      pixels, count, [&sum](const RgbBlock& block) __attribute__((always_inline)) {
        int32_t part = 0;
        for (int i = 0; i < kBlockPixels; ++i) part += static_cast<int32_t>(Grey(block.red[i], block.green[i], block.blue[i]));
        sum += part;
      });
  return sum;
}

MICA_PROCESSOR_VERSIONS int64_t Sum(const uint8_t* values, int64_t count) {
  int64_t sum = 0;
  for (int64_t i = 0; i < count; ++i) sum += values[i];
  return sum;
}

MICA_PROCESSOR_VERSIONS void BlendWithGrey(float factor, float grey_factor, int64_t count, uint8_t* pixels) {
  ChangeRgbBlocks(
      pixels, count, [=](RgbBlock * block) __attribute__((always_inline)) {
        for (int i = 0; i < kBlockPixels; ++i) {
          const float grey = Grey(block->red[i], block->green[i], block->blue[i]);
          block->red[i] = ClampedByte(__builtin_fmaf(grey, grey_factor, block->red[i] * factor));
          block->green[i] = ClampedByte(__builtin_fmaf(grey, grey_factor, block->green[i] * factor));
          block->blue[i] = ClampedByte(__builtin_fmaf(grey, grey_factor, block->blue[i] * factor));
        }
      });
}

MICA_PROCESSOR_VERSIONS void MakeGrey(int64_t count, uint8_t* pixels) {
  ChangeRgbBlocks(
      pixels, count, [](RgbBlock * block) __attribute__((always_inline)) {
        for (int i = 0; i < kBlockPixels; ++i) {
          const uint8_t grey = static_cast<uint8_t>(Grey(block->red[i], block->green[i], block->blue[i]));
          block->red[i] = block->green[i] = block->blue[i] = grey;
        }
      });
}

// Hues are parts of the circle, [0, 1]; saturations and values are in [0, 1].
struct HsvPixel {
  float hue, saturation, value;
};

[[gnu::always_inline]] inline HsvPixel ToHsv(float red, float green, float blue) {
  const float red_or_green = red > green ? red : green;
  const float largest = red_or_green > blue ? red_or_green : blue;
  const float red_or_green_least = red < green ? red : green;
  const float least = red_or_green_least < blue ? red_or_green_least : blue;
  const float range = largest - least;
  const float divisor = range == 0 ? 1 : range;
  const float from_red = (largest - red) / divisor;
  const float from_green = (largest - green) / divisor;
  const float from_blue = (largest - blue) / divisor;
  const float near_red = from_blue - from_green;
  const float near_green = from_red + 2 - from_blue;
  const float near_blue = from_green + 4 - from_red;
  const float sixths = largest == red ? near_red : largest == green ? near_green : near_blue;
  const float turned = sixths * (1.0f / 6) + 1;
  return {turned - static_cast<float>(static_cast<int32_t>(turned)), range / (range == 0 ? 1 : largest), largest};
}

// Rounding may give 1, as in torch.
[[gnu::always_inline]] inline float IntoCircle(float hue) {
  const float cut = static_cast<float>(static_cast<int32_t>(hue));
  return hue - (hue < cut ? cut - 1 : cut);
}

[[gnu::always_inline]] inline float Unit(float value) {
  const float above = value < 0 ? 0 : value;
  return above > 1 ? 1 : above;
}

// A number in [0, 1] as torchvision makes a byte of it.
[[gnu::always_inline]] inline uint8_t ByteOf(float value) {
  return static_cast<uint8_t>(static_cast<int32_t>(value * 255.999f));
}

[[gnu::always_inline]] inline void FromHsv(HsvPixel pixel, uint8_t* red, uint8_t* green, uint8_t* blue) {
  const float sixths = pixel.hue * 6;
  const int32_t sector = static_cast<int32_t>(sixths);  // 6 is 0
  const float part = pixel.saturation * (sixths - static_cast<float>(sector));
  const float white = 1 - pixel.saturation;
  const float v = pixel.value;
  const float q = Unit((1 - part) * v);
  const float t = Unit((part + white) * v);
  const float p = Unit(white * v);
  *red = ByteOf(sector == 1 ? q : sector == 2 || sector == 3 ? p : sector == 4 ? t : v);
  *green = ByteOf(sector == 1 || sector == 2 ? v : sector == 3 ? q : sector == 4 || sector == 5 ? p : t);
  *blue = ByteOf(sector == 2 ? t : sector == 3 || sector == 4 ? v : sector == 5 ? q : p);
}

MICA_PROCESSOR_VERSIONS void ShiftHue(float shift, int64_t count, uint8_t* pixels) {
  ChangeRgbBlocks(
      pixels, count, [shift](RgbBlock * block) __attribute__((always_inline)) {
        constexpr float kUnit = 1.0f / 255;
        for (int i = 0; i < kBlockPixels; ++i) {
          HsvPixel pixel = ToHsv(block->red[i] * kUnit, block->green[i] * kUnit, block->blue[i] * kUnit);
          pixel.hue = IntoCircle(pixel.hue + shift);
          FromHsv(pixel, &block->red[i], &block->green[i], &block->blue[i]);
        }
      });
}

MICA_PROCESSOR_VERSIONS void InvertFrom(uint8_t least, int64_t count, uint8_t* values) {
  for (int64_t i = 0; i < count; ++i) values[i] = values[i] >= least ? ~values[i] : values[i];
}

MICA_PROCESSOR_VERSIONS void Mask(uint8_t mask, int64_t count, uint8_t* values) {
  for (int64_t i = 0; i < count; ++i) values[i] &= mask;
}

int64_t Count(const Picture& picture) {
  return static_cast<int64_t>(picture.pixels.size());
}

int64_t PixelCount(const Picture& picture) {
  return int64_t{picture.height_px} * picture.width_px;
}

}  // namespace

void AdjustBrightness(double factor, Picture* picture) {
  BlendWith(/*mean=*/0, static_cast<float>(factor), /*mean_factor=*/0, Count(*picture), picture->pixels.data());
}

void AdjustContrast(double factor, Picture* picture) {
  const int64_t count = PixelCount(*picture);
  if (count == 0) return;
  uint8_t* const pixels = picture->pixels.data();
  const int64_t sum = picture->channels == 3 ? GreySum(pixels, count) : Sum(pixels, count);
  const float mean = static_cast<float>(sum) / static_cast<float>(count);
  BlendWith(mean, static_cast<float>(factor), static_cast<float>(1 - factor), Count(*picture), pixels);
}

void AdjustSaturation(double factor, Picture* picture) {
  if (picture->channels != 3) return;
  BlendWithGrey(static_cast<float>(factor), static_cast<float>(1 - factor), PixelCount(*picture), picture->pixels.data());
}

void AdjustHue(double shift, Picture* picture) {
  if (picture->channels != 3) return;
  ShiftHue(static_cast<float>(shift), PixelCount(*picture), picture->pixels.data());
}

void ToGrey(Picture* picture) {
  if (picture->channels == 3) MakeGrey(PixelCount(*picture), picture->pixels.data());
}

void Invert(Picture* picture) {
  InvertFrom(0, Count(*picture), picture->pixels.data());
}

void Posterize(int bits, Picture* picture) {
  Mask(static_cast<uint8_t>(0xff00 >> bits), Count(*picture), picture->pixels.data());
}

void Solarize(double threshold, Picture* picture) {
  if (threshold > 255) return;
  InvertFrom(static_cast<uint8_t>(std::ceil(std::max(threshold, 0.0))), Count(*picture), picture->pixels.data());
}

}  // namespace mica
