#include "base/config/f32_rules.h"

#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

using F32 = std::numeric_limits<float>;

// `value` is finite and above 0.
void RequireRange(double value, absl::string_view field_path, absl::string_view at_least, ConfigProblems* problems) {
  constexpr char kWhy[] = ", as it is a 32-bit number in the computation";
  problems->Require(value >= F32::min(), field_path, absl::StrCat("must be ", at_least, " 1.1754944e-38", kWhy), value);
  problems->Require(value <= F32::max(), field_path, absl::StrCat("must be at most 3.4028235e+38", kWhy), value);
}

}  // namespace

void RequirePositiveF32(double value, absl::string_view field_path, ConfigProblems* problems) {
  if (value > 0 && std::isfinite(value)) return RequireRange(value, field_path, "at least", problems);
  problems->Require(false, field_path, "must be finite and > 0", value);
}

void RequireNonNegativeF32(double value, absl::string_view field_path, ConfigProblems* problems) {
  if (value == 0) return;
  if (value > 0 && std::isfinite(value)) return RequireRange(value, field_path, "0 or at least", problems);
  problems->Require(false, field_path, "must be finite and >= 0", value);
}

void RequireBelowOneF32(double value, absl::string_view field_path, ConfigProblems* problems) {
  if (!(value >= 0 && value < 1)) return problems->Require(false, field_path, "must be in [0, 1)", value);
  problems->Require(static_cast<float>(value) < 1, field_path, "must be at most 0.99999994, the largest 32-bit number below 1", value);
}

}  // namespace mica
