#include "experiments/preview/varied_samples.h"

#include <algorithm>
#include <unordered_set>

namespace mica {

std::vector<int64_t> VariedSamples(const DatasetIndex& index, absl::Span<const int64_t> ids, int64_t count) {
  // rounds[r] are the ids that are the (r+1)-th of their class.
  std::vector<std::vector<int64_t>> rounds;
  std::vector<size_t> seen(index.classes.size() + 1);  // by label + 1
  std::unordered_set<int64_t> known;
  for (const int64_t id : ids) {
    if (!known.insert(id).second) continue;
    const size_t round = seen[index.records[id].label + 1]++;
    if (round == rounds.size()) rounds.emplace_back();
    rounds[round].push_back(id);
  }
  std::vector<int64_t> chosen;
  for (const std::vector<int64_t>& round : rounds) chosen.insert(chosen.end(), round.begin(), round.end());
  chosen.resize(std::min<size_t>(chosen.size(), count));
  return chosen;
}

}  // namespace mica
