#include "experiments/compare/disagreements.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/files/csv.h"
#include "base/number_format.h"

namespace mica {
namespace {

// The columns of predictions.csv that are compared.
struct Predictions {
  explicit Predictions(const RunTable& table)
      : ids(table.Reals("id")),
        correct(table.Reals("correct")),
        confidence(table.Reals("confidence")),
        path(table.Texts("path")),
        truth(table.Texts("truth")),
        truth_name(table.Texts("truth_name")),
        prediction(table.Texts("prediction")),
        prediction_name(table.Texts("prediction_name")) {}

  Disagreement::Answer AnswerOf(size_t row) const { return {prediction[row], prediction_name[row], confidence[row]}; }

  std::vector<double> ids, correct, confidence;
  std::vector<std::string> path, truth, truth_name, prediction, prediction_name;
};

// Of the run that is wrong; NaN is the least.
double ConfidenceOfMistake(const Disagreement& sample) {
  const double confidence = sample.a_is_right ? sample.b.confidence : sample.a.confidence;
  return std::isnan(confidence) ? -1 : confidence;
}

}  // namespace

std::vector<Disagreement> FindDisagreements(const RunTable& a, const RunTable& b) {
  const Predictions of_a(a), of_b(b);
  std::map<double, size_t> rows_of_b;
  for (size_t row = 0; row < b.size(); ++row) {
    if (of_b.ids[row] >= 0) rows_of_b[of_b.ids[row]] = row;
  }
  std::vector<Disagreement> samples;
  for (size_t row = 0; row < a.size(); ++row) {
    const auto other = rows_of_b.find(std::isnan(of_a.ids[row]) ? -1 : of_a.ids[row]);
    if (other == rows_of_b.end()) continue;
    const double right_a = of_a.correct[row], right_b = of_b.correct[other->second];
    if (!(right_a + right_b == 1)) continue;  // both, neither, or NaN
    samples.push_back({static_cast<int64_t>(of_a.ids[row]), of_a.path[row], of_a.truth[row], of_a.truth_name[row], of_a.AnswerOf(row),
                       of_b.AnswerOf(other->second), right_a == 1});
  }
  std::stable_sort(samples.begin(), samples.end(), [](const Disagreement& x, const Disagreement& y) {
    if (x.a_is_right != y.a_is_right) return x.a_is_right;
    const double of_x = ConfidenceOfMistake(x), of_y = ConfidenceOfMistake(y);
    return of_x != of_y ? of_x > of_y : x.id < y.id;
  });
  return samples;
}

std::string DisagreementsCsv(absl::Span<const Disagreement> samples) {
  std::string csv = CsvRow({"id", "path", "truth", "truth_name", "prediction_a", "prediction_a_name", "confidence_a", "prediction_b",
                            "prediction_b_name", "confidence_b", "right"});
  for (const Disagreement& sample : samples) {
    csv += CsvRow({absl::StrCat(sample.id), sample.path, sample.truth, sample.truth_name, sample.a.prediction, sample.a.name,
                   FormatNumber(sample.a.confidence), sample.b.prediction, sample.b.name, FormatNumber(sample.b.confidence),
                   sample.a_is_right ? "a" : "b"});
  }
  return csv;
}

}  // namespace mica
