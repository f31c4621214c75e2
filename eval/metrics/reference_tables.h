// Made-up prediction tables for tests. Those with a name have metrics by other libraries in
// testdata/reference_metrics.txt; testdata/make_reference_metrics.py makes the same tables there.
//   ReferenceTable({"tied", 500, 5, 5, 17, 0})
#ifndef MICA_EVAL_METRICS_REFERENCE_TABLES_H_
#define MICA_EVAL_METRICS_REFERENCE_TABLES_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/rng.h"
#include "eval/metrics/prediction_table.h"

namespace mica {

struct ReferenceCase {
  std::string name;
  int64_t samples;
  int classes;
  int labels;                // classes that occur as truth: the first ones
  int64_t distinct_rows;     // after so many the logits begin again, so that scores tie
  int64_t unlabelled_every;  // 0 for never
};

// Logits are multiples of 1/256 in [-8, 8). About 6 in 10 labels have the largest logit of the
// classes that occur.
inline PredictionTable ReferenceTable(const ReferenceCase& of) {
  constexpr uint64_t kSeed = 17;
  PredictionTable table(of.classes);
  table.Reserve(of.samples);
  std::vector<float> logits(of.classes);
  for (int64_t row = 0; row < of.samples; ++row) {
    Rng rng(kSeed, RngStream::kShuffle, /*epoch=*/1, row % of.distinct_rows);
    for (float& logit : logits) logit = static_cast<float>(rng.NextU32() >> 20) / 256 - 8;
    Rng label_rng(kSeed, RngStream::kShuffle, /*epoch=*/2, row);
    const bool likely = label_rng.NextU32() % 10 < 6;
    const auto drawn = static_cast<int>(label_rng.NextU32() % of.labels);
    const auto largest = static_cast<int>(std::max_element(logits.begin(), logits.begin() + of.labels) - logits.begin());
    const bool unlabelled = of.unlabelled_every > 0 && row % of.unlabelled_every == 0;
    table.Add(/*record_id=*/row, unlabelled ? -1 : likely ? largest : drawn, logits);
  }
  return table;
}

// A row of probabilities for each label.
inline PredictionTable TableOf(const std::vector<std::vector<double>>& probabilities, const std::vector<int>& labels) {
  PredictionTable table(static_cast<int>(probabilities[0].size()));
  for (size_t row = 0; row < labels.size(); ++row) {
    std::vector<float> logits;
    for (const double p : probabilities[row]) logits.push_back(static_cast<float>(std::log(p)));
    table.Add(static_cast<int64_t>(row), labels[row], logits);
  }
  return table;
}

// Two classes, of which the second has the given probabilities.
inline PredictionTable BinaryTable(const std::vector<double>& probabilities, const std::vector<int>& labels) {
  PredictionTable table(2);
  for (size_t row = 0; row < labels.size(); ++row) {
    const double p = probabilities[row];
    table.Add(static_cast<int64_t>(row), labels[row], {static_cast<float>(std::log(1 - p)), static_cast<float>(std::log(p))});
  }
  return table;
}

// The table with one more row, of label 0, whose probabilities are NaN.
inline PredictionTable WithNanRow(const PredictionTable& table) {
  PredictionTable more = table;
  std::vector<float> logits(table.num_classes(), 0);
  logits[0] = std::numeric_limits<float>::quiet_NaN();
  more.Add(/*record_id=*/1 << 20, /*label=*/0, logits);
  return more;
}

}  // namespace mica

#endif  // MICA_EVAL_METRICS_REFERENCE_TABLES_H_
