// The learning rate of a run that has not begun, step by step.
//   MICA_ASSIGN_OR_RETURN(const LearningRateCurve curve,
//                         BuildLearningRateCurve(experiment, /*steps_per_epoch=*/1875));
//   std::cout << LearningRateText(curve);
#ifndef MICA_EXPERIMENTS_PREVIEW_LEARNING_RATE_CURVE_H_
#define MICA_EXPERIMENTS_PREVIEW_LEARNING_RATE_CURVE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/experiment.pb.h"

namespace mica {

struct LearningRateCurve {
  struct Point {
    int64_t step;  // from 1, as in metrics.csv
    double rate;
  };

  int64_t total_steps = 0;
  int64_t steps_per_epoch = 0;
  int64_t stride = 1;         // steps from one point to the next
  std::string reads_losses;   // the kind of a schedule whose rate also depends on losses: "plateau"
  std::vector<Point> points;  // the first step, every stride-th after it, and the last
};

// At most this many points and one, however long the run is.
inline constexpr int64_t kMaxCurvePoints = 20'000;

// Of the experiment only optimizer, schedule and trainer count. If they are not valid, or a warm-up
// is not shorter than the run, the config error has a line for each problem and knows its field.
// steps_per_epoch is at least 1.
absl::StatusOr<LearningRateCurve> BuildLearningRateCurve(const Experiment& experiment, int64_t steps_per_epoch);

// step, epoch, learning_rate.
std::string LearningRateCsv(const LearningRateCurve& curve);

// The curve as a plot with its first, highest and last rate; one line if the rate is always the
// same. If the rate also depends on losses, a line says that the curve is that of losses which never
// call for a lower one. Lines have at most 100 columns and end with LF.
std::string LearningRateText(const LearningRateCurve& curve);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_PREVIEW_LEARNING_RATE_CURVE_H_
