#include "data/loader/resident_batch_source.h"

#include <ATen/ops/empty.h>

#include <algorithm>

#include "base/rng.h"

namespace mica {
namespace {

// u8 CHW, 0 … 255, to f32 HWC, [0,1]. Divides, because multiplying by 1/255 would give other values
// than all other frameworks.
void UnpackImage(const char* pixels, const ImageShape& shape, float* output) {
  const auto* input = reinterpret_cast<const uint8_t*>(pixels);
  const int64_t area = shape.pixels();
  if (shape.channels == 1) {  // the compiler knows the stride, so it vectorises
    for (int64_t pixel = 0; pixel < area; ++pixel) output[pixel] = static_cast<float>(input[pixel]) / 255.0f;
    return;
  }
  for (int channel = 0; channel < shape.channels; ++channel) {
    for (int64_t pixel = 0; pixel < area; ++pixel) {
      output[pixel * shape.channels + channel] = static_cast<float>(input[channel * area + pixel]) / 255.0f;
    }
  }
}

}  // namespace

ResidentBatchSource::ResidentBatchSource(const DatasetIndex& index, Split split, const Options& options)
    : index_(index), shape_(index.RawShape()), options_(options), ids_(index.RecordsOf(split)), order_(ids_) {}

int64_t ResidentBatchSource::samples_per_epoch() const {
  const auto samples = static_cast<int64_t>(ids_.size());
  return options_.drop_last ? samples / options_.batch_size * options_.batch_size : samples;
}

int64_t ResidentBatchSource::batches_per_epoch() const {
  return (samples_per_epoch() + options_.batch_size - 1) / options_.batch_size;
}

absl::Status ResidentBatchSource::StartEpoch(int64_t epoch, int64_t first_batch) {
  next_ = first_batch * options_.batch_size;
  if (!options_.shuffle) return absl::OkStatus();
  const std::vector<int64_t> positions = RandomOrder(options_.seed, RngStream::kShuffle, epoch, static_cast<int64_t>(ids_.size()));
  std::transform(positions.begin(), positions.end(), order_.begin(), [this](int64_t position) { return ids_[position]; });
  return absl::OkStatus();
}

absl::StatusOr<bool> ResidentBatchSource::Next(Batch* batch) {
  const int64_t size = std::min(options_.batch_size, samples_per_epoch() - next_);
  if (size <= 0) return false;
  *batch = Batch();
  batch->images = at::empty({size, shape_.channels, shape_.height_px, shape_.width_px}, at::kFloat, at::MemoryFormat::ChannelsLast);
  batch->labels = at::empty({size}, at::kLong);
  batch->ids = at::empty({size}, at::kLong);
  auto* images = batch->images.mutable_data_ptr<float>();
  auto* labels = batch->labels.mutable_data_ptr<int64_t>();
  auto* ids = batch->ids.mutable_data_ptr<int64_t>();
  for (int64_t i = 0; i < size; ++i) {
    const ImageRecord& record = index_.records[order_[next_ + i]];
    UnpackImage(index_.files[record.file].bytes->data() + record.offset, shape_, images + i * shape_.values());
    labels[i] = record.label;
    ids[i] = record.id;
  }
  next_ += size;
  return true;
}

}  // namespace mica
