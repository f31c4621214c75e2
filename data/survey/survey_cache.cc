#include "data/survey/survey_cache.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <type_traits>
#include <unordered_set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/path.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"

namespace mica {
namespace {

static_assert(std::is_trivially_copyable_v<PictureFacts>);

constexpr char kMagic[8] = {'m', 'i', 'c', 'a', ' ', 's', 'v', '\n'};
constexpr uint32_t kVersion = 4;  // another one wherever PictureFacts or what fills it changes

struct Header {
  char magic[8];
  uint32_t version;
  uint32_t entry_bytes;
  uint64_t entries;
  uint64_t problems;
};

template <typename T>
void AppendRaw(const T* values, size_t count, std::string* bytes) {
  bytes->append(reinterpret_cast<const char*>(values), count * sizeof(T));
}

// Takes values from the front of bytes, as far as there are enough.
class RawReader {
 public:
  explicit RawReader(absl::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  bool Take(size_t count, T* values) {
    if (count > bytes_.size() / sizeof(T)) return false;
    if (count > 0) memcpy(static_cast<void*>(values), bytes_.data(), count * sizeof(T));
    bytes_.remove_prefix(count * sizeof(T));
    return true;
  }

  bool TakeText(std::string* text) {
    uint32_t size = 0;
    if (!Take(1, &size) || size > bytes_.size()) return false;
    *text = std::string(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return true;
  }

  bool at_end() const { return bytes_.empty(); }
  size_t left() const { return bytes_.size(); }

 private:
  absl::string_view bytes_;
};

void AppendProblem(const PictureProblem& problem, std::string* bytes) {
  const uint8_t kinds[] = {static_cast<uint8_t>(problem.fault), problem.is_usable};
  AppendRaw(kinds, 2, bytes);
  const auto size = static_cast<uint32_t>(problem.message.size());
  AppendRaw(&size, 1, bytes);
  *bytes += problem.message;
}

// Gathers what a cache file holds.
class Contents {
 public:
  void Reserve(size_t entries) {
    keys_.reserve(entries);
    facts_.reserve(entries);
  }

  void Add(uint64_t key, PictureFacts facts, const std::vector<PictureProblem>& problems) {
    if (facts.problem >= 0) {
      AppendProblem(problems[facts.problem], &problems_);
      facts.problem = problem_count_++;
    }
    keys_.push_back(key);
    facts_.push_back(facts);
  }

  std::string Encode() const {
    Header header = {};
    memcpy(header.magic, kMagic, sizeof(kMagic));
    header.version = kVersion;
    header.entry_bytes = sizeof(PictureFacts);
    header.entries = keys_.size();
    header.problems = problem_count_;
    std::string bytes;
    bytes.reserve(sizeof(header) + keys_.size() * (sizeof(uint64_t) + sizeof(PictureFacts)) + problems_.size() + sizeof(uint64_t));
    AppendRaw(&header, 1, &bytes);
    AppendRaw(keys_.data(), keys_.size(), &bytes);
    AppendRaw(facts_.data(), facts_.size(), &bytes);
    bytes += problems_;
    const uint64_t checksum = Fingerprint(bytes);
    AppendRaw(&checksum, 1, &bytes);
    return bytes;
  }

 private:
  std::vector<uint64_t> keys_;
  std::vector<PictureFacts> facts_;
  std::string problems_;
  int32_t problem_count_ = 0;
};

// Load() renews the time of a cache, so the oldest are those that nobody uses.
void RemoveOldest(const std::string& folder, FileCalls& calls) {
  struct File {
    std::string path;
    int64_t bytes;
    std::filesystem::file_time_type time;
  };
  std::vector<File> files;
  int64_t total = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    // Others may keep files there too.
    if (!absl::StartsWith(entry->path().filename().string(), kCachePrefix) || !entry->is_regular_file(error)) continue;
    files.push_back({entry->path().string(), static_cast<int64_t>(entry->file_size(error)), entry->last_write_time(error)});
    total += files.back().bytes;
  }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.time < b.time; });
  for (size_t i = 0; i + 1 < files.size() && total > kMaxCacheBytes; ++i) {
    total -= files[i].bytes;
    calls.Unlink(files[i].path.c_str());
  }
}

std::string AbsoluteVariable(const char* name) {
  const char* const value = getenv(name);
  return value != nullptr && value[0] == '/' ? value : "";
}

}  // namespace

std::string CacheFolder() {
  if (const std::string folder = AbsoluteVariable("XDG_CACHE_HOME"); !folder.empty()) return absl::StrCat(folder, "/mica");
  const std::string home = AbsoluteVariable("HOME");
  return home.empty() ? "" : absl::StrCat(home, "/.cache/mica");
}

bool SurveyCache::Parse(absl::string_view bytes) {
  uint64_t checksum = 0;
  if (bytes.size() < sizeof(Header) + sizeof(checksum)) return false;
  const absl::string_view content = bytes.substr(0, bytes.size() - sizeof(checksum));
  memcpy(&checksum, bytes.data() + content.size(), sizeof(checksum));
  RawReader reader(content);
  Header header;
  reader.Take(1, &header);
  if (memcmp(header.magic, kMagic, sizeof(kMagic)) != 0 || header.version != kVersion || header.entry_bytes != sizeof(PictureFacts))
    return false;
  if (Fingerprint(content) != checksum) return false;
  if (header.entries > reader.left() / (sizeof(uint64_t) + sizeof(PictureFacts)) || header.problems > header.entries) return false;
  keys_.resize(header.entries);
  facts_.resize(header.entries);
  reader.Take(keys_.size(), keys_.data());
  reader.Take(facts_.size(), facts_.data());
  for (uint64_t i = 0; i < header.problems; ++i) {
    uint8_t kinds[2];
    std::string message;
    if (!reader.Take(2, kinds) || !reader.TakeText(&message)) return false;
    problems_.push_back({static_cast<PictureFault>(kinds[0]), kinds[1] != 0, std::move(message)});
  }
  const auto count = static_cast<int32_t>(problems_.size());
  return reader.at_end() && std::all_of(facts_.begin(), facts_.end(), [&](const PictureFacts& facts) { return facts.problem < count; });
}

SurveyCache SurveyCache::Load(const std::string& path) {
  SurveyCache cache;
  const absl::StatusOr<std::string> bytes = ReadFile(path, kMaxCacheBytes);
  if (!bytes.ok() || !cache.Parse(*bytes)) return SurveyCache();
  utimensat(AT_FDCWD, path.c_str(), nullptr, 0);
  return cache;
}

std::optional<size_t> SurveyCache::PositionOf(uint64_t key) const {
  std::call_once(positions_->made, [this] {
    positions_->by_key.reserve(keys_.size());
    for (size_t i = 0; i < keys_.size(); ++i) positions_->by_key.insert({keys_[i], i});
  });
  const auto found = positions_->by_key.find(key);
  if (found == positions_->by_key.end()) return std::nullopt;
  return found->second;
}

const PictureFacts* SurveyCache::Find(size_t hint, uint64_t key, const FileStamp& stamp) const {
  std::optional<size_t> position;
  if (hint < keys_.size() && keys_[hint] == key) {
    position = hint;
  } else if (!keys_.empty()) {
    position = PositionOf(key);
  }
  if (!position.has_value() || !(facts_[*position].stamp == stamp)) return nullptr;
  return &facts_[*position];
}

absl::Status SurveyCache::Save(const std::string& path, const std::vector<uint64_t>& keys, const PictureSurvey& survey, int64_t started_ns,
                               FileCalls& calls) const {
  constexpr int64_t kSecond = 1000000000;
  Contents contents;
  contents.Reserve(keys.size());
  for (size_t id = 0; id < keys.size(); ++id) {
    const PictureFacts& facts = survey.facts[id];
    const bool is_settled = facts.stamp.size_bytes >= 0 && facts.stamp.mtime_ns < started_ns - kSecond;
    // What was known before and is known better: a survey that looked less closely has used it.
    if (const PictureFacts* const known = Find(id, keys[id], facts.stamp); known != nullptr && known->depth >= facts.depth) {
      contents.Add(keys[id], *known, problems_);
      continue;
    }
    const PictureProblem* const problem = survey.ProblemOf(static_cast<int64_t>(id));
    const bool may_pass = problem != nullptr && problem->may_pass;
    if (is_settled && !may_pass && facts.depth != SurveyDepth::kNothing) contents.Add(keys[id], facts, survey.problems);
  }
  std::unordered_set<uint64_t> known(keys.begin(), keys.end());
  const auto others = std::count_if(keys_.begin(), keys_.end(), [&](uint64_t key) { return known.count(key) == 0; });
  for (size_t i = 0; i < keys_.size() && others <= static_cast<int64_t>(keys.size()); ++i) {
    if (known.count(keys_[i]) == 0) contents.Add(keys_[i], facts_[i], problems_);
  }
  const std::string folder(FolderName(path));
  const std::string bytes = contents.Encode();
  if (static_cast<int64_t>(bytes.size()) > kMaxCacheBytes) return OutputError(absl::StrCat(path, ": would be too large"));
  MICA_RETURN_IF_ERROR(MakeFolders(folder, calls));
  MICA_RETURN_IF_ERROR(WriteFileAtomically(path, bytes, calls));
  RemoveOldest(folder, calls);
  return absl::OkStatus();
}

}  // namespace mica
