// A source in memory for tests of whatever takes batches: two classes that a linear model learns in a few steps.
//   FakeBatchSource batches(/*samples=*/10, /*batch_size=*/4);  // 4, 4 and 2 samples
// Sample i has id 100 + i, label i % 2 and a picture 1x2x2 whose row `label` is bright: 0.5 + i/100. The order is the same in every epoch.
#ifndef MICA_DATA_LOADER_FAKE_BATCH_SOURCE_H_
#define MICA_DATA_LOADER_FAKE_BATCH_SOURCE_H_

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "data/loader/batch_source.h"

namespace mica {

class FakeBatchSource : public BatchSource {
 public:
  static constexpr int64_t kFirstId = 100;

  FakeBatchSource(int64_t samples, int64_t batch_size) : batch_size_(batch_size) {
    all_ = {at::zeros({samples, 1, 2, 2}), at::empty({samples}, at::kLong), at::empty({samples}, at::kLong)};
    for (int64_t i = 0; i < samples; ++i) {
      all_.images[i][0][i % 2] = 0.5 + static_cast<double>(i) / 100;
      all_.labels[i] = i % 2;
      all_.ids[i] = kFirstId + i;
    }
  }

  // Makes a pixel of the sample NaN.
  void Poison(int64_t id) { all_.images[id - kFirstId][0][0][0] = std::numeric_limits<float>::quiet_NaN(); }

  const std::vector<int64_t>& started_epochs() const { return started_epochs_; }

  void StartEpoch(int64_t epoch) override {
    started_epochs_.push_back(epoch);
    next_ = 0;
  }

  bool Next(Batch* batch) override {
    const int64_t size = std::min(batch_size_, samples_per_epoch() - next_);
    if (size <= 0) return false;
    *batch = {all_.images.narrow(0, next_, size), all_.labels.narrow(0, next_, size), all_.ids.narrow(0, next_, size)};
    next_ += size;
    return true;
  }

  int64_t samples_per_epoch() const override { return all_.size(); }
  int64_t batches_per_epoch() const override { return (samples_per_epoch() + batch_size_ - 1) / batch_size_; }

 private:
  const int64_t batch_size_;
  Batch all_;
  int64_t next_ = 0;
  std::vector<int64_t> started_epochs_;
};

}  // namespace mica

#endif  // MICA_DATA_LOADER_FAKE_BATCH_SOURCE_H_
