#include "data/augment/pad.h"

#include <cstring>

#include "data/augment/border_index.h"

namespace mica {
namespace {

void FillRow(const std::array<uint8_t, 3>& fill, int channels, int64_t pixels, uint8_t* row) {
  if (channels == 1) {
    if (pixels > 0) std::memset(row, fill[0], pixels);
    return;
  }
  for (int64_t i = 0; i < pixels; ++i) std::memcpy(row + 3 * i, fill.data(), 3);
}

int64_t BorderIndex(PadMode mode, int64_t index, int64_t size) {
  switch (mode) {
    case PadMode::kConstant:
    case PadMode::kEdge:
      break;
    case PadMode::kReflect:
      return ReflectedIndex(index, size);
    case PadMode::kSymmetric:
      return SymmetricIndex(index, size);
  }
  return EdgeIndex(index, size);
}

// Pixels first … last - 1 of a padded row, counted from the source's first.
void PadPart(const Picture& source, const uint8_t* from, int64_t first, int64_t last, PadMode mode, const std::array<uint8_t, 3>& fill,
             uint8_t* to) {
  const int channels = source.channels;
  if (mode == PadMode::kConstant) return FillRow(fill, channels, last - first, to);
  for (int64_t x = first; x < last; ++x) {
    std::memcpy(to + (x - first) * channels, from + BorderIndex(mode, x, source.width_px) * channels, channels);
  }
}

// Rows first … last - 1, counted from the source's first, of which `result` has the source's rows.
void PadRows(int64_t source_height, const PadMargins& margins, int64_t first, int64_t last, PadMode mode,
             const std::array<uint8_t, 3>& fill, Picture* result) {
  for (int64_t y = first; y < last; ++y) {
    uint8_t* const row = result->Row(margins.top_px + y);
    if (mode == PadMode::kConstant && y == first) {
      FillRow(fill, result->channels, result->width_px, row);
    } else if (mode == PadMode::kConstant) {
      std::memcpy(row, row - result->row_bytes(), result->row_bytes());
    } else {
      std::memcpy(row, result->Row(margins.top_px + BorderIndex(mode, y, source_height)), result->row_bytes());
    }
  }
}

}  // namespace

void Pad(const Picture& source, const PadMargins& margins, PadMode mode, const std::array<uint8_t, 3>& fill, Picture* result) {
  const int channels = source.channels;
  result->Reshape(margins.top_px + source.height_px + margins.bottom_px, margins.left_px + source.width_px + margins.right_px, channels);
  for (int32_t y = 0; y < source.height_px; ++y) {
    uint8_t* const row = result->Row(margins.top_px + y);
    uint8_t* const middle = row + int64_t{margins.left_px} * channels;
    PadPart(source, source.Row(y), -margins.left_px, 0, mode, fill, row);
    std::memcpy(middle, source.Row(y), source.row_bytes());
    PadPart(source, source.Row(y), source.width_px, int64_t{source.width_px} + margins.right_px, mode, fill, middle + source.row_bytes());
  }
  PadRows(source.height_px, margins, -margins.top_px, 0, mode, fill, result);
  PadRows(source.height_px, margins, source.height_px, int64_t{source.height_px} + margins.bottom_px, mode, fill, result);
}

}  // namespace mica
