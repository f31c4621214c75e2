#include "data/augment/drawn_transforms.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/config/required_oneof.h"

namespace mica {
namespace {

using Kind = ColourOp::Kind;

std::string NameOf(Kind kind) {
  switch (kind) {
    case Kind::kBrightness:
      return "brightness";
    case Kind::kContrast:
      return "contrast";
    case Kind::kSaturation:
      return "saturation";
    case Kind::kHue:
      return "hue";
    case Kind::kSharpness:
      return "sharpness";
    case Kind::kPosterize:
      return "posterize_bits";
    case Kind::kSolarize:
      return "solarize_threshold";
    case Kind::kGrey:
      return "grayscale";
    case Kind::kAutoContrast:
      return "auto_contrast";
    case Kind::kEqualize:
      return "equalize";
    case Kind::kInvert:
      return "invert";
  }
  return "";
}

bool HasAmount(Kind kind) {
  return kind != Kind::kGrey && kind != Kind::kAutoContrast && kind != Kind::kEqualize && kind != Kind::kInvert;
}

// Writes down the numbers of one operation.
class Writer {
 public:
  Writer(PictureSize before, DrawnParameter line, std::vector<DrawnParameter>* lines)
      : before_(before), line_(std::move(line)), lines_(lines) {}

  void operator()(const CropOp& op) {
    AddRegion(op.region);
    Add("area_fraction", 1. * op.region.size().pixels() / before_.pixels());
  }
  void operator()(const ScaleOp& op) {
    Add("to_height_px", op.size.height_px);
    Add("to_width_px", op.size.width_px);
  }
  void operator()(const FlipOp& op) { Add(op.is_vertical ? "vertical_flip" : "horizontal_flip", ""); }
  void operator()(const PadOp& op) {
    Add("pad_left_px", op.margins.left_px);
    Add("pad_top_px", op.margins.top_px);
    Add("pad_right_px", op.margins.right_px);
    Add("pad_bottom_px", op.margins.bottom_px);
  }
  void operator()(const AffineOp& op) {
    AddUnless(0, "clockwise_degrees", op.motion.angle_degrees);
    AddUnless(0, "translate_x_px", op.motion.translate_x_px);
    AddUnless(0, "translate_y_px", op.motion.translate_y_px);
    AddUnless(1, "scale", op.motion.scale);
    AddUnless(0, "shear_x_degrees", op.motion.shear_x_degrees);
    AddUnless(0, "shear_y_degrees", op.motion.shear_y_degrees);
  }
  void operator()(const PerspectiveOp& op) {
    static constexpr const char* kCorners[] = {"upper_left", "upper_right", "lower_right", "lower_left"};
    for (int i = 0; i < 4; ++i) {
      Add(absl::StrCat(kCorners[i], "_x_px"), op.corners[i].x);
      Add(absl::StrCat(kCorners[i], "_y_px"), op.corners[i].y);
    }
  }
  void operator()(const ColourOp& op) {
    if (HasAmount(op.kind)) return Add(NameOf(op.kind), op.amount);
    Add(NameOf(op.kind), "");
  }
  void operator()(const BlurOp& op) {
    Add("kernel_px", op.kernel_px);
    Add("sigma_px", op.sigma_px);
  }
  void operator()(const EraseOp& op) {
    AddRegion(op.region);
    Add("area_fraction", 1. * op.region.size().pixels() / before_.pixels());
  }
  void operator()(const MixOp& op) { Add("picture_weight", op.weight); }
  void operator()(const ChainOp& op) { Add("chain_weight", op.weight); }

 private:
  void Add(absl::string_view parameter, const char* value) {
    line_.parameter = std::string(parameter);
    line_.value = value;
    lines_->push_back(line_);
  }
  void Add(absl::string_view parameter, double value) { Add(parameter, absl::StrFormat("%.6g", value).c_str()); }
  void AddUnless(double usual, absl::string_view parameter, double value) {
    if (value != usual) Add(parameter, value);
  }
  void AddRegion(const PictureRegion& region) {
    Add("left_px", region.left_px);
    Add("top_px", region.top_px);
    Add("width_px", region.width_px);
    Add("height_px", region.height_px);
  }

  const PictureSize before_;
  DrawnParameter line_;
  std::vector<DrawnParameter>* const lines_;
};

}  // namespace

std::vector<DrawnParameter> DrawnTransforms::Parameters() const {
  std::vector<DrawnParameter> lines;
  PictureSize size = source_;
  for (size_t i = 0; i < ops_.size(); ++i) {
    const TransformConfig& outer = transforms_->Get(origins_[i].position);
    DrawnParameter line{origins_[i].position, ChosenArm(outer, "kind"), "", ""};
    if (origins_[i].transform != &outer) absl::StrAppend(&line.transform, ".", ChosenArm(*origins_[i].transform, "kind"));
    std::visit(Writer(size, line, &lines), ops_[i]);
    size = SizeAfter(ops_[i], size);
  }
  return lines;
}

std::vector<std::string> DrawnTransforms::Describe() const {
  if (transforms_ == nullptr) return {};
  std::vector<std::string> texts(transforms_->size());
  std::string last_transform;
  for (const DrawnParameter& line : Parameters()) {
    std::string& text = texts[line.position];
    if (text.empty()) {
      text = ChosenArm(transforms_->Get(line.position), "kind");
      last_transform.clear();
    }
    const std::string inner = line.transform.substr(line.transform.rfind('.') + 1);
    const bool is_inner = inner != line.transform;
    if (is_inner && line.transform != last_transform) absl::StrAppend(&text, " ", inner);
    if (line.parameter != inner) absl::StrAppend(&text, " ", line.parameter);
    if (!line.value.empty()) absl::StrAppend(&text, "=", line.value);
    last_transform = line.transform;
  }
  for (int i = 0; i < transforms_->size(); ++i) {
    if (!texts[i].empty()) continue;
    texts[i] = ChosenArm(transforms_->Get(i), "kind");
    if (!transforms_->Get(i).has_normalize()) absl::StrAppend(&texts[i], ": no change");
  }
  return texts;
}

}  // namespace mica
