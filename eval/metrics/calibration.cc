#include "eval/metrics/calibration.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/error.h"

namespace mica {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
const double kLargestLogInverse = std::log(1e6);  // of 1/T, and of T
constexpr double kPrecision = 1e-10;
constexpr int kMaxSteps = 200;

int64_t TotalOf(const std::vector<ReliabilityBin>& bins) {
  int64_t total = 0;
  for (const ReliabilityBin& bin : bins) total += bin.samples;
  return total;
}

// n_b |a_b - c_b|, without the loss of digits of two divisions.
double Excess(const ReliabilityBin& bin) {
  return std::abs(bin.confidence_sum - static_cast<double>(bin.right));
}

int BinOf(double confidence, int bins) {
  const auto low = [bins](int bin) { return static_cast<double>(bin) / bins; };
  const int bin = std::min(static_cast<int>(confidence * bins), bins - 1);
  // Rounding may have moved the product across an edge, either way.
  if (confidence < low(bin)) return bin - 1;
  return bin + 1 < bins && confidence >= low(bin + 1) ? bin + 1 : bin;
}

void AddTo(const ScoredSample& sample, ReliabilityBin* bin) {
  ++bin->samples;
  bin->right += sample.right() ? 1 : 0;
  bin->confidence_sum += sample.scores.confidence;
}

// The mean negative log likelihood as a function of b = 1/T: its first derivative, the mean of
// E[z] - z_label under softmax(b z), and its second, the mean of Var[z].
struct Slope {
  double first = 0;
  double second = 0;
};

Slope SlopeAt(double inverse, const PredictionTable& predictions, absl::Span<const ScoredSample> samples) {
  Slope slope;
  for (const ScoredSample& sample : samples) {
    const absl::Span<const float> logits = predictions.logits(sample.row);
    const double largest = logits[sample.scores.prediction];
    double weights = 0, sum = 0, squares = 0;
    for (const float logit : logits) {
      const double behind = logit - largest;
      const double weight = std::exp(inverse * behind);
      if (weight == 0) continue;  // behind may be -infinity
      weights += weight;
      sum += weight * behind;
      squares += weight * behind * behind;
    }
    const double mean = sum / weights;
    slope.first += mean - (logits[sample.label] - largest);
    slope.second += squares / weights - mean * mean;
  }
  const auto count = static_cast<double>(samples.size());
  return {slope.first / count, slope.second / count};
}

absl::Status NoTemperature(absl::string_view reason) {
  return DataError(absl::StrCat("no temperature can be fitted: ", reason));
}

absl::Status CheckSamples(const PredictionTable& predictions, absl::Span<const ScoredSample> samples) {
  if (predictions.num_classes() < 2) return NoTemperature("there is only one class, so every confidence is 1");
  if (samples.empty()) return NoTemperature("no sample has a label");
  bool any_wrong = false;
  for (const ScoredSample& sample : samples) {
    const absl::Span<const float> logits = predictions.logits(sample.row);
    any_wrong |= logits[sample.label] < logits[sample.scores.prediction];
    if (std::isfinite(sample.scores.nll)) continue;
    return NoTemperature(absl::StrCat("the loss of record ", predictions.record_id(sample.row), " is infinite or NaN"));
  }
  return any_wrong ? absl::OkStatus() : NoTemperature("no label has less than its row's largest logit, so surer is always better");
}

// The zero of a rising function of v = ln(1/T) that is negative at `low` and positive at `high`.
template <typename Function>
double FindZero(Function slope_at, double low, double high) {
  double v = 0;
  for (int step = 0; step < kMaxSteps && high - low > kPrecision; ++step) {
    const double inverse = std::exp(v);
    const Slope slope = slope_at(inverse);
    if (slope.first == 0) return v;
    (slope.first < 0 ? low : high) = v;
    const double newton = v - slope.first / (slope.second * inverse);
    const double next = newton > low && newton < high ? newton : (low + high) / 2;
    if (std::abs(next - v) < kPrecision) return next;
    v = next;
  }
  return v;
}

}  // namespace

double ReliabilityBin::accuracy() const {
  return samples == 0 ? 0 : static_cast<double>(right) / static_cast<double>(samples);
}

double ReliabilityBin::confidence() const {
  return samples == 0 ? 0 : confidence_sum / static_cast<double>(samples);
}

double Reliability::ExpectedError() const {
  if (without_confidence > 0) return kNan;
  double sum = 0;
  for (const ReliabilityBin& bin : bins) sum += Excess(bin);
  return sum / static_cast<double>(TotalOf(bins));
}

double Reliability::MaximumError() const {
  if (without_confidence > 0 || TotalOf(bins) == 0) return kNan;
  double largest = 0;
  for (const ReliabilityBin& bin : bins) {
    if (bin.samples > 0) largest = std::max(largest, Excess(bin) / static_cast<double>(bin.samples));
  }
  return largest;
}

double Reliability::RootMeanSquareError() const {
  if (without_confidence > 0) return kNan;
  double sum = 0;
  for (const ReliabilityBin& bin : bins) {
    if (bin.samples > 0) sum += Excess(bin) * Excess(bin) / static_cast<double>(bin.samples);
  }
  return std::sqrt(sum / static_cast<double>(TotalOf(bins)));
}

Reliability EqualWidthReliability(absl::Span<const ScoredSample> samples, int bins) {
  CHECK_GE(bins, 1);
  Reliability reliability;
  for (int bin = 0; bin < bins; ++bin) {
    ReliabilityBin& added = reliability.bins.emplace_back();
    added.low = static_cast<double>(bin) / bins;
    added.high = static_cast<double>(bin + 1) / bins;
  }
  for (const ScoredSample& sample : samples) {
    if (sample.has_confidence()) {
      AddTo(sample, &reliability.bins[BinOf(sample.scores.confidence, bins)]);
    } else {
      ++reliability.without_confidence;
    }
  }
  return reliability;
}

Reliability EqualMassReliability(absl::Span<const ScoredSample> samples, int bins) {
  CHECK_GE(bins, 1);
  std::vector<const ScoredSample*> sorted;
  for (const ScoredSample& sample : samples) {
    if (sample.has_confidence()) sorted.push_back(&sample);
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const ScoredSample* a, const ScoredSample* b) { return a->scores.confidence < b->scores.confidence; });
  Reliability reliability;
  reliability.without_confidence = static_cast<int64_t>(samples.size() - sorted.size());
  const auto count = static_cast<int64_t>(sorted.size());
  int64_t current = -1;
  int64_t first_of_equals = 0;
  for (int64_t rank = 0; rank < count; ++rank) {
    const double confidence = sorted[rank]->scores.confidence;
    if (confidence != sorted[first_of_equals]->scores.confidence) first_of_equals = rank;
    const int64_t bin = first_of_equals * bins / count;
    if (bin != current) reliability.bins.emplace_back().low = confidence;
    current = bin;
    reliability.bins.back().high = confidence;
    AddTo(*sorted[rank], &reliability.bins.back());
  }
  return reliability;
}

double ExpectedCalibrationError(const PredictionTable& predictions, int bins) {
  return EqualWidthReliability(ScoreSamples(predictions), bins).ExpectedError();
}

CalibrationScores ScoreCalibration(absl::Span<const ScoredSample> samples) {
  const Reliability reliability = EqualWidthReliability(samples);
  CalibrationScores scores;
  for (const ScoredSample& sample : samples) {
    scores.nll += sample.scores.nll;
    scores.brier += sample.scores.brier;
  }
  scores.nll /= static_cast<double>(samples.size());
  scores.brier /= static_cast<double>(samples.size());
  scores.ece = reliability.ExpectedError();
  scores.ece_equal_mass = EqualMassReliability(samples).ExpectedError();
  scores.mce = reliability.MaximumError();
  scores.rmsce = reliability.RootMeanSquareError();
  return scores;
}

absl::StatusOr<double> FitTemperature(const PredictionTable& predictions) {
  const std::vector<ScoredSample> samples = ScoreSamples(predictions);
  const absl::Status status = CheckSamples(predictions, samples);
  if (!status.ok()) return status;
  const auto slope_at = [&](double inverse) { return SlopeAt(inverse, predictions, samples); };
  const double low = -kLargestLogInverse, high = kLargestLogInverse;
  if (!(slope_at(std::exp(low)).first < 0)) return NoTemperature("above 1e6 it would be best: the model is no better than chance");
  if (!(slope_at(std::exp(high)).first > 0)) return NoTemperature("below 1e-6 it would be best: the logits hardly differ");
  return std::exp(-FindZero(slope_at, low, high));
}

PredictionTable WithTemperature(const PredictionTable& predictions, double temperature) {
  CHECK(temperature > 0 && std::isfinite(temperature)) << temperature;
  PredictionTable scaled(predictions.num_classes());
  scaled.Reserve(predictions.size());
  std::vector<float> logits(predictions.num_classes());
  for (int64_t row = 0; row < predictions.size(); ++row) {
    const absl::Span<const float> old = predictions.logits(row);
    const double largest = old[predictions.prediction(row)];
    const double shift = std::isfinite(largest) ? largest : 0;
    for (size_t c = 0; c < old.size(); ++c) logits[c] = static_cast<float>((old[c] - shift) / temperature);
    scaled.Add(predictions.record_id(row), predictions.label(row), logits);
  }
  return scaled;
}

}  // namespace mica
