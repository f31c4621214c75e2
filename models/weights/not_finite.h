// Finds values of an array that are no finite number.
//   NotFiniteText("F32", bytes) == "3 NaN and 1 infinity"
// Torch-free, thread-safe.
#ifndef MICA_MODELS_WEIGHTS_NOT_FINITE_H_
#define MICA_MODELS_WEIGHTS_NOT_FINITE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace mica {

// `bytes` are little-endian values of type F32, F16, BF16 or F64, unaligned. Of F64, values beyond
// the range of F32 count as infinite. "" if all are finite, and for other types.
std::string NotFiniteText(absl::string_view dtype, absl::string_view bytes);

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_NOT_FINITE_H_
