// What the functions of this folder work on: one row of numbers for each sample, such as a layer's
// outputs, or the coordinates of an embedding.
//   const FeatureRows features = {values, /*columns=*/512};
//   MICA_RETURN_IF_ERROR(CheckFeatures(features));
#ifndef MICA_EVAL_EMBEDDING_FEATURE_ROWS_H_
#define MICA_EVAL_EMBEDDING_FEATURE_ROWS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"

namespace mica {

// A view; whoever makes it keeps the numbers alive.
struct FeatureRows {
  absl::Span<const float> values;  // f32 [N, columns], row by row
  int64_t columns = 1;             // above 0

  int64_t count() const { return static_cast<int64_t>(values.size()) / columns; }
  const float* row(int64_t i) const { return values.data() + i * columns; }
};

// Beyond it squared distances might not fit into f32.
inline constexpr float kLargestFeature = 1e15f;

// A DataError that names the first row with a number that is not finite or beyond kLargestFeature.
absl::Status CheckFeatures(const FeatureRows& features);

}  // namespace mica

#endif  // MICA_EVAL_EMBEDDING_FEATURE_ROWS_H_
