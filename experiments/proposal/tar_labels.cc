#include "experiments/proposal/tar_labels.h"

#include <map>
#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "data/index/sources/tar_reader.h"

namespace mica {
namespace {

constexpr int kMaxMembers = 20;  // of the first sample, as WebDataset writes them
constexpr int64_t kMaxJsonBytes = 1 << 20;
constexpr const char* kKeys[] = {"label", "class", "cls", "category", "target"};

std::string KeyOfLabel(const std::string& json) {
  const auto object = nlohmann::json::parse(json, /*cb=*/nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return "";
  for (const char* const key : kKeys) {
    const auto found = object.find(key);
    if (found != object.end() && (found->is_string() || found->is_number_integer())) return key;
  }
  return "";
}

}  // namespace

void SetTarLabels(const std::string& shard, TarShardsConfig* config) {
  TarReader reader(shard);
  if (!reader.Open().ok()) return;
  TarMember member;
  std::string key;
  for (int i = 0; i < kMaxMembers; ++i) {
    const absl::StatusOr<bool> found = reader.Next(&member);
    if (!found.ok() || !*found) break;
    if (absl::EndsWith(member.name, ".cls") || absl::EndsWith(member.name, ".txt")) return;
    if (!key.empty() || !absl::EndsWith(member.name, ".json") || member.size > kMaxJsonBytes) continue;
    const absl::StatusOr<std::string> content = reader.ContentOf(member);
    if (content.ok()) key = KeyOfLabel(*content);
  }
  if (key.empty()) return;
  config->set_label_extension("json");
  config->set_label_field(key);
}

}  // namespace mica
