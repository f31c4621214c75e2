// Keeps how weights and gradients were spread after each epoch: parameters.csv.
//   ParameterObserver parameters([&] { return Views(flat_parameters); });
//   … train …
//   folder->WriteParameters(parameters.Csv());
// Torch-free. Single-thread.
#ifndef MICA_TRAINING_OBSERVERS_PARAMETER_OBSERVER_H_
#define MICA_TRAINING_OBSERVERS_PARAMETER_OBSERVER_H_

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "training/loop/train_observer.h"
#include "training/observers/parameter_statistics.h"

namespace mica {

class ParameterObserver : public TrainObserver {
 public:
  explicit ParameterObserver(ParameterReader read) : read_(std::move(read)) {}

  absl::Status OnEpoch(const EpochReport& epoch) override {
    rows_ += ParameterStatisticsRows(epoch.row.epoch, read_());
    return absl::OkStatus();
  }

  // Of all epochs so far.
  std::string Csv() const { return absl::StrCat(ParameterStatisticsHeader(), rows_); }

 private:
  const ParameterReader read_;
  std::string rows_;
};

}  // namespace mica

#endif  // MICA_TRAINING_OBSERVERS_PARAMETER_OBSERVER_H_
