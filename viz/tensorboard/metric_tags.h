// metrics.csv in TensorBoard: which column is which chart.
//   MetricTag("val_accuracy") == "Accuracy/valid"
//   MICA_RETURN_IF_ERROR(AddMetricsRow(row, "epoch", now, file));
// Thread-safe.
#ifndef MICA_VIZ_TENSORBOARD_METRIC_TAGS_H_
#define MICA_VIZ_TENSORBOARD_METRIC_TAGS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/files/csv.h"
#include "viz/tensorboard/event_file.h"

namespace mica {

// The tag of any column; different columns have different tags.
//   train_loss, val_loss, test_loss              Loss/train, Loss/valid, Loss/test
//   train_accuracy, val_accuracy, test_accuracy  Accuracy/train, Accuracy/valid, Accuracy/test
//   others of a split                            Metrics/valid/macro_f1
//   learning_rate, grad_norm                     Optimizer/…
//   images_per_second, data_wait_fraction,
//   train_seconds, eval_seconds                  Speed/…
//   peak_memory_mib                              Memory/…
//   epoch, step                                  Progress/…
//   all else, which loss terms report            Terms/…
std::string MetricTag(absl::string_view column);

// Adds the row's values at the step that `step_column` holds ("epoch" or "step"); that column and
// empty fields are left out. A field that is no number adds nothing and is a data error, as is a
// row without a step.
absl::Status AddMetricsRow(absl::Span<const CsvField> row, absl::string_view step_column, double wall_time, EventFile* file);

}  // namespace mica

#endif  // MICA_VIZ_TENSORBOARD_METRIC_TAGS_H_
