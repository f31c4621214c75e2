// A CSV file of a run folder as columns, for plots and pages.
//   MICA_ASSIGN_OR_RETURN(const RunTable table, ReadRunTable("/r/per_class.csv"));
//   for (size_t row = 0; row < table.size(); ++row) Draw(table.Texts("name")[row], table.Reals("f1")[row]);
// Which columns are numbers is not known beforehand: whoever asks for numbers gets them. Columns of
// one name are no error: in confusion_matrix.csv names are those of classes, and one may be called
// "truth". The first is meant then; columns() has all.
// Thread-safe. experiments/compare/run_results.h checks what is computed with further.
#ifndef MICA_EXPERIMENTS_ARTEFACTS_RUN_TABLE_H_
#define MICA_EXPERIMENTS_ARTEFACTS_RUN_TABLE_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mica {

class RunTable {
 public:
  struct Column {
    std::string name;
    std::vector<std::string> texts;
  };

  // Every column has `rows` texts.
  RunTable(size_t rows, std::vector<Column> columns) : rows_(rows), columns_(std::move(columns)) {}

  size_t size() const { return rows_; }  // rows below the header
  const std::vector<Column>& columns() const { return columns_; }
  bool Has(absl::string_view column) const { return Find(column) != nullptr; }

  // Empty texts, and NaN, if there is no such column: an older mica may not have written it.
  std::vector<std::string> Texts(absl::string_view column) const;

  // NaN where a field is empty or no number.
  std::vector<double> Reals(absl::string_view column) const;
  static std::vector<double> RealsOf(const Column& column);

 private:
  const Column* Find(absl::string_view column) const;

  size_t rows_;
  std::vector<Column> columns_;
};

// With `may_be_torn`, a last row without its line feed is left out: the file is one that grows.
// A DataError (exit code 3) names the file and, if it is not CSV, the line.
absl::StatusOr<RunTable> ReadRunTable(const std::string& path, bool may_be_torn = false);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_ARTEFACTS_RUN_TABLE_H_
