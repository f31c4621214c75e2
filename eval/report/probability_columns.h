// The columns of probabilities, which all tables of predictions end with.
//   ProbabilityNames(3) == {"prob_0", "prob_1", "prob_2"}
//   AppendProbabilities(predictions, row, &fields);
#ifndef MICA_EVAL_REPORT_PROBABILITY_COLUMNS_H_
#define MICA_EVAL_REPORT_PROBABILITY_COLUMNS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "eval/metrics/prediction_table.h"

namespace mica {

// With more classes, a table holds the five most probable ones instead of all.
constexpr int kMaxProbabilityColumns = 100;

// "prob_0", …, or "top1_class", "top1_prob", … "top5_prob".
std::vector<std::string> ProbabilityNames(int num_classes);

// `probabilities`: PredictionTable::Probabilities of the row.
void AppendProbabilities(const PredictionTable& predictions, int64_t row, absl::Span<const double> probabilities,
                         std::vector<std::string>* fields);

// The shortest text that gives the same float. Logits are floats, so more digits would mean
// nothing.
std::string ProbabilityText(double probability);

}  // namespace mica

#endif  // MICA_EVAL_REPORT_PROBABILITY_COLUMNS_H_
