#include "data/augment/policy_draws.h"

#include <glog/logging.h>

#include <array>
#include <cmath>
#include <optional>
#include <variant>

#include "data/augment/geometry_draws.h"
#include "data/augment/random_draws.h"
#include "data/augment/transform_list.h"

namespace mica {
namespace {

constexpr double kDegrees = 180 / 3.14159265358979323846;
constexpr int kFewBins = 10;  // of AutoAugment and AugMix

// How a policy's operations that move pixels do so.
struct Warping {
  WarpFilter filter;
  PixelFill fill;
};

template <typename Config>
Warping WarpingOf(const Config& config) {
  return {WarpFilterOf(config.filter()), FillOf(config.fill())};
}

// Shears about the upper left corner, not the middle.
AffineMotion Shear(double tangent_x, double tangent_y, PictureSize size) {
  AffineMotion motion;
  motion.shear_x_degrees = std::atan(tangent_x) * kDegrees;
  motion.shear_y_degrees = std::atan(tangent_y) * kDegrees;
  motion.centre_x_px = -0.5 * size.width_px;
  motion.centre_y_px = -0.5 * size.height_px;
  return motion;
}

AffineMotion Shift(double x, double y) {
  AffineMotion motion;
  motion.translate_x_px = std::trunc(x);
  motion.translate_y_px = std::trunc(y);
  return motion;
}

AffineMotion CounterClockwise(double degrees) {
  AffineMotion motion;
  motion.angle_degrees = -degrees;
  return motion;
}

void AddColour(ColourOp::Kind kind, double amount, DrawState* state) {
  state->Add(ColourOp{kind, amount});
}

PolicyOperation DrawOperation(const PolicySpace& space, Rng* rng) {
  return space.operations[rng->UniformBelow(space.operations.size())];
}

// With a sign where the operation has one.
void DrawSignAndAdd(const PolicySpace& space, PolicyOperation operation, int bin, int bins, const Warping& warping, DrawState* state) {
  double magnitude = MagnitudeOf(space, operation, bin, bins, state->size).value_or(0);
  if (IsSigned(operation) && DrawChance(0.5, state->rng)) magnitude = -magnitude;
  AddPolicyOperation(operation, magnitude, warping.filter, warping.fill, state);
}

absl::Span<const PolicyPair> PolicyOf(AutoAugmentConfig::Policy policy) {
  switch (policy) {
    case AutoAugmentConfig::IMAGENET:
      return kImageNetPolicy;
    case AutoAugmentConfig::CIFAR10:
      return kCifar10Policy;
    case AutoAugmentConfig::SVHN:
      return kSvhnPolicy;
    case AutoAugmentConfig::POLICY_UNSPECIFIED:
      break;
  }
  LOG(FATAL) << "the config was not checked";
}

void DrawChain(const AugMixConfig& config, double weight, DrawState* state) {
  Rng* const rng = state->rng;
  const PolicySpace& space = config.all_ops() ? kAugMixSpace : kAugMixPartialSpace;
  const int depth = config.has_chain_depth() ? config.chain_depth() : 1 + static_cast<int>(rng->UniformBelow(3));
  const size_t place = state->ops->size();
  state->Add(ChainOp{static_cast<float>(weight), 0});
  for (int i = 0; i < depth; ++i) {
    const PolicyOperation operation = DrawOperation(space, rng);
    const int bin = static_cast<int>(rng->UniformBelow(config.severity()));
    DrawSignAndAdd(space, operation, bin, kFewBins, WarpingOf(config), state);
  }
  std::get<ChainOp>((*state->ops)[place]).length = static_cast<int32_t>(state->ops->size() - place - 1);
}

}  // namespace

void Draw(const RandAugmentConfig& config, DrawState* state) {
  for (int i = 0; i < config.num_ops(); ++i) {
    const PolicyOperation operation = DrawOperation(kRandAugmentSpace, state->rng);
    DrawSignAndAdd(kRandAugmentSpace, operation, config.magnitude(), config.magnitude_bins(), WarpingOf(config), state);
  }
}

void Draw(const TrivialAugmentWideConfig& config, DrawState* state) {
  const PolicyOperation operation = DrawOperation(kTrivialAugmentWideSpace, state->rng);
  const int bin = static_cast<int>(state->rng->UniformBelow(config.magnitude_bins()));
  DrawSignAndAdd(kTrivialAugmentWideSpace, operation, bin, config.magnitude_bins(), WarpingOf(config), state);
}

void Draw(const AutoAugmentConfig& config, DrawState* state) {
  const absl::Span<const PolicyPair> policy = PolicyOf(config.policy());
  const PolicyPair& pair = policy[state->rng->UniformBelow(policy.size())];
  for (const PolicyStep& step : {pair.first, pair.second}) {
    if (!DrawChance(step.probability, state->rng)) continue;
    DrawSignAndAdd(kAutoAugmentSpace, step.operation, step.bin, kFewBins, WarpingOf(config), state);
  }
}

void Draw(const AugMixConfig& config, DrawState* state) {
  std::array<double, 2> shares;  // of the picture and of the chains
  DrawDirichlet(config.alpha(), absl::MakeSpan(shares), state->rng);
  CHECK_LE(config.mixture_width(), kMostChains);
  std::array<double, kMostChains> weights;
  DrawDirichlet(config.alpha(), absl::MakeSpan(weights.data(), config.mixture_width()), state->rng);
  state->Add(MixOp{static_cast<float>(shares[0]), config.mixture_width()});
  for (int i = 0; i < config.mixture_width(); ++i) DrawChain(config, weights[i] * shares[1], state);
}

void AddPolicyOperation(PolicyOperation operation, double magnitude, WarpFilter filter, const PixelFill& fill, DrawState* state) {
  const auto move = [&](const AffineMotion& motion) { AddAffine(motion, filter, fill, state); };
  switch (operation) {
    case PolicyOperation::kIdentity:
      return;
    case PolicyOperation::kShearX:
      return move(Shear(magnitude, 0, state->size));
    case PolicyOperation::kShearY:
      return move(Shear(0, magnitude, state->size));
    case PolicyOperation::kTranslateX:
      return move(Shift(magnitude, 0));
    case PolicyOperation::kTranslateY:
      return move(Shift(0, magnitude));
    case PolicyOperation::kRotate:
      return move(CounterClockwise(magnitude));
    case PolicyOperation::kBrightness:
      return AddColour(ColourOp::Kind::kBrightness, 1 + magnitude, state);
    case PolicyOperation::kColor:
      return AddColour(ColourOp::Kind::kSaturation, 1 + magnitude, state);
    case PolicyOperation::kContrast:
      return AddColour(ColourOp::Kind::kContrast, 1 + magnitude, state);
    case PolicyOperation::kSharpness:
      return AddColour(ColourOp::Kind::kSharpness, 1 + magnitude, state);
    case PolicyOperation::kPosterize:
      return AddColour(ColourOp::Kind::kPosterize, magnitude, state);
    case PolicyOperation::kSolarize:
      return AddColour(ColourOp::Kind::kSolarize, 255 * magnitude, state);
    case PolicyOperation::kAutoContrast:
      return AddColour(ColourOp::Kind::kAutoContrast, 0, state);
    case PolicyOperation::kEqualize:
      return AddColour(ColourOp::Kind::kEqualize, 0, state);
    case PolicyOperation::kInvert:
      return AddColour(ColourOp::Kind::kInvert, 0, state);
  }
}

}  // namespace mica
