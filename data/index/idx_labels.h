// The labels in an IDX file, one number a sample, from the three forms in which they are stored:
// bytes [n]; 32-bit numbers [n] or [n, columns], of which the first column is the label (QMNIST has
// 8: digit, NIST's class, writer, …); one-hot bytes [n, classes].
//   MICA_ASSIGN_OR_RETURN(const std::vector<int32_t> labels, IdxLabels(file, &warnings));
#ifndef MICA_DATA_INDEX_IDX_LABELS_H_
#define MICA_DATA_INDEX_IDX_LABELS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/index/idx_reader.h"

namespace mica {

// Labels as stored, [n]. Warns where columns are ignored. Returns a DataError (exit code 3) with
// the index if a row that should be one-hot is not one 1 among zeros. Thread-safe.
absl::StatusOr<std::vector<int32_t>> IdxLabels(const IdxFile& file, std::vector<std::string>* warnings);

}  // namespace mica

#endif  // MICA_DATA_INDEX_IDX_LABELS_H_
