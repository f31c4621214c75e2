#include "experiments/compare/run_pairs.h"

#include <glog/logging.h>

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace mica {
namespace {

// Why a run cannot be compared with any other; empty if it can.
std::string WhyNot(const RunResults& run) {
  switch (run.record.state) {
    case RunReport::FINISHED:
      return run.samples.has_value() ? "" : "has neither a test nor a validation split";
    case RunReport::RUNNING:
      return "is still running";
    case RunReport::INTERRUPTED:
      return "was interrupted";
    case RunReport::FAILED:
    case RunReport::STATE_UNSPECIFIED:
      break;
  }
  return "failed";
}

// For names that look alike.
absl::string_view HowTheyDiffer(absl::string_view a, absl::string_view b) {
  const auto without_blanks = [](absl::string_view name) { return absl::StrReplaceAll(name, {{" ", ""}, {"\t", ""}}); };
  if (without_blanks(a) == without_blanks(b)) return " (they differ in blanks)";
  return absl::EqualsIgnoreCase(a, b) ? " (they differ in capitals)" : "";
}

std::string OtherClasses(const RunResults& a, const RunResults& b) {
  const auto quoted = [](const std::string& name) { return absl::StrCat("\"", absl::Utf8SafeCEscape(name), "\""); };
  const size_t common = std::min(a.class_names.size(), b.class_names.size());
  for (size_t i = 0; i < common; ++i) {
    if (a.class_names[i] == b.class_names[i]) continue;
    return absl::StrCat("other classes: class ", i, " is ", quoted(a.class_names[i]), " and ", quoted(b.class_names[i]),
                        HowTheyDiffer(a.class_names[i], b.class_names[i]));
  }
  return absl::StrCat("other classes: ", a.class_names.size(), " and ", b.class_names.size());
}

std::string OtherSamples(const TestedSamples& a, const TestedSamples& b) {
  if (a.ids == b.ids) {
    const size_t first = std::mismatch(a.truths.begin(), a.truths.end(), b.truths.begin()).first - a.truths.begin();
    return absl::StrCat("other labels: sample ", a.ids[first], " is of class ", a.truths[first], " and ", b.truths[first]);
  }
  std::vector<int64_t> common;
  std::set_intersection(a.ids.begin(), a.ids.end(), b.ids.begin(), b.ids.end(), std::back_inserter(common));
  return absl::StrCat("other samples: ", a.ids.size(), " and ", b.ids.size(), ", ", common.size(), " in common");
}

bool SameSamples(const RunResults& a, const RunResults& b) {
  const RunReport& x = a.record.report;
  const RunReport& y = b.record.report;
  return x.dataset_fingerprint() == y.dataset_fingerprint() && x.reported_split() == y.reported_split() && a.class_names == b.class_names &&
         a.samples->ids == b.samples->ids && a.samples->truths == b.samples->truths;
}

// Why two runs that have samples cannot be compared with each other; empty if they can.
std::string WhyOther(const RunResults& a, const RunResults& b) {
  if (a.class_names != b.class_names) return OtherClasses(a, b);
  const RunReport& x = a.record.report;
  const RunReport& y = b.record.report;
  if (x.dataset_fingerprint() != y.dataset_fingerprint()) return "other data: another data set, or other files or splits of it";
  if (x.reported_split() != y.reported_split()) return absl::StrCat("other splits: ", x.reported_split(), " and ", y.reported_split());
  return OtherSamples(*a.samples, *b.samples);
}

constexpr int kNowhere = -1;

// For each run, the number of its set.
std::vector<int> FindSets(absl::Span<const RunResults> runs, std::vector<std::vector<size_t>>* sets) {
  std::vector<int> set_of_run(runs.size(), kNowhere);
  for (size_t i = 0; i < runs.size(); ++i) {
    if (!WhyNot(runs[i]).empty()) continue;
    size_t set = 0;
    while (set < sets->size() && !SameSamples(runs[(*sets)[set][0]], runs[i])) ++set;
    if (set == sets->size()) sets->emplace_back();
    (*sets)[set].push_back(i);
    set_of_run[i] = static_cast<int>(set);
  }
  return set_of_run;
}

RunPair Compare(absl::Span<const RunResults> runs, size_t a, size_t b) {
  RunPair pair;
  pair.a = a;
  pair.b = b;
  pair.counts = CountPairs(runs[a].samples->right, runs[b].samples->right);
  pair.interval = BootstrapInterval(pair.counts);
  pair.p = McNemarP(pair.counts);
  return pair;
}

RunPair Refuse(absl::Span<const RunResults> runs, size_t a, size_t b) {
  RunPair pair;
  pair.a = a;
  pair.b = b;
  for (const size_t run : {b, a}) {
    const std::string why_not = WhyNot(runs[run]);
    if (!why_not.empty()) pair.reason = absl::StrCat("run ", run + 1, " ", why_not);
  }
  if (pair.reason.empty()) pair.reason = WhyOther(runs[a], runs[b]);
  return pair;
}

void AdjustHolm(std::vector<RunPair>* pairs) {
  std::vector<double> p_values;
  for (const RunPair& pair : *pairs) {
    if (pair.reason.empty()) p_values.push_back(pair.p);
  }
  const std::vector<double> adjusted = HolmAdjusted(p_values);
  size_t next = 0;
  for (RunPair& pair : *pairs) {
    if (pair.reason.empty()) pair.holm_p = adjusted[next++];
  }
}

}  // namespace

const RunPair& PairedRuns::Between(size_t a, size_t b) const {
  const auto found = std::lower_bound(pairs.begin(), pairs.end(), std::make_pair(a, b),
                                      [](const RunPair& pair, const auto& wanted) { return std::make_pair(pair.a, pair.b) < wanted; });
  CHECK(found != pairs.end() && found->a == a && found->b == b) << a << " " << b;
  return *found;
}

PairedRuns PairRuns(absl::Span<const RunResults> runs) {
  PairedRuns paired;
  const std::vector<int> set_of_run = FindSets(runs, &paired.same_samples);
  for (size_t a = 0; a < runs.size(); ++a) {
    for (size_t b = a + 1; b < runs.size(); ++b) {
      const bool is_first_of_set = set_of_run[b] != kNowhere && paired.same_samples[set_of_run[b]][0] == a;
      if (runs.size() > kMostPairedRuns && a != 0 && !is_first_of_set) continue;
      const bool comparable = set_of_run[a] != kNowhere && set_of_run[a] == set_of_run[b];
      paired.pairs.push_back(comparable ? Compare(runs, a, b) : Refuse(runs, a, b));
    }
  }
  AdjustHolm(&paired.pairs);
  return paired;
}

}  // namespace mica
