// Reads what the labels of an IDX file mean, as EMNIST's "emnist-letters-mapping.txt": in each line
// a label and the Unicode code points of its characters, in decimal.
//   "1 65 97\n2 66 98\n"  // label 1 is A or a, label 2 is B or b
//   ReadIdxMapping("/d/emnist-letters-mapping.txt", /*first_label=*/1)  // {"A", "B"}
#ifndef MICA_DATA_INDEX_IDX_MAPPING_H_
#define MICA_DATA_INDEX_IDX_MAPPING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace mica {

// The first character of each label from `first_label` on, UTF-8. Lines may be in any order.
// Returns a DataError (exit code 3) with the line if one is no row of whole numbers, a label stands
// twice, lies below `first_label` or has the character of another, or a code point is no visible
// character; and if labels are missing between the first and the largest.
absl::StatusOr<std::vector<std::string>> ReadIdxMapping(const std::string& path, int64_t first_label);

}  // namespace mica

#endif  // MICA_DATA_INDEX_IDX_MAPPING_H_
