// What TensorBoard's table of runs (HPARAMS) shows: a row for each run with its hyperparameters and
// the last values of some scalars.
//   file->AddHparamsSession({{"learning_rate", 0.1}, {"nesterov", true}}, start_time);
//   …
//   file->AddHparamsEnd(HparamsOutcome::kSuccess, end_time);
// TensorBoard gathers the columns from all runs below the folder that it shows: every
// hyperparameter that one of them has, and every scalar. A run with an HparamsExperiment decides
// them for all, and of several only the first is read; so write one only where all runs have the
// same columns. Thread-safe.
#ifndef MICA_VIZ_TENSORBOARD_HYPERPARAMETERS_H_
#define MICA_VIZ_TENSORBOARD_HYPERPARAMETERS_H_

#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "viz/tensorboard/hparams.pb.h"
#include "viz/tensorboard/summary.pb.h"

namespace mica {

struct Hyperparameter {
  std::string name;  // a path of the experiment: "optimizer.sgd.learning_rate"
  std::variant<std::string, double, bool> value;
};

enum class HparamsOutcome { kSuccess, kFailure };

// The values under the tags that TensorBoard looks for. Columns: hyperparameters (of which the
// types count) and tags of scalars.
tensorboard::Summary::Value HparamsExperimentValue(absl::Span<const Hyperparameter> hyperparameters,
                                                   absl::Span<const std::string> metric_tags);
tensorboard::Summary::Value HparamsSessionValue(absl::Span<const Hyperparameter> hyperparameters, double start_time);
tensorboard::Summary::Value HparamsEndValue(HparamsOutcome outcome, double end_time);

}  // namespace mica

#endif  // MICA_VIZ_TENSORBOARD_HYPERPARAMETERS_H_
