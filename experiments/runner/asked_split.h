// The split that a person asks for by --split.
//   if (index.RecordsOf(split).empty()) return NoSuchSamples(split, SplitsWithSamples(index));
#ifndef MICA_EXPERIMENTS_RUNNER_ASKED_SPLIT_H_
#define MICA_EXPERIMENTS_RUNNER_ASKED_SPLIT_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "data/index/dataset_index.h"

namespace mica {

// The splits, and the samples without labels.
inline constexpr Split kAllSplits[] = {Split::kTrain, Split::kValidation, Split::kTest, Split::kUnlabelled};

// Those of kAllSplits that have any.
std::vector<Split> SplitsWithSamples(const DatasetIndex& index);

// The flag error for a split that the data does not have; `others` are those that it has.
absl::Status NoSuchSamples(Split asked, absl::Span<const Split> others);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_ASKED_SPLIT_H_
