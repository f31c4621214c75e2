#include "experiments/compare/run_groups.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/config/textproto.h"

namespace mica {
namespace {

// Equal for repeats of one experiment.
std::string KeyOf(const RunResults& run) {
  Experiment experiment = run.experiment;
  experiment.clear_name();
  experiment.clear_seed();
  const RunReport& report = run.record.report;
  return absl::StrCat(report.dataset_fingerprint(), "\n", report.class_map_fingerprint(), "\n", PrintTextproto(experiment));
}

}  // namespace

std::vector<RunGroup> GroupRuns(absl::Span<const RunResults> runs) {
  std::vector<RunGroup> groups;
  std::map<std::string, size_t> group_of_key;
  std::set<std::pair<size_t, uint64_t>> seen;  // (group, seed)
  for (size_t i = 0; i < runs.size(); ++i) {
    const auto [found, is_new] = group_of_key.try_emplace(KeyOf(runs[i]), groups.size());
    if (is_new) groups.emplace_back();
    RunGroup& group = groups[found->second];
    group.runs.push_back(i);
    if (!runs[i].Reported("accuracy").has_value()) continue;
    const bool is_new_seed = seen.emplace(found->second, runs[i].record.report.seed()).second;
    (is_new_seed ? group.repeats : group.equal_seeds).push_back(i);
  }
  return groups;
}

Spread SpreadOf(absl::Span<const double> values) {
  CHECK(!values.empty());
  const auto n = static_cast<double>(values.size());
  Spread spread;
  spread.mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  // Stays so if a value is NaN: the smallest of such values would be arbitrary.
  spread.smallest = spread.largest = spread.mean;
  if (std::isfinite(spread.mean)) {
    spread.smallest = *std::min_element(values.begin(), values.end());
    spread.largest = *std::max_element(values.begin(), values.end());
  }
  if (values.size() < 2) return spread;
  double squares = 0;
  for (const double value : values) squares += (value - spread.mean) * (value - spread.mean);
  spread.deviation = std::sqrt(squares / (n - 1));
  return spread;
}

}  // namespace mica
