// The weights of a model by name, for saving, copying and restoring.
//   const std::vector<NamedTensor> best = CopyWeights(*model);
//   … more training …
//   RestoreWeights(best, *model);
#ifndef MICA_MODELS_WEIGHTS_WEIGHTS_H_
#define MICA_MODELS_WEIGHTS_WEIGHTS_H_

#include <c10/core/ScalarType.h>
#include <torch/nn/module.h>

#include <string>
#include <vector>

#include "base/torch/named_tensor.h"

namespace mica {

// Parameters, then buffers, in the order in which the modules were registered. They share the
// model's memory.
std::vector<NamedTensor> WeightsOf(const torch::nn::Module& model);

// The same, detached, in memory of their own on the model's device.
std::vector<NamedTensor> CopyWeights(const torch::nn::Module& model);

// Writes a copy back in place into the model it was taken from: views stay views.
void RestoreWeights(const std::vector<NamedTensor>& copy, torch::nn::Module& model);

// The type's name in safetensors files: "F32", or "I64" for the counts of batch norms. Models have
// no other types.
std::string DtypeName(at::ScalarType type);

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_WEIGHTS_H_
