// The samples whose labels are doubted most, as a picture.
//   MICA_ASSIGN_OR_RETURN(const std::string png, SuspectGrid(runs, audit, dataset.index));
// Pictures are shown whole, as decoded. Torch-free.
#ifndef MICA_EXPERIMENTS_AUDIT_SUSPECT_GRID_H_
#define MICA_EXPERIMENTS_AUDIT_SUSPECT_GRID_H_

#include <string>

#include "absl/status/statusor.h"
#include "data/index/dataset_index.h"
#include "eval/metrics/label_issues.h"
#include "experiments/audit/audited_runs.h"

namespace mica {

inline constexpr size_t kMostSuspectsShown = 48;

// The bytes of a PNG. `index` is of the runs' data. There is at least one issue. A DataError (exit
// code 3) if a picture cannot be read, or is another one than the runs saw under its number.
absl::StatusOr<std::string> SuspectGrid(const AuditedRuns& runs, const LabelAudit& audit, const DatasetIndex& index);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_AUDIT_SUSPECT_GRID_H_
