#include "eval/embedding/feature_rows.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/number_format.h"

namespace mica {

absl::Status CheckFeatures(const FeatureRows& features) {
  const auto is_bad = [](float value) { return !(std::abs(value) <= kLargestFeature); };
  const auto bad = std::find_if(features.values.begin(), features.values.end(), is_bad);
  if (bad == features.values.end()) return absl::OkStatus();
  const int64_t position = bad - features.values.begin();
  return DataError(absl::StrCat("row ", position / features.columns, " holds ", FormatNumber(*bad), " in column ",
                                position % features.columns, " (both from 0); features must be finite and within +-",
                                FormatNumber(kLargestFeature)));
}

}  // namespace mica
