#include "data/index/split_assignment.h"

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"

namespace mica {

double SplitPosition(absl::string_view identity, int32_t label, uint64_t split_seed) {
  // The label is part of the key, so that the classes are drawn separately: a picture in two
  // classes may fall into different splits.
  const uint64_t key = Fingerprint(absl::StrCat("mica.split ", split_seed, " ", label));
  constexpr double kUnit = 0x1p-53;  // the 53 highest bits are exact in a double
  return static_cast<double>(Fingerprint(identity, key) >> 11) * kUnit;
}

Split AssignSplit(absl::string_view identity, int32_t label, uint64_t split_seed, const SplitFractions& fractions) {
  const double position = SplitPosition(identity, label, split_seed);
  if (position < fractions.validation) return Split::kValidation;
  return position < 1 - fractions.test ? Split::kTrain : Split::kTest;
}

}  // namespace mica
