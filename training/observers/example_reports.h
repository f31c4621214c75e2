// What the loop might report, for tests of observers: step 20 of 30 ends epoch 2 of 3.
#ifndef MICA_TRAINING_OBSERVERS_EXAMPLE_REPORTS_H_
#define MICA_TRAINING_OBSERVERS_EXAMPLE_REPORTS_H_

#include <cstdint>
#include <string>

#include "eval/metrics/metric_set.h"
#include "training/loop/train_observer.h"

namespace mica {

// All metrics but the loss are the accuracy.
inline MetricSet ExampleMetrics(double loss, double accuracy) {
  MetricSet metrics;
  for (const std::string& name : MetricNames()) metrics.values.push_back({name, name == "loss" ? loss : accuracy});
  return metrics;
}

inline StepReport ExampleStep(int64_t step) {
  StepReport report;
  report.epoch = 2;
  report.epochs = 3;
  report.step = step;
  report.total_steps = 30;
  report.step_in_epoch = step - 10;
  report.steps_per_epoch = 10;
  report.samples_seen = 4 * step;
  report.learning_rate = 0.05;
  report.loss = 0.75;
  report.epoch_loss = 0.625;
  report.epoch_accuracy = 0.5;
  report.grad_norm = 1.5;
  report.images_per_second = 100;
  return report;
}

inline EpochReport ExampleEpoch() {
  EpochReport epoch;
  epoch.row.epoch = 2;
  epoch.row.step = 20;
  epoch.row.learning_rate = 0.05;
  epoch.row.train_loss = 0.5;
  epoch.row.train_accuracy = 0.75;
  epoch.row.train_seconds = 2;
  epoch.row.images_per_second = 100;
  epoch.last_step = ExampleStep(20);
  return epoch;
}

}  // namespace mica

#endif  // MICA_TRAINING_OBSERVERS_EXAMPLE_REPORTS_H_
