#include "models/weights/load_weights.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <torch/utils.h>

#include <cstdint>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/torch/torch_guard.h"

namespace mica {
namespace {

// Of the types that MatchWeights lets pass.
at::ScalarType TypeOf(const ArrayView& array) {
  if (array.dtype == "I64") return at::kLong;
  if (array.dtype == "F64") return at::kDouble;
  if (array.dtype == "F16") return at::kHalf;
  return array.dtype == "BF16" ? at::kBFloat16 : at::kFloat;
}

// The array as it is where its bytes stand aligned, else a copy.
at::Tensor TensorOf(const ArrayView& array) {
  const at::TensorOptions options(TypeOf(array));
  if (array.bytes.empty()) return at::empty(array.shape, options);
  if (reinterpret_cast<uintptr_t>(array.bytes.data()) % options.dtype().itemsize() == 0) {
    // LibTorch has no tensors of constant values. This one is only read.
    return at::from_blob(const_cast<char*>(array.bytes.data()), array.shape, options);
  }
  at::Tensor tensor = at::empty(array.shape, options);
  std::memcpy(tensor.mutable_data_ptr(), array.bytes.data(), array.bytes.size());
  return tensor;
}

at::Tensor ChangeColours(ColourChange change, const at::Tensor& weight) {
  const std::vector<int64_t> after = ShapeAfter(change, weight.sizes().vec());
  if (weight.sizes() == at::IntArrayRef(after)) return weight;
  switch (change) {
    case ColourChange::kNone:
      return weight;
    case ColourChange::kSumOfRgb:
      return weight.sum(1, /*keepdim=*/true);
    case ColourChange::kMeanOfRgb:
      return weight.mean(1, /*keepdim=*/true);
    case ColourChange::kRepeatGrey:
      return weight.div(static_cast<double>(after[1])).expand(after);
  }
  TORCH_CHECK(false, "ColourChange: unknown value");
}

}  // namespace

absl::StatusOr<WeightReport> LoadWeights(const std::vector<ArrayView>& arrays, absl::string_view source,
                                         const std::vector<NamedTensor>& weights, const MatchRules& rules) {
  std::vector<ModelWeight> wanted;
  for (const NamedTensor& weight : weights) {
    wanted.push_back({weight.name, weight.tensor.sizes().vec(), DtypeName(weight.tensor.scalar_type())});
  }
  MICA_ASSIGN_OR_RETURN(WeightMatch match, MatchWeights(arrays, source, wanted, rules));
  MICA_RETURN_IF_ERROR(GuardTorch(absl::StrCat("loading ", source), [&] {
    const torch::NoGradGuard no_gradients;
    for (const WeightFit& fit : match.fits) {
      at::Tensor target = weights[fit.weight].tensor;
      const at::Tensor values = ChangeColours(fit.change, TensorOf(arrays[fit.array]).to(target.scalar_type()));
      target.copy_(values.reshape(target.sizes()));
    }
  }));
  return std::move(match.report);
}

}  // namespace mica
