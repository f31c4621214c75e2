#include "eval/metrics/metrics_validation.h"

#include <google/protobuf/descriptor.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace mica {
namespace {

constexpr int kStandardTopK = 5;

// The path of a place in a repeated field: "metrics.top_k[2]".
std::string PathOf(absl::string_view path, absl::string_view field, int place) {
  return JoinPath(path, absl::StrCat(field, "[", place, "]"));
}

std::string ExtraNames() {
  std::vector<std::string> names;
  const google::protobuf::EnumDescriptor& all = *MetricsConfig::Extra_descriptor();
  for (int i = 0; i < all.value_count(); ++i) {
    if (all.value(i)->number() != MetricsConfig::EXTRA_UNSPECIFIED) names.push_back(all.value(i)->name());
  }
  return absl::StrJoin(names, ", ");
}

void ValidateExtra(const MetricsConfig& config, absl::string_view path, ConfigProblems* problems) {
  std::set<int> seen;
  for (int i = 0; i < config.extra_size(); ++i) {
    const MetricsConfig::Extra extra = config.extra(i);
    const std::string here = PathOf(path, "extra", i);
    if (extra == MetricsConfig::EXTRA_UNSPECIFIED) {
      problems->Error(here, absl::StrCat("must be one of ", ExtraNames()));
    } else if (!seen.insert(extra).second) {
      problems->Error(here, absl::StrCat("is ", MetricsConfig::Extra_Name(extra), " again; name each metric once"));
    }
  }
}

void ValidateTopK(const MetricsConfig& config, absl::string_view path, ConfigProblems* problems) {
  std::set<int> seen;
  for (int i = 0; i < config.top_k_size(); ++i) {
    const int32_t k = config.top_k(i);
    const std::string here = PathOf(path, "top_k", i);
    if (k < 2) {
      problems->Require(false, here, "must be at least 2; top 1 is accuracy", k);
    } else if (k == kStandardTopK) {
      problems->Error(here, "is 5, but top5_accuracy is always there; remove it");
    } else if (!seen.insert(k).second) {
      problems->Error(here, absl::StrCat("is ", k, " again; give each k once"));
    }
  }
}

}  // namespace

void ValidateMetricsConfig(const MetricsConfig& config, absl::string_view path, ConfigProblems* problems) {
  ValidateExtra(config, path, problems);
  ValidateTopK(config, path, problems);
}

}  // namespace mica
