#include "eval/metrics/baselines.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mica {

Baselines ComputeBaselines(absl::Span<const int64_t> class_counts, absl::Span<const std::string> class_names) {
  CHECK(!class_counts.empty());
  CHECK_EQ(class_counts.size(), class_names.size());
  const auto majority = std::max_element(class_counts.begin(), class_counts.end());
  const int64_t total = std::accumulate(class_counts.begin(), class_counts.end(), int64_t{0});
  Baselines baselines;
  baselines.num_classes = static_cast<int>(class_counts.size());
  const auto present = std::count_if(class_counts.begin(), class_counts.end(), [](int64_t count) { return count > 0; });
  baselines.chance_accuracy = 1.0 / baselines.num_classes;
  baselines.chance_balanced_accuracy = baselines.chance_accuracy * static_cast<double>(present) / baselines.num_classes;
  baselines.chance_loss = std::log(baselines.num_classes);
  baselines.majority_label = static_cast<int>(majority - class_counts.begin());
  baselines.majority_name = class_names[baselines.majority_label];
  baselines.majority_accuracy = total == 0 ? 0 : static_cast<double>(*majority) / static_cast<double>(total);
  return baselines;
}

std::optional<double> ChanceOf(absl::string_view metric, const Baselines& baselines) {
  if (metric == "loss" || metric == "nll") return baselines.chance_loss;
  if (metric == "accuracy") return baselines.chance_accuracy;
  if (metric == "balanced_accuracy" || metric == "macro_recall") return baselines.chance_balanced_accuracy;
  return std::nullopt;
}

}  // namespace mica
