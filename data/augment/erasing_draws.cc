#include "data/augment/erasing_draws.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "data/augment/pixel_op.h"
#include "data/augment/random_draws.h"

namespace mica {
namespace {

constexpr int kTries = 10;

std::array<float, 3> ValueOf(const google::protobuf::RepeatedField<double>& value) {
  std::array<float, 3> values = {0, 0, 0};
  for (int i = 0; i < 3 && !value.empty(); ++i) values[i] = static_cast<float>(value[std::min(i, value.size() - 1)]);
  return values;
}

std::optional<PictureRegion> DrawRectangle(const RandomErasingConfig& config, PictureSize size, Rng* rng) {
  for (int i = 0; i < kTries; ++i) {
    const double area = size.pixels() * DrawUniform(config.min_scale(), config.max_scale(), rng);
    const double ratio = DrawLogUniform(config.min_ratio(), config.max_ratio(), rng);
    const double height = std::nearbyint(std::sqrt(area * ratio));
    const double width = std::nearbyint(std::sqrt(area / ratio));
    if (!(height < size.height_px && width < size.width_px)) continue;
    PictureRegion region = {0, 0, static_cast<int32_t>(width), static_cast<int32_t>(height)};
    region.top_px = static_cast<int32_t>(rng->UniformBelow(size.height_px - region.height_px + 1));
    region.left_px = static_cast<int32_t>(rng->UniformBelow(size.width_px - region.width_px + 1));
    return region;
  }
  return std::nullopt;
}

void AddErase(const EraseOp& op, DrawState* state) {
  if (op.region.size().pixels() > 0) state->Add(op);
}

// The square's part in the picture.
PictureRegion Clipped(int32_t centre_x, int32_t centre_y, int32_t side, PictureSize size) {
  const int32_t left = std::max(centre_x - side / 2, 0);
  const int32_t top = std::max(centre_y - side / 2, 0);
  const int32_t right = std::min(centre_x - side / 2 + side, size.width_px);
  const int32_t bottom = std::min(centre_y - side / 2 + side, size.height_px);
  return {left, top, right - left, bottom - top};
}

}  // namespace

void Draw(const RandomErasingConfig& config, DrawState* state) {
  if (!DrawChance(config.probability(), state->rng)) return;
  const std::optional<PictureRegion> region = DrawRectangle(config, state->size, state->rng);
  if (!region.has_value()) return;
  AddErase(EraseOp{*region, ValueOf(config.value()), config.noise(), config.noise() ? state->rng->NextU64() : 0}, state);
}

void Draw(const CutoutConfig& config, DrawState* state) {
  if (!DrawChance(config.probability(), state->rng)) return;
  for (int i = 0; i < config.squares(); ++i) {
    const double most = config.max_side_fraction() * state->size.width_px;
    const double drawn_side = std::nearbyint(DrawUniform(0, most, state->rng));
    const int32_t side = config.has_size_px() ? config.size_px() : static_cast<int32_t>(drawn_side);
    const int32_t y = static_cast<int32_t>(state->rng->UniformBelow(state->size.height_px));
    const int32_t x = static_cast<int32_t>(state->rng->UniformBelow(state->size.width_px));
    if (side > 0) AddErase(EraseOp{Clipped(x, y, side, state->size), ValueOf(config.value())}, state);
  }
}

}  // namespace mica
