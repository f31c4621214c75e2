#include "bench/reported_numbers.h"

#include <cmath>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/error.h"

namespace mica {

absl::StatusOr<std::vector<double>> ReadReportedNumbers(absl::string_view output, absl::Span<const std::string> names) {
  output = absl::StripAsciiWhitespace(output);
  const absl::string_view line = output.substr(output.rfind('\n') + 1);  // npos + 1 is 0
  std::map<std::string, std::string> fields;
  for (const absl::string_view word : absl::StrSplit(line, ' ', absl::SkipEmpty())) {
    fields.insert(absl::StrSplit(word, absl::MaxSplits('=', 1)));
  }
  std::vector<double> numbers;
  for (const std::string& name : names) {
    double number = 0;
    if (!absl::SimpleAtod(fields[name], &number) || !(number > 0 && std::isfinite(number))) {
      return DataError(absl::StrCat("expected a last line of NAME=NUMBER, above 0, for ", absl::StrJoin(names, ", "), "; no such ", name,
                                    " in '", absl::Utf8SafeCEscape(line), "'"));
    }
    numbers.push_back(number);
  }
  return numbers;
}

}  // namespace mica
