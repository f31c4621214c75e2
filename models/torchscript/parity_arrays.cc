#include "models/torchscript/parity_arrays.h"

#include <glog/logging.h>

#include <cstdint>

#include "absl/strings/match.h"
#include "models/layers/tensor_dtype.h"
#include "models/zoo/formula_tensor.h"

namespace mica {
namespace {

template <typename T>
std::string BytesOf(const std::vector<T>& values) {
  return std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

// Row of the table of biases for each pair of a window's pixels, as Liu et al. 2021 number them.
std::vector<int64_t> RelativePositions(int64_t pairs) {
  int64_t window = 1;
  while (window * window * window * window < pairs) ++window;
  std::vector<int64_t> rows;
  for (int64_t p = 0; p < window * window; ++p) {
    for (int64_t q = 0; q < window * window; ++q) {
      const int64_t dy = p / window - q / window, dx = p % window - q % window;
      rows.push_back((dy + window - 1) * (2 * window - 1) + dx + window - 1);
    }
  }
  return rows;
}

std::string IntegersOf(const LayerTensor& tensor) {
  return absl::EndsWith(tensor.name, "relative_position_index") ? BytesOf(RelativePositions(tensor.size()))
                                                                : BytesOf(std::vector<int64_t>(tensor.size()));
}

std::string FormulaOf(const LayerTensor& tensor, const ParityCase& parity) {
  ParityTensor named;
  named.set_name(tensor.name);
  for (const int64_t size : tensor.shape) named.add_shape(size);
  std::vector<float> values(tensor.size());
  WriteFormulaTensor(named, parity, absl::MakeSpan(values));
  return BytesOf(values);
}

}  // namespace

ParityModel MakeParityModel(const ParityCase& parity) {
  absl::StatusOr<InferredModel> inferred = InferModel(parity.model(), {3, parity.side_px(), parity.side_px()}, parity.classes());
  CHECK(inferred.ok()) << inferred.status();
  ParityModel model{*std::move(inferred), {}, {}};
  for (const InferredLayer* layer : LeavesOf(model.inferred.layers)) {
    for (const LayerTensor& tensor : layer->tensors) {
      const std::string dtype = TensorDtype(tensor);
      model.bytes.push_back(dtype == "I64" ? IntegersOf(tensor) : FormulaOf(tensor, parity));
      model.arrays.push_back({tensor.name, dtype, tensor.shape, model.bytes.back()});
    }
  }
  return model;
}

std::vector<float> ParityImages(const ParityCase& parity) {
  std::vector<float> images(static_cast<size_t>(parity.images()) * 3 * parity.side_px() * parity.side_px());
  const Formula formula("images");
  for (size_t i = 0; i < images.size(); ++i) images[i] = static_cast<float>(formula(static_cast<int64_t>(i)));
  return images;
}

}  // namespace mica
