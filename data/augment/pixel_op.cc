#include "data/augment/pixel_op.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/rng.h"
#include "data/augment/colour_ops.h"
#include "data/augment/histogram_ops.h"
#include "data/augment/random_draws.h"
#include "data/augment/sharpness.h"

namespace mica {
namespace {

struct SizeRule {
  PictureSize before;

  PictureSize operator()(const CropOp& op) const { return op.region.size(); }
  PictureSize operator()(const ScaleOp& op) const { return op.size; }
  PictureSize operator()(const PadOp& op) const {
    return {before.height_px + op.margins.top_px + op.margins.bottom_px, before.width_px + op.margins.left_px + op.margins.right_px};
  }
  template <typename Op>
  PictureSize operator()(const Op&) const {
    return before;
  }
};

void FlipRow(uint8_t* row, int32_t width, int32_t channels) {
  if (channels == 1) return std::reverse(row, row + width);
  uint8_t* left = row;
  uint8_t* right = row + int64_t{3} * (width - 1);
  for (; left < right; left += 3, right -= 3) std::swap_ranges(left, left + 3, right);
}

void Colour(const ColourOp& op, Picture* picture, Picture* spare) {
  switch (op.kind) {
    case ColourOp::Kind::kBrightness:
      return AdjustBrightness(op.amount, picture);
    case ColourOp::Kind::kContrast:
      return AdjustContrast(op.amount, picture);
    case ColourOp::Kind::kSaturation:
      return AdjustSaturation(op.amount, picture);
    case ColourOp::Kind::kHue:
      return AdjustHue(op.amount, picture);
    case ColourOp::Kind::kSharpness:
      return AdjustSharpness(op.amount, picture, spare);
    case ColourOp::Kind::kPosterize:
      return Posterize(static_cast<int>(op.amount), picture);
    case ColourOp::Kind::kSolarize:
      return Solarize(op.amount, picture);
    case ColourOp::Kind::kGrey:
      return ToGrey(picture);
    case ColourOp::Kind::kAutoContrast:
      return AutoContrast(picture);
    case ColourOp::Kind::kEqualize:
      return Equalize(picture);
    case ColourOp::Kind::kInvert:
      return Invert(picture);
  }
}

void Copy(const Picture& from, Picture* to) {
  to->Reshape(from.height_px, from.width_px, from.channels);
  std::memcpy(to->pixels.data(), from.pixels.data(), from.pixels.size());
}

void AddWeighted(const Picture& picture, float weight, std::vector<float>* mix) {
  const uint8_t* const __restrict pixels = picture.pixels.data();
  float* const __restrict sums = mix->data();
  const size_t size = mix->size();
  for (size_t i = 0; i < size; ++i) sums[i] += weight * pixels[i];
}

// Cut off, as torch does it.
void ToPixels(const std::vector<float>& mix, Picture* picture) {
  const float* const __restrict sums = mix.data();
  uint8_t* const __restrict pixels = picture->pixels.data();
  const size_t size = mix.size();
  for (size_t i = 0; i < size; ++i) pixels[i] = static_cast<uint8_t>(static_cast<int32_t>(sums[i]));
}

class Runner {
 public:
  Runner(Picture* picture, PixelOpScratch* scratch) : picture_(picture), scratch_(scratch) {}

  void Run(absl::Span<const PixelOp> ops) {
    while (!ops.empty()) {
      if (const MixOp* const mix = std::get_if<MixOp>(&ops[0])) {
        ops = Mix(*mix, ops.subspan(1));
      } else {
        std::visit(*this, ops[0]);
        ops.remove_prefix(1);
      }
    }
  }

  void operator()(const CropOp& op) {
    scratch_->spare.Reshape(op.region.height_px, op.region.width_px, picture_->channels);
    for (int32_t y = 0; y < op.region.height_px; ++y) {
      const uint8_t* const from = picture_->Row(op.region.top_px + y) + int64_t{op.region.left_px} * picture_->channels;
      std::memcpy(scratch_->spare.Row(y), from, scratch_->spare.row_bytes());
    }
    TakeSpare();
  }
  void operator()(const ScaleOp& op) {
    ResampleRequest request;
    request.box = {0, 0, 1. * picture_->width_px, 1. * picture_->height_px};
    request.size = op.size;
    request.window = PictureRegion::Whole(op.size);
    request.filter = op.filter;
    request.antialias = op.antialias;
    scratch_->resampler.Resample(*picture_, request, &scratch_->spare);
    TakeSpare();
  }
  void operator()(const FlipOp& op) {
    const int64_t height = picture_->height_px;
    if (!op.is_vertical) {
      for (int64_t y = 0; y < height; ++y) FlipRow(picture_->Row(y), picture_->width_px, picture_->channels);
      return;
    }
    for (int64_t y = 0; y < height / 2; ++y) {
      std::swap_ranges(picture_->Row(y), picture_->Row(y) + picture_->row_bytes(), picture_->Row(height - 1 - y));
    }
  }
  void operator()(const PadOp& op) {
    Pad(*picture_, op.margins, op.mode, op.fill, &scratch_->spare);
    TakeSpare();
  }
  void operator()(const AffineOp& op) {
    WarpAffine(*picture_, InverseAffineMatrix(op.motion), op.filter, op.fill, &scratch_->spare);
    TakeSpare();
  }
  void operator()(const PerspectiveOp& op) {
    WarpPerspective(*picture_, op.coefficients, op.filter, op.fill, &scratch_->spare);
    TakeSpare();
  }
  void operator()(const ColourOp& op) { Colour(op, picture_, &scratch_->spare); }
  void operator()(const BlurOp& op) { GaussianBlur(op.kernel_px, op.sigma_px, picture_, &scratch_->blur); }
  void operator()(const EraseOp& op) {
    uint8_t value[3];
    for (int channel = 0; channel < 3; ++channel) value[channel] = static_cast<uint8_t>(std::lround(255 * op.value[channel]));
    for (int32_t y = op.region.top_px; y < op.region.bottom_px(); ++y) {
      uint8_t* pixel = picture_->Row(y) + int64_t{op.region.left_px} * picture_->channels;
      for (int32_t x = 0; x < op.region.width_px; ++x, pixel += picture_->channels) std::memcpy(pixel, value, picture_->channels);
    }
  }
  void operator()(const MixOp&) { LOG(FATAL) << "a mix has no chains"; }
  void operator()(const ChainOp&) { LOG(FATAL) << "a chain stands outside a mix"; }

 private:
  void TakeSpare() { std::swap(*picture_, scratch_->spare); }

  // Returns the operations behind it. A chain holds no mix.
  absl::Span<const PixelOp> Mix(const MixOp& op, absl::Span<const PixelOp> ops) {
    Copy(*picture_, &scratch_->original);
    scratch_->mix.assign(picture_->pixels.size(), 0.f);
    AddWeighted(*picture_, op.weight, &scratch_->mix);
    for (int32_t i = 0; i < op.chains; ++i) {
      const ChainOp& chain = std::get<ChainOp>(ops[0]);
      Copy(scratch_->original, picture_);
      Run(ops.subspan(1, chain.length));
      AddWeighted(*picture_, chain.weight, &scratch_->mix);
      ops.remove_prefix(1 + chain.length);
    }
    ToPixels(scratch_->mix, picture_);
    return ops;
  }

  Picture* const picture_;
  PixelOpScratch* const scratch_;
};

// Mean 0, deviation 1 (Box and Muller 1958), at most 6.8.
class NormalNoise {
 public:
  explicit NormalNoise(uint64_t seed) : rng_(seed, RngStream::kAugmentation, 0, 0) {}

  float Next() {
    has_second_ = !has_second_;
    if (!has_second_) return second_;
    constexpr float kUnit = 1.f / 4294967296;
    const float radius = std::sqrt(-2 * std::log((rng_.NextU32() + 0.5f) * kUnit));
    const float angle = 6.2831853f * kUnit * rng_.NextU32();
    second_ = radius * std::sin(angle);
    return radius * std::cos(angle);
  }

 private:
  Rng rng_;
  bool has_second_ = false;
  float second_ = 0;
};

}  // namespace

PictureSize SizeAfter(const PixelOp& op, PictureSize before) {
  return std::visit(SizeRule{before}, op);
}

void RunPixelOps(absl::Span<const PixelOp> ops, Picture* picture, PixelOpScratch* scratch) {
  Runner(picture, scratch).Run(ops);
}

void EraseNormalised(const EraseOp& op, PictureSize size, int channels, float* pixels) {
  NormalNoise noise(op.noise_seed);
  for (int64_t y = op.region.top_px; y < op.region.bottom_px(); ++y) {
    float* const row = pixels + (y * size.width_px + op.region.left_px) * channels;
    const int64_t values = int64_t{op.region.width_px} * channels;
    if (op.is_noise) {
      for (int64_t i = 0; i < values; ++i) row[i] = noise.Next();
    } else {
      for (int64_t i = 0; i < values; ++i) row[i] = op.value[i % channels];
    }
  }
}

}  // namespace mica
