#include "data/index/sources/line_problems.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/utf8.h"

namespace mica {
namespace {

constexpr size_t kMaxShownProblems = 10;
constexpr size_t kMaxShownBytes = 80;
constexpr size_t kMaxShownFields = 12;

}  // namespace

void LineProblems::Add(int64_t line, absl::FunctionRef<std::string()> message) {
  ++count_;
  if (shown_.size() < kMaxShownProblems) shown_.push_back(absl::StrCat(Place(line), ": ", message()));
}

std::string LineProblems::Place(int64_t line) const {
  return absl::StrCat(path_, ":", line);
}

void LineProblems::MoveTo(std::vector<std::string>* problems) {
  std::move(shown_.begin(), shown_.end(), std::back_inserter(*problems));
  if (count_ > static_cast<int64_t>(kMaxShownProblems)) {
    problems->push_back(absl::StrCat(path_, ": ", count_, " problems in its lines; the first ", kMaxShownProblems, " are shown"));
  }
  shown_.clear();
  count_ = 0;
}

std::string ShownField(absl::string_view text) {
  const absl::string_view shown = text.substr(0, kMaxShownBytes);
  if (shown.size() == text.size()) return absl::StrCat("\"", Printable(text), "\"");
  return absl::StrCat("\"", Printable(shown.substr(0, ValidUtf8Prefix(shown))), "…\"");
}

std::string ShownFields(const std::vector<std::string>& fields) {
  std::vector<std::string> shown;
  for (size_t i = 0; i < std::min(fields.size(), kMaxShownFields); ++i) shown.push_back(ShownField(fields[i]));
  return absl::StrCat(absl::StrJoin(shown, ", "), fields.size() > kMaxShownFields ? ", …" : "");
}

std::string Counted(int64_t count, absl::string_view noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

}  // namespace mica
