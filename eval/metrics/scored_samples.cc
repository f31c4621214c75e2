#include "eval/metrics/scored_samples.h"

namespace mica {

std::vector<ScoredSample> ScoreSamples(const PredictionTable& predictions) {
  std::vector<ScoredSample> samples;
  samples.reserve(predictions.size());
  for (int64_t row = 0; row < predictions.size(); ++row) {
    if (predictions.is_labelled(row)) samples.push_back({row, predictions.label(row), predictions.Scores(row)});
  }
  return samples;
}

ClassCounts CountClasses(absl::Span<const ScoredSample> samples, int num_classes) {
  ClassCounts counts(num_classes);
  for (const ScoredSample& sample : samples) counts.Add(sample.label, sample.scores.prediction);
  return counts;
}

}  // namespace mica
