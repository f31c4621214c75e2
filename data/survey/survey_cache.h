// What earlier surveys found out about pictures, kept in one file a data set, so that unchanged
// pictures need not be opened again.
//   SurveyCache cache = SurveyCache::Load(path);       // whatever is wrong with the file: empty
//   if (const PictureFacts* known = cache.Find(i, key, stamp)) …
//   cache.Save(path, keys, survey, started_ns);         // a failure costs speed, nothing else
// A picture is known by the hash of its path, and its facts count while its file's size, time of
// change and inode are the same. Format: docs/file_formats.md.
#ifndef MICA_DATA_SURVEY_SURVEY_CACHE_H_
#define MICA_DATA_SURVEY_SURVEY_CACHE_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/files/file.h"
#include "data/survey/picture_facts.h"

namespace mica {

// $XDG_CACHE_HOME/mica, else ~/.cache/mica. "" if neither variable is an absolute path: there is no
// cache then.
std::string CacheFolder();

// All caches of the folder together are kept below this: those that were used longest ago go first.
inline constexpr int64_t kMaxCacheBytes = int64_t{1} << 30;

// How the names of cache files begin.
inline constexpr absl::string_view kCachePrefix = "survey-";

class SurveyCache {
 public:
  // Empty if the file is missing, damaged, of another format, or not to be read.
  static SurveyCache Load(const std::string& path);

  // The facts of the picture with this key, or nullptr if there are none or its file has changed.
  // `hint`: where it probably is, the position of the picture in the survey. Their `problem` counts
  // in problems(). Thread-safe.
  const PictureFacts* Find(size_t hint, uint64_t key, const FileStamp& stamp) const;

  const std::vector<PictureProblem>& problems() const { return problems_; }
  size_t size() const { return keys_.size(); }

  // Writes what the survey knows, with its pictures' keys, and what this cache knows of others, if
  // those are no more. Leaves out files that changed less than a second before `started_ns` or
  // after it (Unix time), because another change may have left their stamps as they are, and
  // problems that may pass. Removes the oldest caches of the folder if all together exceed
  // kMaxCacheBytes; one that alone would is not written.
  absl::Status Save(const std::string& path, const std::vector<uint64_t>& keys, const PictureSurvey& survey, int64_t started_ns,
                    FileCalls& calls = SystemFileCalls()) const;

 private:
  bool Parse(absl::string_view bytes);

  // Of the key, anywhere.
  std::optional<size_t> PositionOf(uint64_t key) const;

  std::vector<uint64_t> keys_;
  std::vector<PictureFacts> facts_;
  std::vector<PictureProblem> problems_;

  // Made when a hint is wrong for the first time.
  struct Positions {
    std::once_flag made;
    std::unordered_map<uint64_t, size_t> by_key;
  };
  std::unique_ptr<Positions> positions_ = std::make_unique<Positions>();
};

}  // namespace mica

#endif  // MICA_DATA_SURVEY_SURVEY_CACHE_H_
