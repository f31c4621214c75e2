#include "models/layers/layer_shape.h"

#include <tuple>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

auto Fields(const LayerShape& shape) {
  return std::tie(shape.channels, shape.height_px, shape.width_px, shape.form, shape.tokens);
}

}  // namespace

LayerShape LayerShape::Tokens(int64_t tokens, int64_t values) {
  LayerShape shape;
  shape.channels = values;
  shape.form = Form::kTokens;
  shape.tokens = tokens;
  return shape;
}

LayerShape LayerShape::Flat(int64_t values) {
  LayerShape shape;
  shape.channels = values;
  shape.form = Form::kFlat;
  return shape;
}

std::string LayerShape::ToString() const {
  switch (form) {
    case Form::kPicture:
      return absl::StrCat(channels, "x", height_px, "x", width_px);
    case Form::kTokens:
      return absl::StrCat(tokens, tokens == 1 ? " token" : " tokens", " of ", channels, channels == 1 ? " value" : " values");
    case Form::kFlat:
      return absl::StrCat(channels, channels == 1 ? " value" : " values");
  }
  return "";
}

bool operator==(const LayerShape& a, const LayerShape& b) {
  return Fields(a) == Fields(b);
}

}  // namespace mica
