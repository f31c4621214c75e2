// The weights of a model by name, as they are saved, copied and put back.
//   const std::vector<NamedTensor> best = CopyWeights(*model);
//   … more training …
//   RestoreWeights(best, *model);
#ifndef MICA_MODELS_WEIGHTS_H_
#define MICA_MODELS_WEIGHTS_H_

#include <c10/core/ScalarType.h>

#include <string>
#include <vector>

#include "models/classifier.h"

namespace mica {

struct NamedTensor {
  std::string name;  // "block_1.0.weight"
  at::Tensor tensor;
};

// Parameters, then buffers, in the order in which the modules were registered. They share memory with the model.
std::vector<NamedTensor> WeightsOf(const Classifier& model);

// The same, detached and in memory of their own, on the model's device.
std::vector<NamedTensor> CopyWeights(const Classifier& model);

// Writes a copy back into the model it was taken from, in place: views stay views.
void RestoreWeights(const std::vector<NamedTensor>& copy, Classifier& model);

// The type's name in safetensors files: "F32", and "I64" for the counts of batch norms. Models hold no other type.
std::string DtypeName(at::ScalarType type);

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_H_
