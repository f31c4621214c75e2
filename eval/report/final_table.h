// What a run reached, for people at a terminal: every metric of the reported checkpoint, beside
// what guessing would reach.
//   std::cout << FinalTable(results);
//   metric               test  chance  majority class
//   loss               0.3312  2.3026
//   accuracy           0.8834  0.1000          0.1000
//   …
//   majority class of the test split: "T-shirt/top"
//   accuracy on the test split: 95 % interval 0.8788 to 0.8913
#ifndef MICA_EVAL_REPORT_FINAL_TABLE_H_
#define MICA_EVAL_REPORT_FINAL_TABLE_H_

#include <optional>
#include <string>

#include "eval/metrics/baselines.h"
#include "eval/metrics/intervals.h"
#include "eval/metrics/metric_set.h"

namespace mica {

// The reported split is test if it was evaluated, else validation, else train.
struct FinalResults {
  std::optional<MetricSet> train;  // of the final weights, not the running values of an epoch
  std::optional<MetricSet> validation;
  std::optional<MetricSet> test;
  Baselines baselines;                        // of the reported split
  int empty_classes = 0;                      // ConfusionMatrix::EmptyClasses of the reported split
  std::optional<Interval> accuracy_interval;  // 95 %, of the reported split
  bool test_seen_each_epoch = false;
};

// Lines of at most 100 columns, with a column for each evaluated split. If there is none, one line
// says so.
std::string FinalTable(const FinalResults& results);

}  // namespace mica

#endif  // MICA_EVAL_REPORT_FINAL_TABLE_H_
