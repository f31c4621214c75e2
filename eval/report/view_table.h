// tta.csv: what test-time augmentation gains, view by view.
//   view,loss,accuracy,…
//   clean,0.9,0.7,…      as eval_transforms prepare the samples
//   1,1.0,0.66,…         random views
//   …
//   merged,0.8,0.73,…    the mean of the probabilities of all of these
#ifndef MICA_EVAL_REPORT_VIEW_TABLE_H_
#define MICA_EVAL_REPORT_VIEW_TABLE_H_

#include <string>

#include "absl/types/span.h"
#include "eval/metrics/prediction_table.h"

namespace mica {

// `views`: the predictions of the same labelled samples, the clean ones first. Thread-safe.
std::string ViewTableCsv(absl::Span<const PredictionTable> views, const PredictionTable& merged);

}  // namespace mica

#endif  // MICA_EVAL_REPORT_VIEW_TABLE_H_
