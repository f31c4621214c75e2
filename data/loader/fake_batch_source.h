// A source in memory, for tests of code that takes batches: two classes that a linear model learns
// in a few steps.
//   FakeBatchSource batches(/*samples=*/10, /*batch_size=*/4);  // 4, 4 and 2 samples
// Sample i has id 100 + i, label i % 2 and a 1x2x2 picture whose row `label` is bright: 0.5 +
// i/100. The order is the same in every epoch unless the test says otherwise.
#ifndef MICA_DATA_LOADER_FAKE_BATCH_SOURCE_H_
#define MICA_DATA_LOADER_FAKE_BATCH_SOURCE_H_

#include <ATen/ops/empty.h>
#include <ATen/ops/roll.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <limits>
#include <map>
#include <vector>

#include "data/loader/batch_source.h"

namespace mica {

class FakeBatchSource : public BatchSource {
 public:
  static constexpr int64_t kFirstId = 100;

  FakeBatchSource(int64_t samples, int64_t batch_size) : batch_size_(batch_size) {
    all_.images = at::zeros({samples, 1, 2, 2});
    all_.labels = at::empty({samples}, at::kLong);
    all_.ids = at::empty({samples}, at::kLong);
    for (int64_t i = 0; i < samples; ++i) {
      all_.images[i][0][i % 2] = 0.5 + static_cast<double>(i) / 100;
      all_.labels[i] = i % 2;
      all_.ids[i] = kFirstId + i;
    }
  }

  // All samples as one batch, for the test to change: targets, labels of -1, more views.
  Batch& all() { return all_; }

  // Every epoch begins with another sample: epoch 2 with the second.
  void RotateByEpoch() { rotates_ = true; }

  // Makes one pixel of the sample NaN.
  void Poison(int64_t id) { all_.images[id - kFirstId][0][0][0] = std::numeric_limits<float>::quiet_NaN(); }

  // Next fails when it reaches this batch of an epoch.
  void FailAtBatch(int64_t batch, absl::Status error) { errors_[batch] = std::move(error); }

  const std::vector<int64_t>& started_epochs() const { return started_epochs_; }

  absl::Status StartEpoch(int64_t epoch, int64_t first_batch) override {
    started_epochs_.push_back(epoch);
    next_batch_ = first_batch;
    first_sample_ = rotates_ ? (epoch - 1) % samples_per_epoch() : 0;
    return absl::OkStatus();
  }

  absl::StatusOr<bool> Next(Batch* batch) override {
    if (const auto error = errors_.find(next_batch_); error != errors_.end()) return error->second;
    const int64_t first = next_batch_ * batch_size_;
    if (first >= samples_per_epoch()) return false;
    *batch = Rotated().Slice(first, std::min(batch_size_, samples_per_epoch() - first));
    ++next_batch_;
    return true;
  }

  ImageShape image_shape() const override { return {/*channels=*/1, /*height_px=*/2, /*width_px=*/2}; }
  int64_t samples_per_epoch() const override { return all_.size(); }
  int64_t batches_per_epoch() const override { return (samples_per_epoch() + batch_size_ - 1) / batch_size_; }

 private:
  // All samples, beginning with the epoch's first one. Targets and views are left out.
  Batch Rotated() const {
    if (first_sample_ == 0) return all_;
    Batch rotated;
    rotated.images = all_.images.roll(-first_sample_, 0);
    rotated.labels = all_.labels.roll(-first_sample_, 0);
    rotated.ids = all_.ids.roll(-first_sample_, 0);
    return rotated;
  }

  const int64_t batch_size_;
  Batch all_;
  bool rotates_ = false;
  int64_t first_sample_ = 0;
  int64_t next_batch_ = 0;
  std::map<int64_t, absl::Status> errors_;
  std::vector<int64_t> started_epochs_;
};

}  // namespace mica

#endif  // MICA_DATA_LOADER_FAKE_BATCH_SOURCE_H_
