#include "experiments/embedding/sample_draw.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/rng.h"

namespace mica {
namespace {

// How many of each class, by label, are drawn.
std::map<int32_t, int64_t> QuotasOf(const std::map<int32_t, int64_t>& counts, int64_t total, int64_t wanted) {
  std::map<int32_t, int64_t> quotas;
  std::vector<std::pair<int64_t, int32_t>> remainders;  // negative, so that the largest come first
  int64_t left = wanted;
  for (const auto& [label, count] : counts) {
    quotas[label] = count * wanted / total;
    remainders.emplace_back(-(count * wanted % total), label);
    left -= quotas[label];
  }
  std::sort(remainders.begin(), remainders.end());
  for (int64_t i = 0; i < left; ++i) ++quotas[remainders[i].second];
  return quotas;
}

}  // namespace

std::vector<int64_t> DrawSamples(const DatasetIndex& index, Split split, int64_t count, uint64_t seed) {
  const std::vector<int64_t> all = index.RecordsOf(split);
  const auto total = static_cast<int64_t>(all.size());
  if (total <= count) return all;
  std::map<int32_t, int64_t> counts;
  for (const int64_t id : all) ++counts[index.records[id].label];
  std::map<int32_t, int64_t> left = QuotasOf(counts, total, count);
  std::vector<int64_t> drawn;
  for (const int64_t place : RandomOrder(seed, RngStream::kSampling, /*epoch=*/0, total)) {
    if (left[index.records[all[place]].label]-- > 0) drawn.push_back(all[place]);
  }
  std::sort(drawn.begin(), drawn.end());
  return drawn;
}

}  // namespace mica
