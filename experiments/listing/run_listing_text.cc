#include "experiments/listing/run_listing_text.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/console_table.h"
#include "base/files/csv.h"
#include "base/number_format.h"

namespace mica {
namespace {

constexpr size_t kMaxProblems = 10;
constexpr int kDigits = 4;
constexpr absl::string_view kShown[] = {"name", "run", "experiment", "state", "accuracy", "split", "epochs", "started", "bytes"};

std::string AccuracyText(const ListedRun& run) {
  const std::optional<double> accuracy = run.Number("accuracy");
  if (!accuracy.has_value()) return "";
  return absl::StrCat(FormatFixed(*accuracy, kDigits), " ", run.Text("split") == "test" ? "test" : "val");
}

std::string StateText(const ListedRun& run) {
  return run.state == RunReport::STATE_UNSPECIFIED ? "damaged" : run.Text("state");
}

std::vector<std::string> FurtherFields(absl::Span<const std::string> fields) {
  std::vector<std::string> further;
  for (const std::string& field : fields) {
    const bool is_there = std::find(std::begin(kShown), std::end(kShown), field) != std::end(kShown) ||
                          std::find(further.begin(), further.end(), field) != further.end();
    if (!is_there) further.push_back(field);
  }
  return further;
}

std::string ProblemsText(const RunListing& listing) {
  std::string text;
  size_t count = 0;
  for (const ListedRun& run : listing.runs) {
    for (const std::string& problem : run.problems) {
      if (++count <= kMaxProblems) absl::StrAppend(&text, "warning: ", problem, "\n");
    }
  }
  if (count > kMaxProblems) absl::StrAppend(&text, "warning: and ", count - kMaxProblems, " more such problems\n");
  return text;
}

}  // namespace

std::string AgeText(int64_t seconds) {
  constexpr int64_t kMinute = 60, kHour = 60 * kMinute, kDay = 24 * kHour;
  if (seconds < 0) return "";
  if (seconds < 2 * kMinute) return absl::StrCat(seconds, " s");
  if (seconds < 2 * kHour) return absl::StrCat(seconds / kMinute, " min");
  return seconds < 2 * kDay ? absl::StrCat(seconds / kHour, " h") : absl::StrCat(seconds / kDay, " days");
}

std::string BytesText(int64_t bytes) {
  constexpr const char* kUnits[] = {" B", " kB", " MB", " GB", " TB"};
  double value = static_cast<double>(bytes);
  size_t unit = 0;
  for (; value >= 999.5 && unit + 1 < std::size(kUnits); ++unit) value /= 1000;
  return absl::StrCat(FormatFixed(value, unit == 0 || value >= 9.95 ? 0 : 1), kUnits[unit]);
}

std::string RunListingText(const RunListing& listing, absl::Span<const std::string> fields, int64_t now) {
  const std::vector<std::string> further = FurtherFields(fields);
  std::vector<std::vector<std::string>> rows = {{"run", "state", "accuracy", "epochs", "age", "size"}};
  rows[0].insert(rows[0].end(), further.begin(), further.end());
  for (const ListedRun& run : listing.runs) {
    rows.push_back({run.name, StateText(run), AccuracyText(run), run.Text("epochs"), run.started == 0 ? "" : AgeText(now - run.started),
                    BytesText(run.bytes)});
    for (const std::string& field : further) rows.back().push_back(run.Text(field));
  }
  constexpr int kWhole = 1000;  // names are copied, and their ends tell the runs apart
  return absl::StrCat(ConsoleTable(rows, kWhole), ProblemsText(listing));
}

std::string RunListingCsv(const RunListing& listing) {
  std::set<std::string> columns;
  for (const ListedRun& run : listing.runs) {
    for (const auto& [field, value] : run.fields) columns.insert(field);
  }
  std::vector<std::string> row = {"name"};
  row.insert(row.end(), columns.begin(), columns.end());
  std::string csv = CsvRow(row);
  for (const ListedRun& run : listing.runs) {
    row = {run.name};
    for (const std::string& column : columns) row.push_back(run.Text(column));
    csv += CsvRow(row);
  }
  return csv;
}

}  // namespace mica
