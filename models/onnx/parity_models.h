// The parity cases of the zoo as ONNX files, with the formula's weights, for comparisons with the
// logits that the cases hold.
//   const absl::StatusOr<std::string> file = EncodeParityModel(parity);
#ifndef MICA_MODELS_ONNX_PARITY_MODELS_H_
#define MICA_MODELS_ONNX_PARITY_MODELS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "models/zoo/parity_case.pb.h"

namespace mica {

absl::StatusOr<std::string> EncodeParityModel(const ParityCase& parity);

// f32 [images,3,side,side]: what the case's logits are of.
std::vector<float> ParityImages(const ParityCase& parity);

}  // namespace mica

#endif  // MICA_MODELS_ONNX_PARITY_MODELS_H_
