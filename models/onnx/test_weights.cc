#include "models/onnx/test_weights.h"

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace mica {

TestWeights::TestWeights(absl::Span<const InferredLayer> layers) {
  for (const InferredLayer* layer : LeavesOf(layers)) {
    for (const LayerTensor& tensor : layer->tensors) {
      if (absl::EndsWith(tensor.name, "num_batches_tracked") || absl::EndsWith(tensor.name, "relative_position_index")) continue;
      std::vector<float>& added = values.emplace_back(tensor.size());
      for (size_t i = 0; i < added.size(); ++i) added[i] = static_cast<float>(i) / 8;
      const absl::string_view bytes(reinterpret_cast<const char*>(added.data()), added.size() * sizeof(float));
      arrays.push_back({tensor.name, "F32", tensor.shape, bytes});
    }
  }
}

}  // namespace mica
