// Gathers what is wrong with the lines of a list. The first ten are shown, the others counted.
//   LineProblems problems("/d/train.txt");
//   problems.Add(42, "1 field, expected at least 2");
//   problems.MoveTo(&list.problems);  // "/d/train.txt:42: 1 field, expected at least 2"
#ifndef MICA_DATA_INDEX_SOURCES_LINE_PROBLEMS_H_
#define MICA_DATA_INDEX_SOURCES_LINE_PROBLEMS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "base/printable.h"

namespace mica {

// Single-thread.
class LineProblems {
 public:
  explicit LineProblems(absl::string_view path) : path_(Printable(path)) {}

  void Add(int64_t line, absl::string_view message) {
    Add(line, [&] { return std::string(message); });
  }

  // The same; `message` is asked only if it is shown.
  void Add(int64_t line, absl::FunctionRef<std::string()> message);

  int64_t count() const { return count_; }

  // "PATH:LINE", as it is shown.
  std::string Place(int64_t line) const;

  // Appends a line each, and one with the count if not all are shown.
  void MoveTo(std::vector<std::string>* problems);

 private:
  const std::string path_;
  std::vector<std::string> shown_;
  int64_t count_ = 0;
};

// A field as messages show it: quoted, without control characters, cut after 80 bytes.
std::string ShownField(absl::string_view text);

// "a", "b", … : at most 12 of them.
std::string ShownFields(const std::vector<std::string>& fields);

// "1 field", "2 fields"
std::string Counted(int64_t count, absl::string_view noun);

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_LINE_PROBLEMS_H_
