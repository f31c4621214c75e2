#include "data/augment/kept_area.h"

#include <algorithm>
#include <variant>

namespace mica {
namespace {

// Follows what is left of the source from operation to operation.
class Content {
 public:
  explicit Content(PictureSize source)
      : box_{0, 0, static_cast<double>(source.width_px), static_cast<double>(source.height_px)}, size_(source) {}

  double kept() const { return kept_; }

  void Pass(const PixelOp& op) {
    std::visit(*this, op);
    size_ = SizeAfter(op, size_);
  }

  void operator()(const CropOp& op) {
    const double area = box_.width * box_.height;
    const double right = std::min<double>(box_.left + box_.width, op.region.right_px());
    const double bottom = std::min<double>(box_.top + box_.height, op.region.bottom_px());
    const double left = std::max<double>(box_.left, op.region.left_px), top = std::max<double>(box_.top, op.region.top_px);
    box_ = {left - op.region.left_px, top - op.region.top_px, std::max(0.0, right - left), std::max(0.0, bottom - top)};
    kept_ *= area > 0 ? box_.width * box_.height / area : 0;
  }
  void operator()(const ScaleOp& op) {
    const double x = static_cast<double>(op.size.width_px) / size_.width_px, y = static_cast<double>(op.size.height_px) / size_.height_px;
    box_ = {box_.left * x, box_.top * y, box_.width * x, box_.height * y};
  }
  void operator()(const FlipOp& op) {
    if (op.is_vertical) {
      box_.top = size_.height_px - box_.top - box_.height;
    } else {
      box_.left = size_.width_px - box_.left - box_.width;
    }
  }
  void operator()(const PadOp& op) {
    box_.left += op.margins.left_px;
    box_.top += op.margins.top_px;
  }
  template <typename OtherOp>
  void operator()(const OtherOp&) {}

 private:
  PictureBox box_;    // where the rest lies
  PictureSize size_;  // of the picture at this point
  double kept_ = 1;
};

}  // namespace

double KeptArea(absl::Span<const PixelOp> ops, PictureSize source) {
  Content content(source);
  for (const PixelOp& op : ops) content.Pass(op);
  return content.kept();
}

}  // namespace mica
