// The flag --split.
//   MICA_ASSIGN_OR_RETURN(const std::optional<Split> split, SplitFlag(arguments, kAllSplits));
#ifndef MICA_CLI_SPLIT_FLAG_H_
#define MICA_CLI_SPLIT_FLAG_H_

#include <optional>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "cli/verb_flags.h"
#include "data/index/dataset_index.h"

namespace mica {

// Its value or its default; nullopt if it has neither. A flag error for all but the `allowed`.
absl::StatusOr<std::optional<Split>> SplitFlag(const VerbArguments& arguments, absl::Span<const Split> allowed);

}  // namespace mica

#endif  // MICA_CLI_SPLIT_FLAG_H_
