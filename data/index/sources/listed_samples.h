// Makes a SampleList of the rows of a list, whatever the list's format.
//   ListedSamples samples(settings, rules);
//   samples.Add({/*line=*/7, "cats/1.jpg", "cat", /*group=*/std::nullopt});
//   return samples.Finish();
// Samples keep the order of the rows. A path that stands twice with the same label is two samples
// of one file, and a warning; with different labels or groups it is an error. 1,000,000 rows of 57
// bytes take about 1 s and 300 MiB, their text included.
#ifndef MICA_DATA_INDEX_SOURCES_LISTED_SAMPLES_H_
#define MICA_DATA_INDEX_SOURCES_LISTED_SAMPLES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/strings/string_view.h"
#include "data/index/sample_list.h"
#include "data/index/sources/label_table.h"
#include "data/index/sources/line_problems.h"
#include "data/index/sources/list_settings.h"

namespace mica {

struct ListedRow {
  int64_t line = 0;  // from 1
  absl::string_view path;
  std::optional<absl::string_view> label;  // nullopt: unlabelled
  std::optional<absl::string_view> group;
};

// Finds files by their paths, which stand in a vector of files.
class FileIndex {
 public:
  explicit FileIndex(const std::vector<SampleFile>& files);

  // The file of this path. If there is none, -1: then files.size(), which the caller adds next, is
  // entered for it.
  int32_t FindOrEnter(absl::string_view path);

 private:
  struct Slot {
    uint32_t hash = 0;
    int32_t file = -1;
  };

  size_t PlaceOf(uint32_t hash, absl::string_view path) const;
  void Grow();

  const std::vector<SampleFile>& files_;
  const uint64_t seed_;  // so that no list can be made to be slow
  std::vector<Slot> slots_;
  size_t used_ = 0;
};

// Single-thread.
class ListedSamples {
 public:
  ListedSamples(ListSettings settings, const LabelRules& rules);
  ListedSamples(const ListedSamples&) = delete;
  ListedSamples& operator=(const ListedSamples&) = delete;

  // Makes room for the rows of this text, but for no more memory than it may well need.
  void ReserveFor(absl::string_view text);

  // A class that may have no samples.
  void AddClass(absl::string_view name, int64_t line);

  // Adds the row's sample, or a problem. Rows behind settings.max_samples are one problem.
  void Add(const ListedRow& row);

  LineProblems& problems() { return problems_; }

  // With the files that do not exist among the problems. To be called once.
  SampleList Finish();

 private:
  void AddFull(int64_t line);
  bool CheckLabel(const ListedRow& row);
  int32_t GroupOf(const ListedRow& row);
  void AddRepeated(const ListedRow& row, int32_t file);
  void WarnOfRepeats();

  const ListSettings settings_;
  const LabelRules rules_;
  const std::string root_;
  LineProblems problems_;
  SampleList list_;
  LabelTable labels_;
  FileIndex index_;
  std::unordered_map<std::string, int32_t> groups_;
  std::vector<int32_t> line_of_file_;
  std::vector<int32_t> record_of_file_;  // the first
  bool is_full_ = false;
  int64_t repeats_ = 0;
  std::string first_repeat_;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_LISTED_SAMPLES_H_
