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

  // The batch on another device. `ids` stay where they are, because nothing computes with them.
  Batch To(c10::Device device) const {
    Batch moved = *this;
    for (at::Tensor* tensor : {&moved.images, &moved.labels, &moved.targets}) {
      if (tensor->defined()) *tensor = tensor->to(device);
    }
    for (at::Tensor& view : moved.more_views) view = view.to(device);
    return moved;
  }

  // The samples [first, first + count). They share memory with this batch.
  Batch Slice(int64_t first, int64_t count) const {
    Batch slice = *this;
    for (at::Tensor* tensor : {&slice.images, &slice.labels, &slice.targets, &slice.ids}) {
      if (tensor->defined()) *tensor = tensor->narrow(0, first, count);
    }
    for (at::Tensor& view : slice.more_views) view = view.narrow(0, first, count);
    return slice;
  }
};

}  // namespace mica

#endif  // MICA_DATA_BATCH_BATCH_H_
