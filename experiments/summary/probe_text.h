// What `mica probe` says of one model or of two side by side.
//   std::cout << ProbeText({first, second});
// Torch-free, thread-safe.
#ifndef MICA_EXPERIMENTS_SUMMARY_PROBE_TEXT_H_
#define MICA_EXPERIMENTS_SUMMARY_PROBE_TEXT_H_

#include <string>

#include "absl/types/span.h"
#include "experiments/summary/probed_model.h"

namespace mica {

// One model or two. Statistics of the picture and of each output; then the logits with the names of
// their classes, of more than 20 those that rank first for the first model. Outputs of two models
// that have the same name stand together, and if their shapes are equal, with the statistics of
// their difference.
std::string ProbeText(absl::Span<const ProbedModel> models);

// The first of these tables alone.
std::string OutputTable(absl::Span<const ProbedModel> models);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_SUMMARY_PROBE_TEXT_H_
