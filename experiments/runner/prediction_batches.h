// What the experiment's final figures and predictions are made from: the samples of any split,
// prepared as evaluation.test_time_augmentation says, if the experiment has it.
#ifndef MICA_EXPERIMENTS_RUNNER_PREDICTION_BATCHES_H_
#define MICA_EXPERIMENTS_RUNNER_PREDICTION_BATCHES_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "data/index/dataset_index.h"
#include "data/loader/decoding_batch_source.h"
#include "eval/metrics/prediction_table.h"
#include "experiments/experiment.pb.h"
#include "experiments/runner/stages.h"

namespace mica {

// In the order of their ids, labelled or not. With evaluation.test_time_augmentation, more_views
// are its views. Samples that cannot be prepared are left out and listed. They are decoded as
// DecodeFor says. `index` is borrowed; at least one sample belongs to the split.
absl::StatusOr<std::unique_ptr<DecodingBatchSource>> PredictionBatches(const Experiment& experiment, const DatasetIndex& index,
                                                                       Split split);

// The same for these samples, at least one, in this order.
absl::StatusOr<std::unique_ptr<DecodingBatchSource>> PredictionBatches(const Experiment& experiment, const DatasetIndex& index,
                                                                       std::vector<int64_t> ids);

struct MergedPredictions {
  PredictionTable merged;
  std::vector<PredictionTable> views;  // the clean one first
};

// Evaluates a model on a split with test-time augmentation, which the experiment must have. A
// sample that cannot be prepared is an error.
absl::StatusOr<MergedPredictions> EvaluateMerged(const Experiment& experiment, const DatasetIndex& index, Split split,
                                                 const BuiltModel& model);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_PREDICTION_BATCHES_H_
