// Weights and images for comparisons with PyTorch: numbers in [-1, 1) that look random but follow
// from a name, so that testdata/parity.py makes the same ones.
//   const Formula images("images");
//   images(0) == -0.6310510635375977
// Torch-free, thread-safe.
#ifndef MICA_MODELS_ZOO_FORMULA_TENSOR_H_
#define MICA_MODELS_ZOO_FORMULA_TENSOR_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "models/zoo/parity_case.pb.h"

namespace mica {

class Formula {
 public:
  explicit Formula(absl::string_view name);

  // SplitMix64 (Steele et al. 2014) from the name's FNV-1a hash on; its upper 24 bits, so that every
  // number is exact in 32 bits too.
  double operator()(int64_t index) const {
    uint64_t x = state_ + static_cast<uint64_t>(index + 1) * 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return static_cast<double>((x ^ (x >> 31)) >> 40) * 0x1p-23 - 1;
  }

 private:
  uint64_t state_;
};

// The value of a tensor of the network, of this name and shape: formula_tensor in parity.py.
void WriteFormulaTensor(const ParityTensor& tensor, const ParityCase& parity, absl::Span<float> values);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_FORMULA_TENSOR_H_
