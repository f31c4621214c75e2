#include "models/weights/weight_report.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/files/csv.h"
#include "models/weights/array_view.h"

namespace mica {
namespace {

constexpr WeightFate kFates[] = {WeightFate::kMatched, WeightFate::kAdapted, WeightFate::kReinitialised, WeightFate::kMissing,
                                 WeightFate::kUnexpected};

std::string FateName(WeightFate fate) {
  switch (fate) {
    case WeightFate::kMatched:
      return "matched";
    case WeightFate::kAdapted:
      return "adapted";
    case WeightFate::kReinitialised:
      return "reinitialised";
    case WeightFate::kMissing:
      return "missing";
    case WeightFate::kUnexpected:
      return "unexpected";
  }
  return "";
}

}  // namespace

int64_t WeightReport::Count(WeightFate fate) const {
  return std::count_if(rows.begin(), rows.end(), [fate](const WeightRow& row) { return row.fate == fate; });
}

std::string WeightReportCsv(const WeightReport& report) {
  std::string csv = CsvRow({"name", "fate", "shape", "file_name", "file_dtype", "file_shape", "adaptation"});
  for (const WeightRow& row : report.rows) {
    csv += CsvRow({ShownName(row.name), FateName(row.fate), absl::StrJoin(row.shape, "x"), ShownName(row.file_name), row.file_dtype,
                   absl::StrJoin(row.file_shape, "x"), row.adaptation});
  }
  return csv;
}

std::string WeightReportLine(const WeightReport& report) {
  std::vector<std::string> counts;
  for (const WeightFate fate : kFates) {
    if (const int64_t count = report.Count(fate); count > 0) counts.push_back(absl::StrCat(count, " ", FateName(fate)));
  }
  return absl::StrCat(absl::StrJoin(counts, ", "),
                      report.renamings.empty() ? "" : absl::StrCat("; names ", absl::StrJoin(report.renamings, ", ")));
}

}  // namespace mica
