#include "data/augment/geometry_draws.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "data/augment/random_draws.h"

namespace mica {
namespace {

constexpr int kTries = 10;
constexpr int64_t kLongestSide = 1 << 30;

ResampleFilter FilterOf(ResizeFilterConfig::Filter filter) {
  switch (filter) {
    case ResizeFilterConfig::NEAREST:
      return ResampleFilter::kNearest;
    case ResizeFilterConfig::BOX:
      return ResampleFilter::kBox;
    case ResizeFilterConfig::BILINEAR:
      return ResampleFilter::kBilinear;
    case ResizeFilterConfig::HAMMING:
      return ResampleFilter::kHamming;
    case ResizeFilterConfig::BICUBIC:
      return ResampleFilter::kBicubic;
    case ResizeFilterConfig::LANCZOS:
      return ResampleFilter::kLanczos;
    case ResizeFilterConfig::FILTER_UNSPECIFIED:
      break;
  }
  LOG(FATAL) << "the config was not checked";
}

PadMode ModeOf(RandomCropConfig::PaddingMode mode) {
  switch (mode) {
    case RandomCropConfig::CONSTANT:
      return PadMode::kConstant;
    case RandomCropConfig::EDGE:
      return PadMode::kEdge;
    case RandomCropConfig::REFLECT:
      return PadMode::kReflect;
    case RandomCropConfig::SYMMETRIC:
      return PadMode::kSymmetric;
    case RandomCropConfig::PADDING_MODE_UNSPECIFIED:
      break;
  }
  LOG(FATAL) << "the config was not checked";
}

// Python's round: halves to the even number.
int32_t Rounded(double value) {
  return static_cast<int32_t>(std::nearbyint(value));
}

int32_t DrawBelow(int32_t bound, Rng* rng) {
  return static_cast<int32_t>(rng->UniformBelow(bound));
}

void AddCrop(const PictureRegion& region, DrawState* state) {
  if (!(region == PictureRegion::Whole(state->size))) state->Add(CropOp{region});
}

// All filters leave a picture of the wanted size as it is.
void AddScale(PictureSize size, ResizeFilterConfig::Filter filter, bool antialias, DrawState* state) {
  if (size != state->size) state->Add(ScaleOp{size, FilterOf(filter), antialias});
}

void AddPad(const PadMargins& margins, PadMode mode, const PixelFill& fill, DrawState* state) {
  const bool is_empty = margins.left_px == 0 && margins.top_px == 0 && margins.right_px == 0 && margins.bottom_px == 0;
  if (!is_empty) state->Add(PadOp{margins, mode, fill});
}

// Where a crop lies along one axis: inside the picture, and how far over its ends.
struct CropSpan {
  int32_t begin = 0;   // of what lies inside
  int32_t length = 0;  // 0 or less: nothing does
  int32_t before = 0;  // how much of the crop lies in front of the picture
  int32_t behind = 0;
};

CropSpan SpanOf(int32_t begin, int32_t length, int32_t side) {
  CropSpan span;
  span.before = std::max(-begin, 0);
  span.behind = std::max(begin + length - side, 0);
  span.begin = std::max(begin, 0);
  span.length = std::min(begin + length, side) - span.begin;
  return span;
}

// A crop that may lie over the edges, where the picture goes on as `mode` says.
void AddPaddedCrop(const PictureRegion& region, PadMode mode, const PixelFill& fill, DrawState* state) {
  const CropSpan x = SpanOf(region.left_px, region.width_px, state->size.width_px);
  const CropSpan y = SpanOf(region.top_px, region.height_px, state->size.height_px);
  const PadMargins margins = {x.before, y.before, x.behind, y.behind};
  // What fills the margin does not depend on what the crop leaves out. Less needs to be decoded.
  const bool can_crop_first = (mode == PadMode::kConstant || mode == PadMode::kEdge) && x.length > 0 && y.length > 0;
  if (can_crop_first) {
    AddCrop({x.begin, y.begin, x.length, y.length}, state);
    return AddPad(margins, mode, fill, state);
  }
  AddPad(margins, mode, fill, state);
  AddCrop({region.left_px + x.before, region.top_px + y.before, region.width_px, region.height_px}, state);
}

void AddLetterbox(const ResizeConfig& config, DrawState* state) {
  const PictureSize box = {config.height_px(), config.width_px()};
  const double scale = std::min(1. * box.height_px / state->size.height_px, 1. * box.width_px / state->size.width_px);
  const auto side = [scale](int32_t before, int32_t most) { return std::clamp(Rounded(before * scale), 1, most); };
  const PictureSize size = {side(state->size.height_px, box.height_px), side(state->size.width_px, box.width_px)};
  AddScale(size, config.filter(), config.antialias(), state);
  PadMargins margins;
  margins.left_px = (box.width_px - size.width_px) / 2;
  margins.top_px = (box.height_px - size.height_px) / 2;
  margins.right_px = box.width_px - size.width_px - margins.left_px;
  margins.bottom_px = box.height_px - size.height_px - margins.top_px;
  AddPad(margins, PadMode::kConstant, FillOf(config.fill()), state);
}

// The largest part in the middle of allowed proportions.
PictureSize FallbackPart(const RandomResizedCropConfig& config, PictureSize size) {
  const double ratio = 1. * size.width_px / size.height_px;
  if (ratio < config.min_ratio()) return {std::max(1, Rounded(size.width_px / config.min_ratio())), size.width_px};
  if (ratio > config.max_ratio()) return {size.height_px, std::max(1, Rounded(size.height_px * config.max_ratio()))};
  return size;
}

PictureRegion DrawPart(const RandomResizedCropConfig& config, PictureSize size, Rng* rng) {
  for (int i = 0; i < kTries; ++i) {
    const double area = size.pixels() * DrawUniform(config.min_scale(), config.max_scale(), rng);
    const double ratio = DrawLogUniform(config.min_ratio(), config.max_ratio(), rng);
    const double width = std::nearbyint(std::sqrt(area * ratio));
    const double height = std::nearbyint(std::sqrt(area / ratio));
    if (!(width > 0 && width <= size.width_px && height > 0 && height <= size.height_px)) continue;
    PictureRegion part = {0, 0, static_cast<int32_t>(width), static_cast<int32_t>(height)};
    part.top_px = DrawBelow(size.height_px - part.height_px + 1, rng);
    part.left_px = DrawBelow(size.width_px - part.width_px + 1, rng);
    return part;
  }
  const PictureSize part = FallbackPart(config, size);
  return {(size.width_px - part.width_px) / 2, (size.height_px - part.height_px) / 2, part.width_px, part.height_px};
}

// Of one axis: the margin on both ends.
int64_t MarginOf(const RandomCropConfig& config, int32_t side, int32_t crop) {
  const int64_t margin = config.padding_px();
  const int64_t lacking = crop - (side + 2 * margin);
  return config.pad_if_needed() && lacking > 0 ? margin + lacking : margin;
}

WarpPoint DrawCorner(bool is_right, bool is_lower, int32_t reach_x, int32_t reach_y, DrawState* state) {
  const int32_t x = DrawBelow(reach_x, state->rng);
  const int32_t y = DrawBelow(reach_y, state->rng);
  return {1. * (is_right ? state->size.width_px - reach_x + x : x), 1. * (is_lower ? state->size.height_px - reach_y + y : y)};
}

WarpCorners DrawCorners(double distortion, DrawState* state) {
  const int32_t reach_x = static_cast<int32_t>(distortion * (state->size.width_px / 2)) + 1;
  const int32_t reach_y = static_cast<int32_t>(distortion * (state->size.height_px / 2)) + 1;
  WarpCorners corners;
  corners[0] = DrawCorner(false, false, reach_x, reach_y, state);
  corners[1] = DrawCorner(true, false, reach_x, reach_y, state);
  corners[2] = DrawCorner(true, true, reach_x, reach_y, state);
  corners[3] = DrawCorner(false, true, reach_x, reach_y, state);
  return corners;
}

}  // namespace

PictureSize ShortSideSize(int32_t short_side_px, PictureSize before) {
  const auto longer = [short_side_px](int64_t long_side, int64_t short_side) {
    const int64_t scaled = short_side_px * long_side / short_side;
    return static_cast<int32_t>(std::min(scaled, kLongestSide));
  };
  if (before.height_px < before.width_px) return {short_side_px, longer(before.width_px, before.height_px)};
  return {longer(before.height_px, before.width_px), short_side_px};
}

PixelFill FillOf(const google::protobuf::RepeatedField<int32_t>& fill) {
  PixelFill values = {0, 0, 0};
  for (int i = 0; i < 3 && !fill.empty(); ++i) values[i] = static_cast<uint8_t>(fill[std::min(i, fill.size() - 1)]);
  return values;
}

WarpFilter WarpFilterOf(WarpFilterConfig::Filter filter) {
  switch (filter) {
    case WarpFilterConfig::NEAREST:
      return WarpFilter::kNearest;
    case WarpFilterConfig::BILINEAR:
      return WarpFilter::kBilinear;
    case WarpFilterConfig::FILTER_UNSPECIFIED:
      break;
  }
  LOG(FATAL) << "the config was not checked";
}

void Draw(const ResizeConfig& config, DrawState* state) {
  if (config.has_short_side_px()) {
    return AddScale(ShortSideSize(config.short_side_px(), state->size), config.filter(), config.antialias(), state);
  }
  if (config.fit() == ResizeConfig::LETTERBOX) return AddLetterbox(config, state);
  AddScale({config.height_px(), config.width_px()}, config.filter(), config.antialias(), state);
}

void Draw(const CenterCropConfig& config, DrawState* state) {
  const PictureSize crop = CropSize(config);
  // A border of odd width is wider behind the picture; a cut of odd width is rounded to even.
  const auto begin = [](int32_t side, int32_t length) { return length > side ? -((length - side) / 2) : Rounded((side - length) / 2.); };
  const PictureRegion region = {begin(state->size.width_px, crop.width_px), begin(state->size.height_px, crop.height_px), crop.width_px,
                                crop.height_px};
  AddPaddedCrop(region, PadMode::kConstant, {0, 0, 0}, state);
}

void Draw(const RandomResizedCropConfig& config, DrawState* state) {
  AddCrop(DrawPart(config, state->size, state->rng), state);
  AddScale(CropSize(config), config.filter(), config.antialias(), state);
}

absl::Status Draw(const RandomCropConfig& config, DrawState* state) {
  const PictureSize crop = CropSize(config);
  const int64_t margin_x = MarginOf(config, state->size.width_px, crop.width_px);
  const int64_t margin_y = MarginOf(config, state->size.height_px, crop.height_px);
  const int64_t spare_x = state->size.width_px + 2 * margin_x - crop.width_px;
  const int64_t spare_y = state->size.height_px + 2 * margin_y - crop.height_px;
  if (spare_x < 0 || spare_y < 0) {
    return DataError(absl::StrCat("takes ", crop.height_px, " x ", crop.width_px, " pixels, but the picture has ", state->size.height_px,
                                  " x ", state->size.width_px, config.padding_px() > 0 ? " before padding" : "",
                                  " (height x width); set pad_if_needed, or put a resize in front of it"));
  }
  const int64_t top = state->rng->UniformBelow(spare_y + 1);
  const int64_t left = state->rng->UniformBelow(spare_x + 1);
  const PictureRegion region = {static_cast<int32_t>(left - margin_x), static_cast<int32_t>(top - margin_y), crop.width_px, crop.height_px};
  AddPaddedCrop(region, ModeOf(config.padding_mode()), FillOf(config.fill()), state);
  return absl::OkStatus();
}

void Draw(const HorizontalFlipConfig& config, DrawState* state) {
  if (DrawChance(config.probability(), state->rng)) state->Add(FlipOp{/*is_vertical=*/false});
}

void Draw(const VerticalFlipConfig& config, DrawState* state) {
  if (DrawChance(config.probability(), state->rng)) state->Add(FlipOp{/*is_vertical=*/true});
}

void Draw(const RandomRotationConfig& config, DrawState* state) {
  AffineMotion motion;
  motion.angle_degrees = -DrawUniform(-config.degrees(), config.degrees(), state->rng);
  AddAffine(motion, WarpFilterOf(config.filter()), FillOf(config.fill()), state);
}

void Draw(const RandomAffineConfig& config, DrawState* state) {
  Rng* const rng = state->rng;
  const double most_x = config.translate_x_fraction() * state->size.width_px;
  const double most_y = config.translate_y_fraction() * state->size.height_px;
  AffineMotion motion;
  motion.angle_degrees = DrawUniform(-config.degrees(), config.degrees(), rng);
  motion.translate_x_px = std::nearbyint(DrawUniform(-most_x, most_x, rng));
  motion.translate_y_px = std::nearbyint(DrawUniform(-most_y, most_y, rng));
  motion.scale = DrawUniform(config.min_scale(), config.max_scale(), rng);
  motion.shear_x_degrees = DrawUniform(-config.shear_x_degrees(), config.shear_x_degrees(), rng);
  motion.shear_y_degrees = DrawUniform(-config.shear_y_degrees(), config.shear_y_degrees(), rng);
  AddAffine(motion, WarpFilterOf(config.filter()), FillOf(config.fill()), state);
}

void Draw(const RandomPerspectiveConfig& config, DrawState* state) {
  if (!DrawChance(config.probability(), state->rng)) return;
  const double right = state->size.width_px - 1.;
  const double bottom = state->size.height_px - 1.;
  const WarpCorners before = {WarpPoint{0, 0}, WarpPoint{right, 0}, WarpPoint{right, bottom}, WarpPoint{0, bottom}};
  PerspectiveOp op;
  op.corners = DrawCorners(config.distortion_fraction(), state);
  const std::optional<PerspectiveCoefficients> coefficients = PerspectiveBetween(before, op.corners);
  if (!coefficients.has_value() || op.corners == before) return;
  op.coefficients = *coefficients;
  op.filter = WarpFilterOf(config.filter());
  op.fill = FillOf(config.fill());
  state->Add(op);
}

void AddAffine(const AffineMotion& motion, WarpFilter filter, const PixelFill& fill, DrawState* state) {
  const bool moves = motion.angle_degrees != 0 || motion.translate_x_px != 0 || motion.translate_y_px != 0 || motion.scale != 1 ||
                     motion.shear_x_degrees != 0 || motion.shear_y_degrees != 0;
  if (moves) state->Add(AffineOp{motion, filter, fill});
}

}  // namespace mica
