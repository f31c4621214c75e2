// A parity case's model with the formula's weights as arrays, as a file of weights would hold them.
//   const ParityModel model = MakeParityModel(ParityCases()[0]);
//   EncodeTorchScript(model.inferred, model.arrays, {});
// A case that cannot be inferred ends the test process. Torch-free.
#ifndef MICA_MODELS_TORCHSCRIPT_PARITY_ARRAYS_H_
#define MICA_MODELS_TORCHSCRIPT_PARITY_ARRAYS_H_

#include <deque>
#include <string>
#include <vector>

#include "models/weights/array_view.h"
#include "models/zoo/model_layers.h"
#include "models/zoo/parity_case.pb.h"

namespace mica {

struct ParityModel {
  InferredModel inferred;
  std::deque<std::string> bytes;  // of the arrays
  std::vector<ArrayView> arrays;  // in the model's order
};

ParityModel MakeParityModel(const ParityCase& parity);

// f32 [images,3,side,side], row-major.
std::vector<float> ParityImages(const ParityCase& parity);

}  // namespace mica

#endif  // MICA_MODELS_TORCHSCRIPT_PARITY_ARRAYS_H_
