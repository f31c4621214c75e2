#include "data/index/shared_samples.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/fingerprint.h"

namespace mica {
namespace {

std::optional<absl::string_view> BytesOf(const ImageRecord& record, const DatasetIndex& index) {
  const auto& bytes = index.files[record.file].bytes;
  if (bytes == nullptr) return std::nullopt;
  return record.length == 0 ? absl::string_view(*bytes) : absl::string_view(*bytes).substr(record.offset, record.length);
}

}  // namespace

SharedSamples FindSharedSamples(const DatasetIndex& index, Split split) {
  SharedSamples result;
  std::unordered_map<uint64_t, std::vector<int64_t>> by_hash;  // ids of the split
  for (const ImageRecord& record : index.records) {
    if (record.split != split) continue;
    ++result.samples;
    if (const auto bytes = BytesOf(record, index)) by_hash[Fingerprint(*bytes)].push_back(record.id);
  }
  if (by_hash.empty()) return result;

  std::map<int64_t, int64_t> shared;  // id in the split -> the first training sample
  for (const ImageRecord& record : index.records) {
    if (record.split != Split::kTrain) continue;
    const auto bytes = BytesOf(record, index);
    if (!bytes.has_value()) continue;
    const auto found = by_hash.find(Fingerprint(*bytes));
    if (found == by_hash.end()) continue;
    std::vector<int64_t>& ids = found->second;
    const auto others = std::partition(ids.begin(), ids.end(), [&](int64_t id) { return BytesOf(index.records[id], index) != bytes; });
    for (auto id = others; id != ids.end(); ++id) shared.emplace(*id, record.id);
    // What was found is looked up no more: of a million empty pictures, each is compared once.
    ids.erase(others, ids.end());
    if (ids.empty()) by_hash.erase(found);
  }
  result.shared = static_cast<int64_t>(shared.size());
  if (!shared.empty()) result.first = *shared.begin();
  return result;
}

}  // namespace mica
