#include "eval/metrics/confusions.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace mica {

std::vector<Confusion> MostConfused(const PredictionTable& predictions, int pairs, int ids) {
  std::vector<int64_t> supports(predictions.num_classes());
  std::map<std::pair<int, int>, Confusion> found;
  for (int64_t row = 0; row < predictions.size(); ++row) {
    if (!predictions.is_labelled(row)) continue;
    const int truth = predictions.label(row);
    const int prediction = predictions.prediction(row);
    ++supports[truth];
    if (truth == prediction) continue;
    Confusion& confusion = found[{truth, prediction}];
    if (confusion.count++ < ids) confusion.record_ids.push_back(predictions.record_id(row));
  }
  std::vector<Confusion> sorted;
  for (auto& [classes, confusion] : found) {
    std::tie(confusion.truth, confusion.prediction) = classes;
    confusion.share = static_cast<double>(confusion.count) / static_cast<double>(supports[confusion.truth]);
    sorted.push_back(std::move(confusion));
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const Confusion& a, const Confusion& b) { return a.count > b.count; });
  sorted.resize(std::min<size_t>(sorted.size(), std::max(pairs, 0)));
  return sorted;
}

}  // namespace mica
