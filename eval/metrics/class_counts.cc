#include "eval/metrics/class_counts.h"

#include <cmath>
#include <numeric>

namespace mica {
namespace {

int64_t Sum(const std::vector<int64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), int64_t{0});
}

double Share(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// Exact up to 2^53, that is for 90 million samples.
double DotProduct(const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
  double sum = 0;
  for (size_t c = 0; c < a.size(); ++c) sum += static_cast<double>(a[c]) * static_cast<double>(b[c]);
  return sum;
}

}  // namespace

ClassCounts::ClassCounts(int num_classes) : right_(num_classes), truth_(num_classes), predicted_(num_classes) {}

int64_t ClassCounts::total() const {
  return Sum(truth_);
}

int64_t ClassCounts::right() const {
  return Sum(right_);
}

ClassScores ClassCounts::Scores(int label) const {
  ClassScores scores;
  scores.precision = Share(right_[label], predicted_[label]);
  scores.recall = Share(right_[label], truth_[label]);
  scores.f1 = Share(2 * right_[label], truth_[label] + predicted_[label]);  // 2TP / (2TP + FP + FN)
  scores.support = truth_[label];
  return scores;
}

double ClassCounts::Accuracy() const {
  return Share(right(), total());
}

double ClassCounts::BalancedAccuracy() const {
  return MeanOver(&ClassScores::recall);
}

double ClassCounts::MacroPrecision() const {
  return MeanOver(&ClassScores::precision);
}

double ClassCounts::MacroF1() const {
  return MeanOver(&ClassScores::f1);
}

ClassScores ClassCounts::MicroScores() const {
  const double accuracy = Accuracy();
  return {accuracy, accuracy, accuracy, total()};
}

ClassScores ClassCounts::WeightedScores() const {
  ClassScores mean;
  mean.support = total();
  for (int c = 0; c < num_classes(); ++c) {
    const ClassScores scores = Scores(c);
    const double weight = Share(scores.support, mean.support);
    mean.precision += weight * scores.precision;
    mean.recall += weight * scores.recall;
    mean.f1 += weight * scores.f1;
  }
  return mean;
}

double ClassCounts::CohenKappa() const {
  const auto n = static_cast<double>(total());
  const double by_chance = DotProduct(truth_, predicted_);
  const double divisor = n * n - by_chance;
  return divisor == 0 ? 0 : (n * static_cast<double>(right()) - by_chance) / divisor;
}

double ClassCounts::MatthewsCorrelation() const {
  const auto n = static_cast<double>(total());
  const double divisor = std::sqrt(n * n - DotProduct(predicted_, predicted_)) * std::sqrt(n * n - DotProduct(truth_, truth_));
  return divisor == 0 ? 0 : (n * static_cast<double>(right()) - DotProduct(truth_, predicted_)) / divisor;
}

int ClassCounts::EmptyClasses() const {
  int empty = 0;
  for (int c = 0; c < num_classes(); ++c) empty += truth_[c] == 0 && predicted_[c] == 0 ? 1 : 0;
  return empty;
}

double ClassCounts::MeanOver(double ClassScores::*score) const {
  double sum = 0;
  for (int c = 0; c < num_classes(); ++c) sum += Scores(c).*score;
  return num_classes() == 0 ? 0 : sum / num_classes();
}

}  // namespace mica
