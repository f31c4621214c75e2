// Weights for any model, for tests of what is made of them.
//   const TestWeights weights(model.layers);
//   EncodeOnnx(model, weights.arrays)
#ifndef MICA_MODELS_ONNX_TEST_WEIGHTS_H_
#define MICA_MODELS_ONNX_TEST_WEIGHTS_H_

#include <deque>
#include <vector>

#include "absl/types/span.h"
#include "models/layers/layer_shapes.h"
#include "models/weights/array_view.h"

namespace mica {

// Every f32 tensor of a model: value i is i / 8. Not copied, because arrays point into values.
struct TestWeights {
  explicit TestWeights(absl::Span<const InferredLayer> layers);
  TestWeights(const TestWeights&) = delete;
  TestWeights& operator=(const TestWeights&) = delete;

  std::deque<std::vector<float>> values;
  std::vector<ArrayView> arrays;  // [values]
};

}  // namespace mica

#endif  // MICA_MODELS_ONNX_TEST_WEIGHTS_H_
