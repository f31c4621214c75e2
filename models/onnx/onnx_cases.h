// Models whose logits PyTorch has computed, as ONNX files with the formula's weights, for
// comparisons of what runtimes make of the files.
//   for (const OnnxCase& each : AllOnnxCases()) const auto file = EncodeCase(each.parity());
// Torch-free.
#ifndef MICA_MODELS_ONNX_ONNX_CASES_H_
#define MICA_MODELS_ONNX_ONNX_CASES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "models/onnx/encode_onnx.h"
#include "models/onnx/onnx_case.pb.h"

namespace mica {

// The zoo's parity cases, called as their arms, and the lists of testdata/layer_cases.textproto. A
// file that does not parse ends the test process. The test that calls it has both in its data.
std::vector<OnnxCase> AllOnnxCases();

absl::StatusOr<std::string> EncodeCase(const ParityCase& parity, const OnnxOptions& options = {});

// f32 [images,3,side,side]: what the case's logits are of.
std::vector<float> ImagesOf(const ParityCase& parity);

}  // namespace mica

#endif  // MICA_MODELS_ONNX_ONNX_CASES_H_
