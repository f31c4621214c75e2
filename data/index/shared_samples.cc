#include "data/index/shared_samples.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/fingerprint.h"

namespace mica {
namespace {

// Two samples with the same one are the same. A file in memory is known by the bytes of its
// samples, others by their paths. Members are numbered in each tar file alike, so their names alone
// say nothing.
struct Identity {
  absl::string_view content;  // bytes or path
  absl::string_view member;

  bool operator!=(const Identity& other) const { return content != other.content || member != other.member; }
  uint64_t Hash() const { return member.empty() ? Fingerprint(content) : Fingerprint(member, Fingerprint(content)); }
};

Identity IdentityOf(const ImageRecord& record, const DatasetIndex& index) {
  const SampleFile& file = index.files[record.file];
  if (file.bytes != nullptr) return {absl::string_view(*file.bytes).substr(record.offset, record.length), ""};
  if (file.members != nullptr) return {file.path, (*file.members)[record.position]};
  return {file.path, ""};
}

// Of two paths: by their folders, then by their names.
bool ComesBefore(absl::string_view a, absl::string_view b) {
  const size_t a_slash = a.rfind('/');
  const size_t b_slash = b.rfind('/');
  const int order = a.substr(0, a_slash).compare(b.substr(0, b_slash));
  return order != 0 ? order < 0 : a.substr(a_slash + 1) < b.substr(b_slash + 1);
}

// Whether all are whole files in the order in which a walk through a folder lists them: then no two
// are the same, and none needs to be looked up.
bool AreSortedFiles(const DatasetIndex& index) {
  const SampleFile* last = nullptr;
  for (const ImageRecord& record : index.records) {
    const SampleFile& file = index.files[record.file];
    if (file.bytes != nullptr || file.members != nullptr) return false;
    if (last != nullptr && !ComesBefore(last->path, file.path)) return false;
    last = &file;
  }
  return true;
}

}  // namespace

SharedSamples FindSharedSamples(const DatasetIndex& index, Split split) {
  SharedSamples result;
  if (AreSortedFiles(index)) {
    result.samples = static_cast<int64_t>(index.RecordsOf(split).size());
    return result;
  }
  std::unordered_map<uint64_t, std::vector<int64_t>> by_hash;  // ids of the split
  for (const ImageRecord& record : index.records) {
    if (record.split != split) continue;
    ++result.samples;
    by_hash[IdentityOf(record, index).Hash()].push_back(record.id);
  }
  if (by_hash.empty()) return result;

  std::map<int64_t, int64_t> shared;  // id in the split -> the first training sample
  for (const ImageRecord& record : index.records) {
    if (record.split != Split::kTrain) continue;
    const Identity identity = IdentityOf(record, index);
    const auto found = by_hash.find(identity.Hash());
    if (found == by_hash.end()) continue;
    std::vector<int64_t>& ids = found->second;
    const auto others =
        std::partition(ids.begin(), ids.end(), [&](int64_t id) { return IdentityOf(index.records[id], index) != identity; });
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
