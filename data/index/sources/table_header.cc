#include "data/index/sources/table_header.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/nearest_name.h"
#include "data/index/sources/folder_walk.h"

namespace mica {

TableHeader::TableHeader(const std::vector<ScannedField>& fields, int64_t line, LineProblems* problems)
    : line_(line), problems_(*problems) {
  for (const ScannedField& field : fields) names_.push_back(field.Value());
}

std::optional<size_t> TableHeader::Find(absl::string_view name, absl::string_view field) {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) {
    problems_.Add(line_, [&] {
      return absl::StrCat("has no column ", ShownField(name), ", as ", field, " says; columns are ", ShownFields(names_), Hint(name));
    });
    return std::nullopt;
  }
  if (std::find(found + 1, names_.end(), name) != names_.end()) {
    problems_.Add(line_,
                  [&] { return absl::StrCat("column ", ShownField(name), " (", field, ") stands twice in the header; rename one"); });
    return std::nullopt;
  }
  return found - names_.begin();
}

std::string TableHeader::Hint(absl::string_view name) const {
  if (std::any_of(names_.begin(), names_.end(), IsPictureName)) {
    return "; this looks like no header: list_file { delimiter: COMMA } reads tables without one";
  }
  if (names_.size() == 1 && absl::StrContains(names_[0], '\t')) {
    return "; its columns are separated by tabs: list_file { delimiter: TAB path_column_name: … } reads those";
  }
  if (names_.size() == 1 && absl::StrContains(names_[0], ';')) return "; its columns are separated by semicolons: save it with commas";
  const std::optional<std::string> nearest = NearestName(name, names_);
  return nearest.has_value() ? absl::StrCat("; did you mean ", ShownField(*nearest), "?") : "";
}

}  // namespace mica
