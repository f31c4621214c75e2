// Confident learning: which labels of a data set are probably wrong, and how many (Northcutt, Jiang
// and Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset Labels").
//   const LabelAudit audit = AuditLabels(samples, /*num_classes=*/10);
//   for (const LabelIssue& issue : audit.issues) …   // the most suspect first
// Probabilities must come from models that were not trained on the sample; others believe its
// label. The steps and their choices are those of cleanlab's find_label_issues with its default
// prune_by_noise_rate, so both find the same samples, but for ties in rounding. Thread-safe.
#ifndef MICA_EVAL_METRICS_LABEL_ISSUES_H_
#define MICA_EVAL_METRICS_LABEL_ISSUES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "absl/types/span.h"

namespace mica {

struct ClassProbability {
  int32_t label = 0;
  double probability = 0;  // [0, 1]
};

// Classes that are not listed have probability 0: they are never suggested. The label's own must be
// listed. Each class stands there once, by ascending label.
struct JudgedSample {
  int32_t label = 0;
  std::vector<ClassProbability> probabilities;

  double ProbabilityOf(int32_t of) const;
};

struct LabelIssue {
  size_t sample = 0;           // its place among the samples
  int32_t suggestion = 0;      // the most probable class but the label, of equals the first
  double self_confidence = 0;  // probability of the label
  double margin = 0;           // of the label - of the suggestion, [-1, 1]
};

struct LabelAudit {
  // For each class the mean probability of it over the samples labelled so, at least 2e-6. Infinite
  // without such samples.
  std::vector<double> thresholds;

  // [label][true class]: the estimated number of samples. Each row's sum is the number of samples
  // with that label, but for rounding and for classes without samples; cells that are 0 may be
  // missing.
  std::vector<std::map<int32_t, int64_t>> joint;

  // By self-confidence, equals by margin, then by sample: the most suspect first.
  std::vector<LabelIssue> issues;

  int64_t Labelled(int32_t label) const;  // the row's sum
  int64_t Wrong(int32_t label) const;     // the row's sum without the diagonal
};

// Every probability is finite, every label in [0, num_classes). In short:
//   t_j = mean of p_j over the samples labelled j
//   C_ij = samples labelled i that are confidently j: p_j >= t_j for it alone, or if there are more
//          such classes, j is the most probable of all
//   Q = C with each row scaled to the number of samples labelled i, in whole numbers
//   issues: for each i != j the Q_ij samples labelled i with the largest p_j - p_i, and those that
//           tie with the last of them, if i is not their most probable class
LabelAudit AuditLabels(absl::Span<const JudgedSample> samples, int num_classes);

}  // namespace mica

#endif  // MICA_EVAL_METRICS_LABEL_ISSUES_H_
