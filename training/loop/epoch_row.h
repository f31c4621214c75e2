// What training reports of an epoch: to observers, to files and to the choice of the best.
#ifndef MICA_TRAINING_LOOP_EPOCH_ROW_H_
#define MICA_TRAINING_LOOP_EPOCH_ROW_H_

#include <cstdint>
#include <string>
#include <vector>

#include "data/index/dataset_index.h"
#include "eval/metrics/metric_set.h"

namespace mica {

struct EpochRow {
  struct SplitMetrics {
    Split split = Split::kValidation;
    MetricSet metrics;
  };
  struct Scalar {
    std::string name;
    double value = 0;
  };

  int64_t epoch = 0;         // from 1
  int64_t step = 0;          // optimizer steps done at its end
  double learning_rate = 0;  // of its last step
  double train_loss = 0;     // running values of the epoch, means over samples
  double train_accuracy = 0;
  std::vector<Scalar> scalars;             // of the loss terms, means over steps
  std::vector<std::string> extra_metrics;  // those that evaluations have beyond MetricNames()
  std::vector<SplitMetrics> evaluations;   // the splits that were evaluated after it
  double grad_norm = 0;                    // mean over steps; L2 over all weights, before clipping
  double images_per_second = 0;
  double data_wait_fraction = 0;  // the part of train_seconds that it waited for batches
  double train_seconds = 0;
  double eval_seconds = 0;
  double peak_memory_mib = 0;

  // Null if the split was not evaluated.
  const MetricSet* MetricsOf(Split split) const {
    for (const SplitMetrics& evaluated : evaluations) {
      if (evaluated.split == split) return &evaluated.metrics;
    }
    return nullptr;
  }
};

}  // namespace mica

#endif  // MICA_TRAINING_LOOP_EPOCH_ROW_H_
