// WeightsOfModel: the weights for `mica export`.
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/torch/torch_guard.h"
#include "experiments/runner/stages.h"
#include "experiments/runner/verb_bodies.h"
#include "models/weights/weights.h"

namespace mica {
namespace {

void AddArray(const NamedTensor& weight, StoredArrays* stored, std::deque<std::string>* copies) {
  const at::Tensor values = weight.tensor.detach().cpu().contiguous();
  copies->emplace_back(static_cast<const char*>(values.const_data_ptr()), values.nbytes());
  stored->arrays.push_back({weight.name, DtypeName(values.scalar_type()), values.sizes().vec(), copies->back()});
}

}  // namespace

absl::StatusOr<StoredArrays> WeightsOfModel(const ModelSubject& subject, const ImageShape& image_shape) {
  MICA_ASSIGN_OR_RETURN(const BuiltModel model, BuildModelOf(subject, image_shape));
  StoredArrays stored;
  const auto copies = std::make_shared<std::deque<std::string>>();
  MICA_RETURN_IF_ERROR(GuardTorch("copying the weights", [&] {
    for (const NamedTensor& weight : WeightsOf(*model.classifier)) AddArray(weight, &stored, copies.get());
  }));
  stored.path = subject.name;
  stored.memory = copies;
  return stored;
}

}  // namespace mica
