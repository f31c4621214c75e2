#include "data/index/split_assignment.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"

namespace mica {
namespace {

absl::string_view NameOf(DrawPurpose purpose) {
  switch (purpose) {
    case DrawPurpose::kSplit:
      return "mica.split";
    case DrawPurpose::kSubset:
      return "mica.subset";
    case DrawPurpose::kLabelled:
      return "mica.labelled";
  }
  return "";
}

double PositionOf(absl::string_view identity, uint64_t key) {
  constexpr double kUnit = 0x1p-53;  // the 53 highest bits are exact in a double
  return static_cast<double>(Fingerprint(identity, key) >> 11) * kUnit;
}

}  // namespace

double SplitDraw::Position(absl::string_view identity, int32_t label) {
  // The class is part of the key, so that the classes are drawn separately: a picture in two
  // classes may fall into different splits.
  if (label != last_label_) {
    const auto [key, is_new] = keys_.insert({label, 0});
    if (is_new) key->second = Fingerprint(absl::StrCat(NameOf(purpose_), " ", seed_, " ", label));
    last_label_ = label;
    last_key_ = key->second;
  }
  return PositionOf(identity, last_key_);
}

double SplitDraw::PositionInClass(absl::string_view identity, absl::string_view name) {
  if (name != last_name_ || last_key_of_name_ == 0) {
    last_name_ = std::string(name);
    const auto [key, is_new] = keys_of_names_.insert({last_name_, 0});
    if (is_new) key->second = Fingerprint(absl::StrCat(NameOf(purpose_), " ", seed_, " class ", name));
    last_key_of_name_ = key->second;
  }
  return PositionOf(identity, last_key_of_name_);
}

Split SplitOf(double position, const SplitFractions& fractions) {
  if (position < fractions.validation) return Split::kValidation;
  return position < 1 - fractions.test ? Split::kTrain : Split::kTest;
}

int FoldOf(double position, int of, double test_fraction) {
  return std::min(static_cast<int>(position / (1 - test_fraction) * of), of - 1) + 1;
}

}  // namespace mica
