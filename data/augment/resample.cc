#include "data/augment/resample.h"

#include <glog/logging.h>

#include <algorithm>
#include <cstring>

namespace mica {
namespace {

// Sides of boxes are sums, and may be rounded.
bool IsIn(const PictureBox& box, const PictureRegion& outer) {
  constexpr double kRounding = 1e-3;
  return box.width > 0 && box.height > 0 && box.left >= outer.left_px && box.top >= outer.top_px &&
         box.left + box.width <= outer.right_px() + kRounding && box.top + box.height <= outer.bottom_px() + kRounding;
}

void CheckRequest(const Picture& source, const ResampleRequest& request, const PictureRegion& visible, const PictureRegion& held) {
  CHECK(source.channels == 1 || source.channels == 3) << source.channels << " channels";
  CHECK(held.size() == source.size());
  CHECK(request.visible.has_value() || !request.held.has_value());
  CHECK(PictureRegion::Whole(request.size).Contains(request.window));
  CHECK(IsIn(request.box, visible)) << request.box.left << " " << request.box.top << " " << request.box.width << " " << request.box.height;
  // Always so where the whole of what is visible is held.
  CHECK(held.Contains(visible) || held.Contains(RegionRead(request)));
}

// The pixels from `begin` on are visible, those from `held` on are there.
AxisScaling ScalingOf(const ResampleRequest& request, int32_t begin, int32_t end, int32_t held) {
  AxisScaling scaling;
  scaling.source_px = end - begin;
  scaling.held_begin = std::max(held - begin, 0);
  scaling.filter = request.filter;
  scaling.antialias = request.antialias;
  return scaling;
}

AxisScaling ColumnScaling(const ResampleRequest& request, const PictureRegion& visible, const PictureRegion& held) {
  AxisScaling scaling = ScalingOf(request, visible.left_px, visible.right_px(), held.left_px);
  scaling.box_begin = request.box.left - visible.left_px;
  scaling.box_px = request.box.width;
  scaling.scaled_px = request.size.width_px;
  scaling.window_begin = request.window.left_px;
  scaling.window_px = request.window.width_px;
  scaling.flip = request.flip_horizontal;
  return scaling;
}

AxisScaling RowScaling(const ResampleRequest& request, const PictureRegion& visible, const PictureRegion& held) {
  AxisScaling scaling = ScalingOf(request, visible.top_px, visible.bottom_px(), held.top_px);
  scaling.box_begin = request.box.top - visible.top_px;
  scaling.box_px = request.box.height;
  scaling.scaled_px = request.size.height_px;
  scaling.window_begin = request.window.top_px;
  scaling.window_px = request.window.height_px;
  scaling.flip = request.flip_vertical;
  return scaling;
}

// Each pixel of the window is one pixel of the source.
void IdentityWeights(const AxisScaling& scaling, AxisWeights* result) {
  const int32_t first = static_cast<int32_t>(scaling.box_begin) + scaling.window_begin - scaling.held_begin;
  result->stride = 1;
  result->begin.resize(scaling.window_px);
  result->count.assign(scaling.window_px, 1);
  result->weights.assign(scaling.window_px, 1 << kResampleBits);
  for (int32_t i = 0; i < scaling.window_px; ++i) result->begin[i] = first + (scaling.flip ? scaling.window_px - 1 - i : i);
}

template <int kChannels>
void CopyPixels(const uint8_t* source, const std::vector<int32_t>& columns, uint8_t* result) {
  for (const int32_t column : columns) {
    const uint8_t* pixel = source + int64_t{column} * kChannels;
    for (int c = 0; c < kChannels; ++c) *result++ = pixel[c];
  }
}

void CopyPixels(const uint8_t* source, const std::vector<int32_t>& columns, int32_t channels, uint8_t* result) {
  return channels == 1 ? CopyPixels<1>(source, columns, result) : CopyPixels<3>(source, columns, result);
}

int64_t PaddedBytes(int64_t bytes) {
  constexpr int64_t kAlignment = 64;
  return (bytes + kAlignment - 1) / kAlignment * kAlignment + kResampleSlackBytes;
}

void Enlarge(int64_t bytes, Pixels* buffer) {
  if (bytes > static_cast<int64_t>(buffer->size())) buffer->resize(bytes);
}

bool PillowIsVerticalFirst(PictureSize source, PictureSize scaled) {
  const int64_t fewer_rows = source.height_px - scaled.height_px, fewer_columns = source.width_px - scaled.width_px;
  return fewer_rows > 0 && fewer_rows > 2 * fewer_columns;
}

}  // namespace

bool Resampler::Update(const AxisScaling& scaling, Axis* axis) {
  if (scaling == axis->scaling) return false;
  axis->scaling = scaling;
  axis->is_identity = scaling.is_identity();
  axis->is_identity ? IdentityWeights(scaling, &axis->weights) : ComputeAxisWeights(scaling, &axis->weights);
  return true;
}

void Resampler::PrepareColumns(const AxisScaling& scaling) {
  const bool is_new = Update(scaling, &columns_);
  if (columns_.is_identity || kernels_ == nullptr || (!is_new && packed_channels_ == source_->channels)) return;
  packed_columns_ = packer_.Pack(columns_.weights, readable_.width_px, source_->channels, *kernels_);
  packed_channels_ = source_->channels;
}

void Resampler::PrepareRows(const AxisScaling& scaling) {
  if (!Update(scaling, &rows_) || kernels_ == nullptr) return;
  row_weights_.clear();
  row_weights_begin_.clear();
  for (int32_t row = 0; row < scaling.window_px; ++row) {
    row_weights_begin_.push_back(row_weights_.size());
    PackRowWeights(rows_.weights.Of(row), rows_.weights.count[row], &row_weights_);
  }
}

// A few rows of a tall picture may be made of all its rows.
void Resampler::PrepareBuffers(bool is_vertical_first) {
  const AxisWeights& weights = rows_.weights;
  const int64_t most = *std::max_element(weights.count.begin(), weights.count.end());
  const int32_t top = 0, bottom = weights.begin.size() - 1;
  first_row_ = std::min(weights.begin[top], weights.begin[bottom]);
  last_row_ = std::max(weights.begin[top] + weights.count[top], weights.begin[bottom] + weights.count[bottom]) - 1;
  scaled_stride_ = PaddedBytes(row_bytes_);
  scaled_rows_.assign(is_vertical_first ? kResampleRows : most + kResampleRows - 1, -1);
  Enlarge((scaled_rows_.size() + 1) * scaled_stride_, &scaled_);  // the last takes what nobody wants
  Enlarge(scaled_stride_, &result_row_);
  sum_rows_.resize(most + 1);
  CopyTail();
}

void Resampler::CopyTail() {
  tail_begin_ = last_row_ + 1;
  if (kernels_ == nullptr) return;
  const int64_t bytes = int64_t{readable_.width_px} * source_->channels;
  const uint8_t* end = source_->pixels.data() + source_->pixels.size();
  int64_t begin = tail_begin_;
  while (begin > first_row_ && end - SourceRow(begin - 1) < bytes + kResampleSlackBytes) --begin;
  tail_stride_ = PaddedBytes(bytes);
  Enlarge((tail_begin_ - begin) * tail_stride_, &tail_);
  for (int64_t y = begin; y <= last_row_; ++y) std::memcpy(tail_.data() + (y - begin) * tail_stride_, SourceRow(y), bytes);
  tail_begin_ = begin;
}

const uint8_t* Resampler::SourceRow(int64_t y) const {
  if (y >= tail_begin_) return tail_.data() + (y - tail_begin_) * tail_stride_;
  return source_->Row(readable_.top_px + y) + int64_t{readable_.left_px} * source_->channels;
}

void Resampler::CopyRow(const uint8_t* source, uint8_t* result) const {
  if (columns_.scaling.flip) return CopyPixels(source, columns_.weights.begin, source_->channels, result);
  std::memcpy(result, source + int64_t{columns_.weights.begin[0]} * source_->channels, row_bytes_);
}

void Resampler::ScaleRows(int count, const uint8_t** sources, uint8_t** results) {
  if (kernels_ != nullptr && !columns_.is_identity) {
    std::fill(sources + count, sources + kResampleRows, sources[0]);
    std::fill(results + count, results + kResampleRows, scaled_.data() + scaled_rows_.size() * scaled_stride_);
    return packed_columns_.kernel->run(packed_columns_, sources, results);
  }
  for (int i = 0; i < count; ++i) {
    if (columns_.is_identity) {
      CopyRow(sources[i], results[i]);
    } else {
      ResampleRow(columns_.weights, source_->channels, sources[i], results[i]);
    }
  }
}

void Resampler::SumRows(int32_t row, int64_t bytes, uint8_t* result) {
  const int32_t count = rows_.weights.count[row];
  if (kernels_ == nullptr) return ResampleColumn(rows_.weights.Of(row), count, sum_rows_.data(), bytes, result);
  sum_rows_[count] = sum_rows_[0];  // for a weight of 0, if the count is odd
  const PackedRows packed = {(count + 1) / 2, row_weights_.data() + row_weights_begin_[row]};
  kernels_->vertical(packed, sum_rows_.data(), bytes, result);
}

// Row y and, at the same time, those that the next rows of the window need.
void Resampler::ScaleRowsFrom(int64_t y) {
  const int64_t slots = scaled_rows_.size(), step = rows_.scaling.flip ? -1 : 1;
  const uint8_t* sources[kResampleRows];
  uint8_t* results[kResampleRows];
  int count = 0;
  for (; count < kResampleRows && y >= first_row_ && y <= last_row_; ++count, y += step) {
    sources[count] = SourceRow(y);
    results[count] = scaled_.data() + y % slots * scaled_stride_;
    scaled_rows_[y % slots] = y;
  }
  ScaleRows(count, sources, results);
}

const uint8_t* Resampler::ScaledRow(int64_t y) {
  const int64_t slots = scaled_rows_.size();
  if (scaled_rows_[y % slots] != y) ScaleRowsFrom(y);
  return scaled_.data() + y % slots * scaled_stride_;
}

void Resampler::SumScaledRows(int32_t row) {
  const int32_t begin = rows_.weights.begin[row], count = rows_.weights.count[row];
  // In the order in which the window moves down or, flipped, up the source.
  for (int32_t t = 0; t < count; ++t) {
    const int32_t next = rows_.scaling.flip ? count - 1 - t : t;
    sum_rows_[next] = ScaledRow(begin + next);
  }
  SumRows(row, row_bytes_, result_row_.data());
}

void Resampler::HorizontalFirst(RowSink sink) {
  for (int32_t y = 0; y < rows_.scaling.window_px; ++y) {
    if (rows_.is_identity) {
      sink(y, ScaledRow(rows_.weights.begin[y]));
    } else {
      SumScaledRows(y);
      sink(y, result_row_.data());
    }
  }
}

// Only the columns that the horizontal pass reads.
void Resampler::SumSourceRows(int32_t row, uint8_t* result) {
  const AxisWeights& columns = columns_.weights;
  const int32_t last = columns.begin.size() - 1;
  const int64_t begin = std::min(columns.begin[0], columns.begin[last]) * int64_t{source_->channels};
  const int64_t end = std::max(columns.begin[0] + columns.count[0], columns.begin[last] + columns.count[last]) * int64_t{source_->channels};
  for (int32_t t = 0; t < rows_.weights.count[row]; ++t) sum_rows_[t] = SourceRow(rows_.weights.begin[row] + t) + begin;
  SumRows(row, end - begin, result + begin);
}

void Resampler::VerticalFirst(RowSink sink) {
  const int64_t stride = PaddedBytes(int64_t{readable_.width_px} * source_->channels);
  Enlarge(stride * kResampleRows, &summed_);
  const int32_t height = rows_.scaling.window_px;
  for (int32_t y = 0; y < height; y += kResampleRows) {
    const int count = std::min(height - y, kResampleRows);
    const uint8_t* sources[kResampleRows];
    uint8_t* results[kResampleRows];
    for (int i = 0; i < count; ++i) {
      SumSourceRows(y + i, summed_.data() + i * stride);
      sources[i] = summed_.data() + i * stride;
      results[i] = scaled_.data() + i * scaled_stride_;
    }
    ScaleRows(count, sources, results);
    for (int i = 0; i < count; ++i) sink(y + i, scaled_.data() + i * scaled_stride_);
  }
}

void Resampler::Nearest(const AxisScaling& columns, const AxisScaling& rows, RowSink sink) {
  ComputeNearestPixels(columns, &nearest_columns_);
  ComputeNearestPixels(rows, &nearest_rows_);
  Enlarge(row_bytes_, &result_row_);
  for (int32_t y = 0; y < rows.window_px; ++y) {
    if (y == 0 || nearest_rows_[y] != nearest_rows_[y - 1]) {
      CopyPixels(SourceRow(nearest_rows_[y]), nearest_columns_, source_->channels, result_row_.data());
    }
    sink(y, result_row_.data());
  }
}

PictureRegion RegionRead(const ResampleRequest& request) {
  const PictureRegion& visible = request.visible.value();
  const PixelRange columns = PixelsRead(ColumnScaling(request, visible, visible)), rows = PixelsRead(RowScaling(request, visible, visible));
  return {visible.left_px + columns.begin, visible.top_px + rows.begin, columns.end - columns.begin, rows.end - rows.begin};
}

void Resampler::Resample(const Picture& source, const ResampleRequest& request, RowSink sink) {
  const PictureRegion whole = PictureRegion::Whole(source.size());
  const PictureRegion held = request.held.value_or(whole), visible = request.visible.value_or(whole);
  CheckRequest(source, request, visible, held);
  readable_ = Intersection(visible, held);
  const AxisScaling columns = ColumnScaling(request, visible, held), rows = RowScaling(request, visible, held);
  readable_.left_px -= held.left_px;
  readable_.top_px -= held.top_px;
  source_ = &source;
  row_bytes_ = int64_t{request.window.width_px} * source.channels;
  tail_begin_ = readable_.height_px;
  if (request.filter == ResampleFilter::kNearest) return Nearest(columns, rows, sink);
  PrepareColumns(columns);
  PrepareRows(rows);
  const bool is_pillows_order = !rows.is_interpolation() && PillowIsVerticalFirst(visible.size(), request.size);
  const bool is_vertical_first = !rows_.is_identity && (columns_.is_identity || is_pillows_order);
  PrepareBuffers(is_vertical_first);
  is_vertical_first ? VerticalFirst(sink) : HorizontalFirst(sink);
}

void Resampler::Resample(const Picture& source, const ResampleRequest& request, Picture* result) {
  result->Reshape(request.window.height_px, request.window.width_px, source.channels);
  Resample(source, request, [result](int32_t y, const uint8_t* row) { std::memcpy(result->Row(y), row, result->row_bytes()); });
}

}  // namespace mica
