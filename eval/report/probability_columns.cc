#include "eval/report/probability_columns.h"

#include "absl/strings/str_cat.h"
#include "base/number_format.h"

namespace mica {
namespace {

constexpr int kTopColumns = 5;

}  // namespace

std::vector<std::string> ProbabilityNames(int num_classes) {
  std::vector<std::string> names;
  if (num_classes <= kMaxProbabilityColumns) {
    for (int c = 0; c < num_classes; ++c) names.push_back(absl::StrCat("prob_", c));
    return names;
  }
  for (int k = 1; k <= kTopColumns; ++k) {
    names.push_back(absl::StrCat("top", k, "_class"));
    names.push_back(absl::StrCat("top", k, "_prob"));
  }
  return names;
}

void AppendProbabilities(const PredictionTable& predictions, int64_t row, absl::Span<const double> probabilities,
                         std::vector<std::string>* fields) {
  if (predictions.num_classes() <= kMaxProbabilityColumns) {
    for (const double probability : probabilities) fields->push_back(ProbabilityText(probability));
    return;
  }
  for (const int label : predictions.TopClasses(row, kTopColumns)) {
    fields->push_back(absl::StrCat(label));
    fields->push_back(ProbabilityText(probabilities[label]));
  }
}

std::string ProbabilityText(double probability) {
  return FormatNumber(static_cast<float>(probability));
}

}  // namespace mica
