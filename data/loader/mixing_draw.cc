#include "data/loader/mixing_draw.h"

#include <algorithm>
#include <cmath>

namespace mica {
namespace {

// (0, 1].
double PositiveUniform(Rng* rng) {
  return 1.0 - rng->Uniform();
}

double DrawNormal(Rng* rng) {  // Box and Muller
  constexpr double kTwoPi = 6.283185307179586;
  const double radius = std::sqrt(-2.0 * std::log(PositiveUniform(rng)));
  return radius * std::cos(kTwoPi * rng->Uniform());
}

// The logarithm of a draw from Gamma(shape, 1), shape >= 1 (Marsaglia and Tsang 2000).
double DrawLogGammaAboveOne(double shape, Rng* rng) {
  const double d = shape - 1.0 / 3.0, c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    const double normal = DrawNormal(rng), root = 1.0 + c * normal;
    const double log_uniform = std::log(PositiveUniform(rng));
    if (root <= 0) continue;
    const double cube = root * root * root;
    if (log_uniform < 0.5 * normal * normal + d - d * cube + d * std::log(cube)) return std::log(d * cube);
  }
}

// Draws of small shapes are too small for a double, their logarithms are not.
double DrawLogGamma(double shape, Rng* rng) {
  if (shape >= 1) return DrawLogGammaAboveOne(shape, rng);
  const double above = DrawLogGammaAboveOne(shape + 1, rng);
  return above + std::log(PositiveUniform(rng)) / shape;
}

MixingDraw DrawMixUp(const MixUpConfig& config, Rng* rng) {
  MixingDraw draw;
  draw.kind = MixingDraw::Kind::kMixUp;
  draw.share = DrawBeta(config.alpha(), rng);
  return draw;
}

MixingDraw DrawCutMix(const CutMixConfig& config, PictureSize size, Rng* rng) {
  const double share = DrawBeta(config.alpha(), rng);
  const auto x = static_cast<int32_t>(rng->UniformBelow(size.width_px));
  const auto y = static_cast<int32_t>(rng->UniformBelow(size.height_px));
  return CutAround(share, x, y, size);
}

}  // namespace

double DrawBeta(double alpha, Rng* rng) {
  const double a = DrawLogGamma(alpha, rng), b = DrawLogGamma(alpha, rng);
  return 1.0 / (1.0 + std::exp(b - a));
}

MixingDraw CutAround(double share, int32_t x, int32_t y, PictureSize size) {
  const double half = 0.5 * std::sqrt(1.0 - share);
  const auto half_width = static_cast<int32_t>(half * size.width_px), half_height = static_cast<int32_t>(half * size.height_px);
  const int32_t left = std::max(x - half_width, 0), right = std::min(x + half_width, size.width_px);
  const int32_t top = std::max(y - half_height, 0), bottom = std::min(y + half_height, size.height_px);
  MixingDraw draw;
  draw.kind = MixingDraw::Kind::kCutMix;
  draw.cut = {left, top, right - left, bottom - top};
  draw.share = 1.0 - static_cast<double>(draw.cut.size().pixels()) / static_cast<double>(size.pixels());
  return draw;
}

MixingDraw DrawMixing(const BatchMixingConfig& config, PictureSize size, Rng* rng) {
  if (rng->Uniform() >= config.probability()) return MixingDraw();
  switch (config.kind_case()) {
    case BatchMixingConfig::kMixup:
      return DrawMixUp(config.mixup(), rng);
    case BatchMixingConfig::kCutmix:
      return DrawCutMix(config.cutmix(), size, rng);
    case BatchMixingConfig::kMixupOrCutmix: {
      const MixUpOrCutMixConfig& either = config.mixup_or_cutmix();
      return rng->Uniform() < either.cutmix_probability() ? DrawCutMix(either.cutmix(), size, rng) : DrawMixUp(either.mixup(), rng);
    }
    case BatchMixingConfig::KIND_NOT_SET:
      return MixingDraw();
  }
  return MixingDraw();
}

}  // namespace mica
