// Arrays as files that NumPy reads: numpy.load("conv1.npy").
//   WriteFileAtomically("conv1.npy", NpyBytes({64, 112, 112}, values));
#ifndef MICA_BASE_FILES_NPY_H_
#define MICA_BASE_FILES_NPY_H_

#include <cstdint>
#include <string>

#include "absl/types/span.h"

namespace mica {

// The bytes of a .npy file of format 1.0, dtype "<f4". The last dimension of `shape` changes
// fastest. `values` are as many as the shape holds.
std::string NpyBytes(absl::Span<const int64_t> shape, absl::Span<const float> values);

}  // namespace mica

#endif  // MICA_BASE_FILES_NPY_H_
