#include "data/augment/colour_draws.h"

#include <algorithm>
#include <array>
#include <utility>

#include "data/augment/pixel_op.h"
#include "data/augment/random_draws.h"

namespace mica {
namespace {

using Kind = ColourOp::Kind;

void MaybeAdd(double probability, const ColourOp& op, DrawState* state) {
  if (DrawChance(probability, state->rng)) state->Add(op);
}

double DrawFactor(double reach, Rng* rng) {
  return DrawUniform(std::max(0., 1 - reach), 1 + reach, rng);
}

}  // namespace

void Draw(const ColorJitterConfig& config, DrawState* state) {
  struct Adjustment {
    ColourOp op;
    bool is_wanted;
  };
  Rng* const rng = state->rng;
  std::array<int, 4> order = {0, 1, 2, 3};
  for (int i = 3; i > 0; --i) std::swap(order[i], order[rng->UniformBelow(i + 1)]);
  // Braces are evaluated from left to right.
  const std::array<Adjustment, 4> adjustments = {{
      {{Kind::kBrightness, DrawFactor(config.brightness(), rng)}, config.brightness() > 0},
      {{Kind::kContrast, DrawFactor(config.contrast(), rng)}, config.contrast() > 0},
      {{Kind::kSaturation, DrawFactor(config.saturation(), rng)}, config.saturation() > 0},
      {{Kind::kHue, DrawUniform(-config.hue(), config.hue(), rng)}, config.hue() > 0},
  }};
  for (const int i : order) {
    if (adjustments[i].is_wanted) state->Add(adjustments[i].op);
  }
}

void Draw(const GrayscaleConfig& config, DrawState* state) {
  MaybeAdd(config.probability(), {Kind::kGrey}, state);
}

void Draw(const GaussianBlurConfig& config, DrawState* state) {
  state->Add(BlurOp{config.kernel_px(), DrawUniform(config.min_sigma_px(), config.max_sigma_px(), state->rng)});
}

void Draw(const AutoContrastConfig& config, DrawState* state) {
  MaybeAdd(config.probability(), {Kind::kAutoContrast}, state);
}

void Draw(const EqualizeConfig& config, DrawState* state) {
  MaybeAdd(config.probability(), {Kind::kEqualize}, state);
}

void Draw(const PosterizeConfig& config, DrawState* state) {
  MaybeAdd(config.probability(), {Kind::kPosterize, 1. * config.bits()}, state);
}

void Draw(const SolarizeConfig& config, DrawState* state) {
  MaybeAdd(config.probability(), {Kind::kSolarize, config.threshold()}, state);
}

void Draw(const AdjustSharpnessConfig& config, DrawState* state) {
  MaybeAdd(config.probability(), {Kind::kSharpness, config.factor()}, state);
}

void Draw(const InvertConfig& config, DrawState* state) {
  MaybeAdd(config.probability(), {Kind::kInvert}, state);
}

}  // namespace mica
