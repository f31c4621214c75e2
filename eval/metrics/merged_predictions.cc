#include "eval/metrics/merged_predictions.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace mica {
namespace {

constexpr double kMinusInfinity = -std::numeric_limits<double>::infinity();

// ln sum_i exp(x_i). NaN if a value is NaN or +infinity, or all are -infinity.
double LogSumExp(absl::Span<const double> values) {
  const double largest = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (const double value : values) sum += std::exp(value - largest);
  return largest + std::log(sum);
}

// The logarithm of the mean of probabilities, given theirs. All may be 0.
double LogMeanProbability(absl::Span<const double> logs) {
  if (std::all_of(logs.begin(), logs.end(), [](double value) { return value == kMinusInfinity; })) return kMinusInfinity;
  return LogSumExp(logs) - std::log(static_cast<double>(logs.size()));
}

}  // namespace

std::vector<float> MergeLogits(absl::Span<const absl::Span<const float>> logits) {
  const size_t views = logits.size(), classes = logits[0].size();
  std::vector<std::vector<double>> log_probabilities;
  for (const absl::Span<const float> view : logits) {
    std::vector<double>& row = log_probabilities.emplace_back(view.begin(), view.end());
    const double log_sum = LogSumExp(row);
    for (double& value : row) value -= log_sum;
  }
  std::vector<float> merged(classes);
  std::vector<double> column(views);
  for (size_t c = 0; c < classes; ++c) {
    for (size_t v = 0; v < views; ++v) column[v] = log_probabilities[v][c];
    merged[c] = static_cast<float>(LogMeanProbability(column));
  }
  return merged;
}

PredictionTable MergePredictions(absl::Span<const PredictionTable> tables) {
  CHECK(!tables.empty());
  if (tables.size() == 1) return tables[0];
  PredictionTable merged(tables[0].num_classes());
  merged.Reserve(tables[0].size());
  std::vector<absl::Span<const float>> logits(tables.size());
  for (int64_t row = 0; row < tables[0].size(); ++row) {
    for (size_t v = 0; v < tables.size(); ++v) {
      CHECK_EQ(tables[v].record_id(row), tables[0].record_id(row));
      logits[v] = tables[v].logits(row);
    }
    merged.Add(tables[0].record_id(row), tables[0].label(row), MergeLogits(logits));
  }
  return merged;
}

}  // namespace mica
