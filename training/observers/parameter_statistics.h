// How weights and gradients are spread, parameter by parameter: what shows a layer that is dead,
// exploding or never moves.
//   csv += ParameterStatisticsRows(epoch, parameters);
// Torch-free. Thread-safe.
#ifndef MICA_TRAINING_OBSERVERS_PARAMETER_STATISTICS_H_
#define MICA_TRAINING_OBSERVERS_PARAMETER_STATISTICS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace mica {

// A parameter at the end of an epoch.
struct ParameterView {
  std::string name;                   // "layer1.0.conv1.weight"
  absl::Span<const float> values;     // in any order
  absl::Span<const float> gradients;  // of the epoch's last step, before clipping; as many
};

// What trains, valid until the next step.
using ParameterReader = std::function<std::vector<ParameterView>()>;

// The header of parameters.csv.
std::string ParameterStatisticsHeader();

// A row for the values of each parameter and one for its gradients: epoch, parameter, of (values,
// gradients), size, norm (L2), zeros (share of exact zeros), min, q05, q25, q50, q75, q95, max. Quantiles
// are those of 4,096 evenly spaced elements; empty if one is NaN or infinite. 11 million parameters
// take about 30 ms.
std::string ParameterStatisticsRows(int64_t epoch, absl::Span<const ParameterView> parameters);

// Every k-th value, so that there are at most `most`.
std::vector<float> EvenlySpaced(absl::Span<const float> values, size_t most);

}  // namespace mica

#endif  // MICA_TRAINING_OBSERVERS_PARAMETER_STATISTICS_H_
