#include "experiments/preview/batch_labels.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "base/console_table.h"
#include "base/files/csv.h"
#include "base/text_bar.h"

namespace mica {
namespace {

constexpr size_t kMostRows = 20;
constexpr int kBarColumns = 40;

// The labels of the batch, ascending; only the most frequent ones of many.
std::vector<int> ShownLabels(const std::vector<int64_t>& counts) {
  std::vector<int> labels;
  for (size_t label = 0; label < counts.size(); ++label) {
    if (counts[label] > 0) labels.push_back(static_cast<int>(label));
  }
  if (labels.size() <= kMostRows) return labels;
  std::stable_sort(labels.begin(), labels.end(), [&](int a, int b) { return counts[a] > counts[b]; });
  labels.resize(kMostRows);
  std::sort(labels.begin(), labels.end());
  return labels;
}

int64_t CountPresent(const std::vector<int64_t>& counts) {
  return static_cast<int64_t>(counts.size()) - std::count(counts.begin(), counts.end(), 0);
}

}  // namespace

BatchLabels CountBatchLabels(const DatasetIndex& index, Split split, absl::Span<const int64_t> ids) {
  BatchLabels labels;
  labels.in_batch.resize(index.classes.size());
  labels.in_split = index.CountsOf(split);
  labels.samples = static_cast<int64_t>(ids.size());
  for (const int64_t id : ids) {
    if (const int32_t label = index.records[id].label; label >= 0) ++labels.in_batch[label];
  }
  return labels;
}

std::string BatchLabelsCsv(const BatchLabels& labels, const ClassMap& classes) {
  std::string csv = CsvRow({"label", "class", "samples_in_batch", "samples_in_split"});
  for (int label = 0; label < classes.size(); ++label) {
    csv += CsvRow({absl::StrCat(label), classes.name(label), absl::StrCat(labels.in_batch[label]), absl::StrCat(labels.in_split[label])});
  }
  return csv;
}

std::string BatchLabelsText(const BatchLabels& labels, const ClassMap& classes) {
  const std::vector<int> shown = ShownLabels(labels.in_batch);
  const int64_t present = CountPresent(labels.in_batch);
  std::string text =
      absl::StrCat(labels.samples, labels.samples == 1 ? " sample" : " samples", " of ", present, " of the ", classes.size(), " classes");
  const int64_t labelled = std::accumulate(labels.in_batch.begin(), labels.in_batch.end(), int64_t{0});
  if (labelled < labels.samples) absl::StrAppend(&text, ", ", labels.samples - labelled, " without a label");
  absl::StrAppend(&text, "\n");
  if (shown.empty()) return text;
  const auto most = static_cast<double>(*std::max_element(labels.in_batch.begin(), labels.in_batch.end()));
  std::vector<std::vector<std::string>> rows = {{"label", "class", "samples", ""}};
  for (const int label : shown) {
    const int64_t count = labels.in_batch[label];
    rows.push_back({absl::StrCat(label), classes.name(label), absl::StrCat(count),
                    TextBar(static_cast<double>(count) / most, static_cast<int>(std::min<int64_t>(kBarColumns, 2 * most)))});
  }
  absl::StrAppend(&text, ConsoleTable(rows));
  const int64_t left_out = present - static_cast<int64_t>(shown.size());
  if (left_out > 0) absl::StrAppend(&text, "… and ", left_out, left_out == 1 ? " rarer class" : " rarer classes", "\n");
  return text;
}

}  // namespace mica
