#include "base/files/csv.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace mica {

std::string CsvRow(absl::Span<const std::string> fields) {
  if (fields.size() == 1 && fields[0].empty()) return "\"\"\n";
  const auto append = [](std::string* row, const std::string& field) {
    if (field.find_first_of(",\"\r\n") == std::string::npos) {
      row->append(field);
    } else {
      absl::StrAppend(row, "\"", absl::StrReplaceAll(field, {{"\"", "\"\""}}), "\"");
    }
  };
  return absl::StrJoin(fields, ",", append) + "\n";
}

}  // namespace mica
