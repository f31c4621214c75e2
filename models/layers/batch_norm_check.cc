#include "models/layers/batch_norm_check.h"

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace mica {

absl::Status CheckBatchNorms(absl::Span<const InferredLayer> layers, const std::set<std::string>& fixed, const TrainingBatches& batches) {
  const bool last_has_one = batches.samples % batches.batch_size == 1 && !batches.drop_last && batches.reaches_last_batch;
  if (batches.batch_size > 1 && !last_has_one) return absl::OkStatus();
  const InferredLayer* batch_norm = FindBatchNormOfSingleValues(layers, fixed);
  if (batch_norm == nullptr) return absl::OkStatus();
  std::string message = absl::StrCat(batch_norm->place, " gets ", batch_norm->input.ToString(), " a sample, so it needs training batches ",
                                     "of 2 samples or more; loader.batch_size is ", batches.batch_size);
  if (batches.samples == 1) {
    absl::StrAppend(&message, " and the training split has a single sample; add some");
  } else if (batches.batch_size == 1) {
    absl::StrAppend(&message, "; raise it");
  } else {
    absl::StrAppend(&message, " and leaves a last batch of 1 of the ", batches.samples,
                    " samples; write loader { drop_last: true } or another batch_size");
  }
  return WithFields(DataError(message), {batch_norm->place});
}

}  // namespace mica
