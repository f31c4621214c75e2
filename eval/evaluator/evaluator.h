// Runs a model over a split in evaluation mode.
//   MICA_ASSIGN_OR_RETURN(const PredictionTable predictions,
//                         Evaluate(*model, *source, num_classes, device));
#ifndef MICA_EVAL_EVALUATOR_EVALUATOR_H_
#define MICA_EVAL_EVALUATOR_EVALUATOR_H_

#include <c10/core/Device.h>

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "data/loader/batch_source.h"
#include "eval/metrics/prediction_table.h"
#include "models/classifier.h"

namespace mica {

// On a CPU the images of a batch go through the model in parts of so many, each on a thread of its
// own.
constexpr int64_t kImagesOfCpuPass = 32;

// Returns the logits of every sample of the source's first epoch, in the source's order. Where the
// batches carry several views of their samples, they are those of the views' mean probabilities
// (eval/metrics/merged_predictions.h). No gradients, no dropout; batch norms use their running
// statistics. The model keeps its mode. Errors are the source's; what LibTorch throws is one of
// GuardTorch's.
absl::StatusOr<PredictionTable> Evaluate(Classifier& model, BatchSource& source, int num_classes, c10::Device device);

// The same for each view by itself: first that of Batch::images, then those of more_views. At least
// one; all have the same samples.
absl::StatusOr<std::vector<PredictionTable>> EvaluateViews(Classifier& model, BatchSource& source, int num_classes, c10::Device device);

}  // namespace mica

#endif  // MICA_EVAL_EVALUATOR_EVALUATOR_H_
