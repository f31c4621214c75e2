#include "data/loader/resident_batch_source.h"

#include <ATen/ops/empty.h>

#include <utility>

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

// The same with the value of each byte looked up.
void LookUpImage(const char* pixels, const ImageShape& shape, const std::vector<std::array<float, 256>>& values, float* output) {
  const auto* input = reinterpret_cast<const uint8_t*>(pixels);
  const int64_t area = shape.pixels();
  for (int channel = 0; channel < shape.channels; ++channel) {
    for (int64_t pixel = 0; pixel < area; ++pixel)
      output[pixel * shape.channels + channel] = values[channel][input[channel * area + pixel]];
  }
}

std::array<float, 256> NormalisedValues(float mean, float std) {
  std::array<float, 256> values;
  for (int byte = 0; byte < 256; ++byte) values[byte] = (static_cast<float>(byte) / 255.0f - mean) / std;
  return values;
}

SampleOrder OrderOf(const DatasetIndex& index, Split split, const ResidentBatchSource::Options& options) {
  LoaderConfig config;
  config.set_batch_size(static_cast<int32_t>(options.batch_size));
  config.set_shuffle(options.shuffle);
  config.set_drop_last(options.drop_last);
  return SampleOrder::Create(index, split, config, options.seed).value();  // fails for samplings alone
}

}  // namespace

ResidentBatchSource::ResidentBatchSource(const DatasetIndex& index, Split split, const Options& options)
    : ResidentBatchSource(index, OrderOf(index, split, options)) {}

ResidentBatchSource::ResidentBatchSource(const DatasetIndex& index, SampleOrder order, const std::array<float, 3>& mean,
                                         const std::array<float, 3>& std)
    : index_(index), shape_(index.RawShape()), order_(std::move(order)) {
  bool is_normalised = false;
  for (int channel = 0; channel < shape_.channels; ++channel) is_normalised |= mean[channel] != 0 || std[channel] != 1;
  if (!is_normalised) return;
  for (int channel = 0; channel < shape_.channels; ++channel) values_.push_back(NormalisedValues(mean[channel], std[channel]));
}

absl::Status ResidentBatchSource::StartEpoch(int64_t epoch, int64_t first_batch) {
  next_batch_ = first_batch;
  if (!order_.is_fixed() || turns_.empty()) order_.OfEpoch(epoch, &turns_);
  return absl::OkStatus();
}

absl::StatusOr<bool> ResidentBatchSource::Next(Batch* batch) {
  const int64_t size = order_.SamplesOf(next_batch_);
  if (size == 0) return false;
  *batch = Batch();
  batch->images = at::empty({size, shape_.channels, shape_.height_px, shape_.width_px}, at::kFloat, at::MemoryFormat::ChannelsLast);
  batch->labels = at::empty({size}, at::kLong);
  batch->ids = at::empty({size}, at::kLong);
  auto* images = batch->images.mutable_data_ptr<float>();
  auto* labels = batch->labels.mutable_data_ptr<int64_t>();
  auto* ids = batch->ids.mutable_data_ptr<int64_t>();
  for (int64_t i = 0; i < size; ++i) {
    const ImageRecord& record = index_.records[turns_[next_batch_ * order_.batch_size() + i].id];
    const char* const pixels = index_.files[record.file].bytes->data() + record.offset;
    if (values_.empty()) {
      UnpackImage(pixels, shape_, images + i * shape_.values());
    } else {
      LookUpImage(pixels, shape_, values_, images + i * shape_.values());
    }
    labels[i] = record.label;
    ids[i] = record.id;
  }
  ++next_batch_;
  return true;
}

}  // namespace mica
