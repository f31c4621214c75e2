// Gathers the labels of a source as they are written.
//   LabelTable table;
//   record.label = table.Add("cat", [&] { return absl::StrCat(path, ":", line); });
//   table.MoveTo({SourceConfig::AUTO, /*offset=*/0, "list_file"}, &list);
// Single-thread.
#ifndef MICA_DATA_INDEX_SOURCES_LABEL_TABLE_H_
#define MICA_DATA_INDEX_SOURCES_LABEL_TABLE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "data/index/sample_list.h"
#include "data/index/sources/source.pb.h"

namespace mica {

// How the labels of a source are read.
struct LabelRules {
  SourceConfig::Labels labels = SourceConfig::AUTO;
  int64_t offset = 0;
  std::string config_name;  // of the source's message, for remedies: "list_file"
};

class LabelTable {
 public:
  // The index of the label; counts one sample. `place` is asked only for a new one.
  int32_t Add(absl::string_view text, absl::FunctionRef<std::string()> place);

  // The same for a class that has no samples so far.
  int32_t AddClass(absl::string_view text, const std::string& place);

  // Of a label that was added, as it is written.
  const std::string& text(int32_t label) const { return labels_[label].text; }

  // Fills the list's labels, decides whether they are numbers, and reports labels that do not fit.
  // Warns of names that are probably one class written in two ways ("cat" and "Cat ", "1" and
  // "01"), and of names that are probably several labels joined.
  // The table is empty afterwards.
  void MoveTo(const LabelRules& rules, SampleList* list);

 private:
  int32_t Find(absl::string_view text, absl::FunctionRef<std::string()> place);

  std::vector<ListedLabel> labels_;
  std::unordered_map<std::string, int32_t> index_;
  int32_t last_ = -1;  // lists often hold long runs of one label
};

// Requires an offset in [-2^31, 2^31], so that no label overflows. `path` is the source's.
void ValidateLabelOffset(int64_t offset, absl::string_view path, ConfigProblems* problems);

// Whether the text is a whole number that fits into 64 bits, without blanks or plus sign: "12",
// "-1", "007".
bool IsWholeNumber(absl::string_view text);

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_LABEL_TABLE_H_
