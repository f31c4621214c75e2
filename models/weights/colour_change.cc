#include "models/weights/colour_change.h"

namespace mica {
namespace {

constexpr int64_t kColours = 3;

int64_t ChannelsBefore(ColourChange change) {
  return change == ColourChange::kRepeatGrey ? 1 : kColours;
}

}  // namespace

std::vector<int64_t> ShapeAfter(ColourChange change, const std::vector<int64_t>& shape) {
  if (change == ColourChange::kNone || shape.size() < 2 || shape[1] != ChannelsBefore(change)) return shape;
  std::vector<int64_t> after = shape;
  after[1] = change == ColourChange::kRepeatGrey ? kColours : 1;
  return after;
}

at::Tensor ChangeColours(ColourChange change, const at::Tensor& weight) {
  const std::vector<int64_t> after = ShapeAfter(change, weight.sizes().vec());
  if (weight.sizes() == at::IntArrayRef(after)) return weight;
  switch (change) {
    case ColourChange::kNone:
      return weight;
    case ColourChange::kSumOfRgb:
      return weight.sum(1, /*keepdim=*/true);
    case ColourChange::kMeanOfRgb:
      return weight.mean(1, /*keepdim=*/true);
    case ColourChange::kRepeatGrey:
      return weight.div(static_cast<double>(kColours)).expand(after);
  }
  TORCH_CHECK(false, "ColourChange: unknown value");
}

}  // namespace mica
