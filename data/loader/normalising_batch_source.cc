#include "data/loader/normalising_batch_source.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <utility>

#include "base/status_macros.h"

namespace mica {
namespace {

at::Tensor PerChannel(const std::array<float, 3>& values, int64_t channels, c10::Device device) {
  const at::Tensor tensor = at::empty({1, channels, 1, 1}, at::kFloat);
  std::copy_n(values.begin(), channels, tensor.mutable_data_ptr<float>());
  return tensor.to(device);
}

}  // namespace

NormalisingBatchSource::NormalisingBatchSource(std::unique_ptr<BatchSource> source, std::vector<Statistics> statistics, c10::Device device)
    : source_(std::move(source)), statistics_(std::move(statistics)), device_(device) {}

// The copy is not asynchronous: the batch's memory is free to be used again when this returns.
at::Tensor NormalisingBatchSource::Normalised(const at::Tensor& images, const OnDevice& statistics) const {
  return images.to(device_).to(at::kFloat).div_(255).sub_(statistics.mean).div_(statistics.std);
}

absl::StatusOr<bool> NormalisingBatchSource::Next(Batch* batch) {
  MICA_ASSIGN_OR_RETURN(const bool there_is_one, source_->Next(batch));
  if (!there_is_one) return false;
  if (on_device_.empty()) {
    for (const Statistics& of_view : statistics_) {
      const int64_t channels = batch->images.size(1);
      on_device_.push_back({PerChannel(of_view.mean, channels, device_), PerChannel(of_view.std, channels, device_)});
    }
  }
  batch->images = Normalised(batch->images, on_device_[0]);
  for (size_t i = 0; i < batch->more_views.size(); ++i) batch->more_views[i] = Normalised(batch->more_views[i], on_device_[i + 1]);
  return true;
}

}  // namespace mica
