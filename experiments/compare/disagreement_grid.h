// The samples on which two runs disagree, as pictures.
//   MICA_ASSIGN_OR_RETURN(const std::string png, DisagreementGrid(samples, index, experiment, {"1: a", "2: b"}));
// Torch-free.
#ifndef MICA_EXPERIMENTS_COMPARE_DISAGREEMENT_GRID_H_
#define MICA_EXPERIMENTS_COMPARE_DISAGREEMENT_GRID_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "data/index/dataset_index.h"
#include "experiments/compare/disagreements.h"
#include "experiments/experiment.pb.h"

namespace mica {

inline constexpr size_t kMostDisagreements = 40;  // in each direction

// A PNG: the first of those that only a got right, then of those that only b did. Above a picture is what
// the wrong run took it for, in red, below what it is and who knew. The pictures are what the network gets
// by `experiment`, whose data `index` is. names: of the two runs. Samples are not empty. Errors as of
// DrawSampleSheet.
absl::StatusOr<std::string> DisagreementGrid(absl::Span<const Disagreement> samples, const DatasetIndex& index,
                                             const Experiment& experiment, const std::pair<std::string, std::string>& names);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_COMPARE_DISAGREEMENT_GRID_H_
