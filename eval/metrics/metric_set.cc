#include "eval/metrics/metric_set.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "eval/metrics/confusion_matrix.h"

namespace mica {
namespace {

constexpr int kCalibrationBins = 15;
constexpr int kTopK = 5;

// Samples grouped by confidence.
class CalibrationBins {
 public:
  explicit CalibrationBins(int bins) : bins_(bins) {}

  void Add(double confidence, bool correct) {
    if (!(confidence >= 0 && confidence <= 1)) {
      has_nan_ = true;
      return;
    }
    Bin& bin = bins_[BinOf(confidence)];
    bin.excess += confidence - (correct ? 1 : 0);
    ++total_;
  }

  double ExpectedError() const {
    if (has_nan_) return std::numeric_limits<double>::quiet_NaN();
    double sum = 0;
    for (const Bin& bin : bins_) sum += std::abs(bin.excess);  // n_b |accuracy_b - confidence_b|
    return sum / static_cast<double>(total_);
  }

 private:
  struct Bin {
    double excess = 0;  // sum of confidences - number of right samples
  };

  int BinOf(double confidence) const {
    const int count = static_cast<int>(bins_.size());
    const int bin = std::min(static_cast<int>(confidence * count), count - 1);
    // Rounding may have moved the product up to the next bin's edge.
    return confidence < static_cast<double>(bin) / count ? bin - 1 : bin;
  }

  std::vector<Bin> bins_;
  int64_t total_ = 0;
  bool has_nan_ = false;
};

}  // namespace

double MetricSet::Get(absl::string_view name) const {
  const auto metric = std::find_if(values.begin(), values.end(), [&](const Metric& m) { return m.name == name; });
  CHECK(metric != values.end()) << "no metric " << name;
  return metric->value;
}

MetricSet ComputeMetrics(const PredictionTable& predictions) {
  ConfusionMatrix matrix(predictions.num_classes());
  CalibrationBins calibration(kCalibrationBins);
  double nll = 0;
  double brier = 0;
  int64_t in_top_k = 0;
  for (int64_t row = 0; row < predictions.size(); ++row) {
    if (!predictions.is_labelled(row)) continue;
    const SampleScores scores = predictions.Scores(row);
    matrix.Add(predictions.label(row), scores.prediction);
    calibration.Add(scores.confidence, scores.label_rank == 0);
    nll += scores.nll;
    brier += scores.brier;
    if (scores.label_rank < kTopK) ++in_top_k;
  }
  CHECK_GT(matrix.total(), 0);
  const auto samples = static_cast<double>(matrix.total());
  return {{
      {"loss", nll / samples},
      {"accuracy", matrix.Accuracy()},
      {"balanced_accuracy", matrix.BalancedAccuracy()},
      {"macro_precision", matrix.MacroPrecision()},
      {"macro_recall", matrix.BalancedAccuracy()},
      {"macro_f1", matrix.MacroF1()},
      {"top5_accuracy", static_cast<double>(in_top_k) / samples},
      {"nll", nll / samples},
      {"brier", brier / samples},
      {"ece", calibration.ExpectedError()},
  }};
}

const std::vector<std::string>& MetricNames() {
  static const auto* const names = new std::vector<std::string>{
      "loss", "accuracy", "balanced_accuracy", "macro_precision", "macro_recall", "macro_f1", "top5_accuracy", "nll", "brier", "ece",
  };
  return *names;
}

double ExpectedCalibrationError(const PredictionTable& predictions, int bins) {
  CHECK_GT(bins, 0);
  CalibrationBins calibration(bins);
  for (int64_t row = 0; row < predictions.size(); ++row) {
    if (!predictions.is_labelled(row)) continue;
    const SampleScores scores = predictions.Scores(row);
    calibration.Add(scores.confidence, scores.label_rank == 0);
  }
  return calibration.ExpectedError();
}

}  // namespace mica
