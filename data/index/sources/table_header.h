// The header of a table: finds the columns that a config names, and says what is there instead.
//   TableHeader header(rows.fields(), rows.line(), &problems);
//   const std::optional<size_t> place = header.Find("id", "csv.path_column");
#ifndef MICA_DATA_INDEX_SOURCES_TABLE_HEADER_H_
#define MICA_DATA_INDEX_SOURCES_TABLE_HEADER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/files/csv_scanner.h"
#include "data/index/sources/line_problems.h"

namespace mica {

// Single-thread. `problems` must outlive it.
class TableHeader {
 public:
  TableHeader(const std::vector<ScannedField>& fields, int64_t line, LineProblems* problems);

  // Where the column stands. Reports one that is missing or stands twice; `field` is the config's
  // that names it.
  std::optional<size_t> Find(absl::string_view name, absl::string_view field);

  const std::vector<std::string>& names() const { return names_; }

 private:
  std::string Hint(absl::string_view name) const;

  std::vector<std::string> names_;
  const int64_t line_;
  LineProblems& problems_;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_TABLE_HEADER_H_
