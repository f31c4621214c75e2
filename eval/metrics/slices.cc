#include "eval/metrics/slices.h"

#include <glog/logging.h>

#include <map>

#include "absl/strings/string_view.h"
#include "eval/metrics/scored_samples.h"

namespace mica {

std::vector<SliceScores> ScoreSlices(const PredictionTable& predictions, absl::Span<const std::string> names) {
  CHECK_EQ(static_cast<int64_t>(names.size()), predictions.size());
  std::map<absl::string_view, SliceScores> slices;
  for (const ScoredSample& sample : ScoreSamples(predictions)) {
    SliceScores& slice = slices[names[sample.row]];
    ++slice.samples;
    slice.right += sample.right() ? 1 : 0;
    slice.loss += sample.scores.nll;  // the sum, for now
  }
  std::vector<SliceScores> sorted;
  for (auto& [name, slice] : slices) {
    slice.name = std::string(name);
    slice.accuracy = static_cast<double>(slice.right) / static_cast<double>(slice.samples);
    slice.accuracy_interval = WilsonInterval(slice.right, slice.samples);
    slice.loss /= static_cast<double>(slice.samples);
    sorted.push_back(slice);
  }
  return sorted;
}

}  // namespace mica
