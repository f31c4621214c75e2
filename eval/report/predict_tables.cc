#include "eval/report/predict_tables.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/console_table.h"
#include "base/files/csv.h"
#include "base/number_format.h"
#include "eval/report/probability_columns.h"

namespace mica {
namespace {

constexpr int kDigits = 4;
constexpr size_t kMaxShownClasses = 30;

struct ClassCount {
  int label = 0;
  int64_t pictures = 0;
  double confidences = 0;  // their sum
};

std::vector<ClassCount> CountPredictions(const PredictionTable& predictions) {
  std::vector<ClassCount> counts(predictions.num_classes());
  for (int64_t row = 0; row < predictions.size(); ++row) {
    ClassCount& count = counts[predictions.prediction(row)];
    ++count.pictures;
    count.confidences += predictions.Probabilities(row)[predictions.prediction(row)];
  }
  for (size_t label = 0; label < counts.size(); ++label) counts[label].label = static_cast<int>(label);
  counts.erase(std::remove_if(counts.begin(), counts.end(), [](const ClassCount& count) { return count.pictures == 0; }), counts.end());
  return counts;
}

}  // namespace

std::string PredictCsv(const PredictionTable& predictions, const DatasetIndex& index) {
  std::vector<std::string> fields = {"path", "prediction", "prediction_name", "confidence"};
  for (std::string& name : ProbabilityNames(predictions.num_classes())) fields.push_back(std::move(name));
  std::string text = CsvRow(fields);
  for (int64_t row = 0; row < predictions.size(); ++row) {
    const int prediction = predictions.prediction(row);
    const std::vector<double> probabilities = predictions.Probabilities(row);
    fields = {index.PathOf(index.records[predictions.record_id(row)]), absl::StrCat(prediction), index.classes.name(prediction),
              ProbabilityText(probabilities[prediction])};
    AppendProbabilities(predictions, row, probabilities, &fields);
    text += CsvRow(fields);
  }
  return text;
}

std::string TopClassesText(const PredictionTable& predictions, const DatasetIndex& index, int top_k,
                           const std::function<std::string(const std::string&)>& shown) {
  std::vector<std::vector<std::string>> rows = {{"picture", "class", "probability"}};
  for (int64_t row = 0; row < predictions.size(); ++row) {
    std::string picture = shown(index.PathOf(index.records[predictions.record_id(row)]));
    const std::vector<double> probabilities = predictions.Probabilities(row);
    for (const int label : predictions.TopClasses(row, top_k)) {
      rows.push_back({std::exchange(picture, ""), index.classes.name(label), FormatFixed(probabilities[label], kDigits)});
    }
  }
  return ConsoleTable(rows);
}

std::string ClassCountsText(const PredictionTable& predictions, const ClassMap& classes) {
  std::vector<ClassCount> counts = CountPredictions(predictions);
  const size_t all = counts.size();
  if (all > kMaxShownClasses) {
    std::stable_sort(counts.begin(), counts.end(), [](const ClassCount& a, const ClassCount& b) { return a.pictures > b.pictures; });
    counts.resize(kMaxShownClasses);
  }
  std::vector<std::vector<std::string>> rows = {{"class", "pictures", "share", "mean confidence"}};
  for (const ClassCount& count : counts) {
    const auto pictures = static_cast<double>(count.pictures);
    rows.push_back({classes.name(count.label), absl::StrCat(count.pictures),
                    FormatFixed(pictures / static_cast<double>(predictions.size()), kDigits),
                    FormatFixed(count.confidences / pictures, kDigits)});
  }
  std::string text = ConsoleTable(rows);
  if (all > counts.size()) absl::StrAppend(&text, "… and ", all - counts.size(), " classes with fewer pictures\n");
  return text;
}

}  // namespace mica
