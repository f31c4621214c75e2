#include "eval/metrics/slices.h"

#include <map>

#include "absl/strings/string_view.h"

namespace mica {

std::vector<SliceScores> ScoreSlices(absl::Span<const SlicedSample> samples) {
  std::map<absl::string_view, SliceScores> slices;
  for (const SlicedSample& sample : samples) {
    SliceScores& slice = slices[sample.slice];
    ++slice.samples;
    slice.right += sample.is_right ? 1 : 0;
    slice.loss += sample.loss;  // a sum, until it is divided below
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
