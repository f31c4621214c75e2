// A model as TorchScript source: what torch::jit::Module::define takes to compute the logits that
// mica computes in evaluation mode.
//   MICA_ASSIGN_OR_RETURN(const std::string source, TorchScriptSource(model));
//   // def forward(self, images: Tensor) -> Tensor:
//   //     x1 = torch.conv2d(images, self.conv1.weight, None, [2, 2], [3, 3], [1, 1], 1)
//   //     …
// Tensors are attributes of submodules that are called as the model's own tensors are, so that
// state_dict() has the same names: torchscript_file.h makes these modules. Not for training: batch
// norms use their running statistics, dropout is left out. Torch-free, thread-safe.
#ifndef MICA_MODELS_TORCHSCRIPT_TORCHSCRIPT_SOURCE_H_
#define MICA_MODELS_TORCHSCRIPT_TORCHSCRIPT_SOURCE_H_

#include <string>

#include "absl/status/statusor.h"
#include "models/zoo/model_layers.h"

namespace mica {

// forward takes f32 images [N,C,H,W], normalised, on any device, N >= 1, and gives f32 [N,classes]
// there. Other sides than the model was inferred for work where the layers allow them. Needs
// PyTorch 2.0 or newer if there is attention. Returns a config error (exit code 2) for names of
// layers that TorchScript keeps for itself; it lists all of them.
absl::StatusOr<std::string> TorchScriptSource(const InferredModel& model);

}  // namespace mica

#endif  // MICA_MODELS_TORCHSCRIPT_TORCHSCRIPT_SOURCE_H_
