#include "models/classifier.h"

namespace mica {

int64_t CountParameters(const Classifier& model) {
  int64_t count = 0;
  for (const torch::Tensor& parameter : model.parameters()) count += parameter.numel();
  return count;
}

}  // namespace mica
