#include "models/onnx/onnx_cases.h"

#include <cstdint>
#include <fstream>
#include <iterator>

#include "absl/strings/string_view.h"
#include "base/config/parse_text_or_die.h"
#include "base/status_macros.h"
#include "models/weights/array_view.h"
#include "models/zoo/formula_tensor.h"
#include "models/zoo/model_layers.h"
#include "models/zoo/parity_cases.h"

namespace mica {
namespace {

std::vector<float> FormulaValues(const ParityTensor& tensor, const ParityCase& parity) {
  int64_t size = 1;
  for (const int64_t dimension : tensor.shape()) size *= dimension;
  std::vector<float> values(size);
  WriteFormulaTensor(tensor, parity, absl::MakeSpan(values));
  return values;
}

}  // namespace

std::vector<OnnxCase> AllOnnxCases() {
  std::vector<OnnxCase> cases;
  for (const ParityCase& parity : ParityCases()) {
    OnnxCase& added = cases.emplace_back();
    added.set_name(NameOf(parity));
    *added.mutable_parity() = parity;
  }
  std::ifstream file("models/onnx/testdata/layer_cases.textproto");
  const auto layers = ParseTextOrDie<OnnxCases>(std::string(std::istreambuf_iterator<char>(file), {}));
  cases.insert(cases.end(), layers.case_().begin(), layers.case_().end());
  return cases;
}

absl::StatusOr<std::string> EncodeCase(const ParityCase& parity, const OnnxOptions& options) {
  MICA_ASSIGN_OR_RETURN(const InferredModel model, InferModel(parity.model(), {3, parity.side_px(), parity.side_px()}, parity.classes()));
  std::vector<std::vector<float>> values;
  std::vector<ArrayView> weights;
  for (const ParityTensor& tensor : parity.tensor()) {
    values.push_back(FormulaValues(tensor, parity));
    weights.push_back({tensor.name(),
                       "F32",
                       {tensor.shape().begin(), tensor.shape().end()},
                       absl::string_view(reinterpret_cast<const char*>(values.back().data()), values.back().size() * sizeof(float))});
  }
  return EncodeOnnx(model, weights, options);
}

std::vector<float> ImagesOf(const ParityCase& parity) {
  const Formula formula("images");
  std::vector<float> images(int64_t{3} * parity.images() * parity.side_px() * parity.side_px());
  for (size_t i = 0; i < images.size(); ++i) images[i] = static_cast<float>(formula(static_cast<int64_t>(i)));
  return images;
}

}  // namespace mica
