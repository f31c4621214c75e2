#include "eval/metrics/label_issues.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

namespace mica {
namespace {

constexpr double kTolerance = 1e-6;
constexpr double kLeastThreshold = 2 * kTolerance;
constexpr int32_t kNoClass = -1;

using Joint = std::vector<std::map<int32_t, int64_t>>;
using Places = std::vector<size_t>;

std::vector<double> Thresholds(absl::Span<const JudgedSample> samples, int num_classes) {
  std::vector<double> sums(num_classes, 0);
  std::vector<int64_t> counts(num_classes, 0);
  for (const JudgedSample& sample : samples) {
    sums[sample.label] += sample.ProbabilityOf(sample.label);
    ++counts[sample.label];
  }
  std::vector<double> thresholds;
  for (int label = 0; label < num_classes; ++label) {
    const bool is_empty = counts[label] == 0;
    thresholds.push_back(is_empty ? std::numeric_limits<double>::infinity()
                                  : std::max(kLeastThreshold, sums[label] / static_cast<double>(counts[label])));
  }
  return thresholds;
}

// The most probable class, of equals the first; kNoClass if there is none but `except`.
int32_t MostProbable(const JudgedSample& sample, int32_t except = kNoClass) {
  int32_t best = kNoClass;
  double most = -1;
  for (const ClassProbability& of : sample.probabilities) {
    if (of.label == except || of.probability <= most) continue;
    most = of.probability;
    best = of.label;
  }
  return best;
}

// The class that the sample is confidently of; kNoClass: of none.
int32_t ConfidentClass(const JudgedSample& sample, const std::vector<double>& thresholds) {
  int32_t only = kNoClass;
  for (const ClassProbability& of : sample.probabilities) {
    if (of.probability < thresholds[of.label] - kTolerance) continue;
    if (only != kNoClass) return MostProbable(sample);
    only = of.label;
  }
  return only;
}

// At least one sample of each class counts as labelled right, so that no row is empty.
Joint CountConfident(absl::Span<const JudgedSample> samples, const std::vector<double>& thresholds) {
  Joint joint(thresholds.size());
  for (const JudgedSample& sample : samples) {
    const int32_t confident = ConfidentClass(sample, thresholds);
    if (confident != kNoClass) ++joint[sample.label][confident];
  }
  for (size_t label = 0; label < joint.size(); ++label) {
    int64_t& right = joint[label][static_cast<int32_t>(label)];
    right = std::max<int64_t>(right, 1);
  }
  return joint;
}

// Whole numbers whose sum is the rounded sum of the values. Those are corrected that rounding moved
// most; of equals the last one gains and the first one loses. (cleanlab leaves equals to the last
// bits of its quotients.)
std::map<int32_t, int64_t> RoundKeepingSum(const std::map<int32_t, double>& values) {
  std::map<int32_t, int64_t> rounded;
  std::vector<std::pair<double, int32_t>> moved;
  double sum = 0;
  int64_t rounded_sum = 0;
  for (const auto& [label, value] : values) {
    const double whole = std::nearbyint(value);
    sum += value;
    rounded_sum += rounded[label] = static_cast<int64_t>(whole);
    moved.emplace_back(std::nearbyint((value - whole) * 1e9), label);
  }
  const int64_t missing = std::llround(std::nearbyint(sum)) - rounded_sum;
  std::sort(moved.begin(), moved.end());
  if (missing > 0) std::reverse(moved.begin(), moved.end());
  for (int64_t i = 0; i < std::abs(missing); ++i) rounded[moved[i].second] += missing > 0 ? 1 : -1;
  return rounded;
}

// Scales each row to the number of samples with its label.
Joint Calibrate(const Joint& joint, const std::vector<Places>& places) {
  Joint calibrated;
  for (size_t label = 0; label < joint.size(); ++label) {
    int64_t sum = 0;
    for (const auto& cell : joint[label]) sum += cell.second;
    std::map<int32_t, double> row;
    for (const auto& [of, count] : joint[label]) {
      row[of] = static_cast<double>(count * static_cast<int64_t>(places[label].size())) / static_cast<double>(sum);
    }
    calibrated.push_back(RoundKeepingSum(row));
  }
  return calibrated;
}

// How many samples of a row's label are taken for each other class. One sample stays right: where
// the estimate leaves none, the other cells give it up in equal parts.
std::map<int32_t, int64_t> PruneCounts(std::map<int32_t, int64_t> row, int32_t label) {
  const int64_t lacking = std::max<int64_t>(0, 1 - row[label]);
  const auto cells = std::count_if(row.begin(), row.end(), [](const auto& cell) { return cell.second != 0; });
  const double share = static_cast<double>(lacking) / std::max(1.0, static_cast<double>(cells) - 1);
  row.erase(label);
  for (auto& cell : row) cell.second = static_cast<int64_t>(std::max(0.0, static_cast<double>(cell.second) - share));
  return row;
}

// Marks the `count` samples of a label that are most probably of the class `of` instead, and those
// that tie with the last of them.
void Prune(absl::Span<const JudgedSample> samples, const Places& places, int32_t of, int64_t count, std::vector<uint8_t>* is_issue) {
  std::vector<std::pair<double, size_t>> margins;
  for (const size_t place : places) {
    margins.emplace_back(samples[place].ProbabilityOf(samples[place].label) - samples[place].ProbabilityOf(of), place);
  }
  const auto last = margins.begin() + std::min(count, static_cast<int64_t>(margins.size())) - 1;
  std::nth_element(margins.begin(), last, margins.end());
  const double cut = last->first;
  for (const auto& [margin, place] : margins) {
    if (margin <= cut) (*is_issue)[place] = 1;
  }
}

// Whether the model agrees with the label, if it is in doubt.
bool IsBelieved(const JudgedSample& sample, int32_t other) {
  const double own = sample.ProbabilityOf(sample.label) + kTolerance, others = sample.ProbabilityOf(other);
  return own > others || (own == others && sample.label < other);
}

std::vector<LabelIssue> RankIssues(absl::Span<const JudgedSample> samples, const std::vector<uint8_t>& is_issue) {
  std::vector<LabelIssue> issues;
  for (size_t place = 0; place < samples.size(); ++place) {
    const JudgedSample& sample = samples[place];
    const int32_t other = MostProbable(sample, /*except=*/sample.label);
    if (!is_issue[place] || other == kNoClass || IsBelieved(sample, other)) continue;
    const double own = sample.ProbabilityOf(sample.label);
    issues.push_back({place, other, own, own - sample.ProbabilityOf(other)});
  }
  std::sort(issues.begin(), issues.end(), [](const LabelIssue& a, const LabelIssue& b) {
    return std::tie(a.self_confidence, a.margin, a.sample) < std::tie(b.self_confidence, b.margin, b.sample);
  });
  return issues;
}

}  // namespace

double JudgedSample::ProbabilityOf(int32_t of) const {
  const auto found = std::lower_bound(probabilities.begin(), probabilities.end(), of,
                                      [](const ClassProbability& entry, int32_t wanted) { return entry.label < wanted; });
  return found != probabilities.end() && found->label == of ? found->probability : 0;
}

int64_t LabelAudit::Labelled(int32_t label) const {
  int64_t sum = 0;
  for (const auto& cell : joint[label]) sum += cell.second;
  return sum;
}

int64_t LabelAudit::Wrong(int32_t label) const {
  const auto right = joint[label].find(label);
  return Labelled(label) - (right == joint[label].end() ? 0 : right->second);
}

LabelAudit AuditLabels(absl::Span<const JudgedSample> samples, int num_classes) {
  std::vector<Places> places(num_classes);
  for (size_t place = 0; place < samples.size(); ++place) places[samples[place].label].push_back(place);
  LabelAudit audit;
  audit.thresholds = Thresholds(samples, num_classes);
  audit.joint = Calibrate(CountConfident(samples, audit.thresholds), places);
  std::vector<uint8_t> is_issue(samples.size(), 0);
  for (int32_t label = 0; label < num_classes; ++label) {
    if (places[label].size() < 2) continue;
    for (const auto& [of, count] : PruneCounts(audit.joint[label], label)) {
      if (count > 0) Prune(samples, places[label], of, count, &is_issue);
    }
  }
  audit.issues = RankIssues(samples, is_issue);
  return audit;
}

}  // namespace mica
