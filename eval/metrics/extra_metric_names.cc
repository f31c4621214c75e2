#include "eval/metrics/extra_metric_names.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace mica {

std::vector<std::string> ExtraMetricNames(const MetricsConfig& config) {
  std::vector<std::string> names;
  for (const int extra : config.extra()) {
    names.push_back(absl::AsciiStrToLower(MetricsConfig::Extra_Name(static_cast<MetricsConfig::Extra>(extra))));
  }
  for (const int k : config.top_k()) names.push_back(absl::StrCat("top", k, "_accuracy"));
  return names;
}

}  // namespace mica
