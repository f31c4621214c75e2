// What one step of training or evaluation works on: some samples side by side.
#ifndef MICA_DATA_BATCH_BATCH_H_
#define MICA_DATA_BATCH_BATCH_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace mica {

struct Batch {
  at::Tensor images;  // f32 [N,C,H,W], channels_last, as the data pipeline prepares them
  at::Tensor labels;  // i64 [N], 0 … classes-1; -1: unlabelled

  // f32 [N,classes], rows in [0,1] that sum to 1. If undefined, the labels are the targets. If
  // samples are mixed, `labels` name the class with the largest share.
  at::Tensor targets;

  std::vector<at::Tensor> more_views;  // other preparations of the same samples; each as `images`
  at::Tensor ids;                      // i64 [N], ImageRecord::id

  int64_t size() const { return labels.size(0); }

  // The batch on another device, but for `ids`: nothing there computes with them.
  Batch To(c10::Device device) const {
    return Mapped([&](const at::Tensor& tensor) { return tensor.is_same(ids) ? tensor : tensor.to(device); });
  }

  // The samples [first, first + count), sharing memory with these.
  Batch Slice(int64_t first, int64_t count) const {
    return Mapped([&](const at::Tensor& tensor) { return tensor.narrow(0, first, count); });
  }

 private:
  // The only place that lists the fields.
  template <typename Function>
  Batch Mapped(const Function& function) const {
    Batch mapped = *this;
    for (at::Tensor* tensor : {&mapped.images, &mapped.labels, &mapped.targets, &mapped.ids}) {
      if (tensor->defined()) *tensor = function(*tensor);
    }
    for (at::Tensor& view : mapped.more_views) view = function(view);
    return mapped;
  }
};

}  // namespace mica

#endif  // MICA_DATA_BATCH_BATCH_H_
