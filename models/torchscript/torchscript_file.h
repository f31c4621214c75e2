// A model and its weights as a TorchScript file, which PyTorch runs without mica, in Python
// (torch.jit.load) and in C++ (torch::jit::load).
//   MICA_ASSIGN_OR_RETURN(const std::string bytes,
//                         EncodeTorchScript(model, arrays, {{"classes.txt", "cat\ndog\n"}}));
//   MICA_RETURN_IF_ERROR(WriteFileAtomically("/home/me/pets.torchscript.pt", bytes));
// Its state_dict() has the model's own names. Not for training on: forward is that of evaluation,
// see torchscript_source.h. torch_file_writer.h writes the weights alone, for models that others
// define. The header is torch-free.
#ifndef MICA_MODELS_TORCHSCRIPT_TORCHSCRIPT_FILE_H_
#define MICA_MODELS_TORCHSCRIPT_TORCHSCRIPT_FILE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "models/weights/array_view.h"
#include "models/zoo/model_layers.h"

namespace mica {

// The whole file; the same input gives the same bytes. `weights` must hold every tensor of the
// model, with its shape, F32 or (buffers of integers) I64; others are left out. `extra_files` are
// texts by name, which torch.jit.load gives to whoever asks for them (_extra_files). Memory: the
// size of the file. Returns a CheckpointError (exit code 4) that lists the tensors that are missing
// or do not fit, and errors as TorchScriptSource does.
absl::StatusOr<std::string> EncodeTorchScript(const InferredModel& model, const std::vector<ArrayView>& weights,
                                              const std::map<std::string, std::string>& extra_files);

}  // namespace mica

#endif  // MICA_MODELS_TORCHSCRIPT_TORCHSCRIPT_FILE_H_
