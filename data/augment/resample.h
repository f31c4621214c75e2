// Scales pictures as Pillow does, bit for bit: resize((width, height), filter, box).
//   Resampler resampler;
//   ResampleRequest request;
//   request.box = {0, 0, 500, 375};
//   request.size = {/*height_px=*/256, /*width_px=*/341};
//   request.window = {/*left_px=*/58, /*top_px=*/16, 224, 224};   // a centre crop
//   resampler.Resample(source, request, &result);                 // u8 [224, 224, 3]
// Only the window's rows and columns are computed, and only the rows of the source that they need
// are read. The Pillow is 13, which scales vertically first where the height shrinks by more than
// twice as many pixels as the width. Older ones never do, so there a few values differ by 1.
#ifndef MICA_DATA_AUGMENT_RESAMPLE_H_
#define MICA_DATA_AUGMENT_RESAMPLE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "data/augment/resample_kernels.h"
#include "data/augment/resample_weights.h"
#include "data/picture/picture.h"
#include "data/picture/picture_region.h"

namespace mica {

struct ResampleRequest {
  // What is scaled, inside the source. As in Pillow, the filter also sees pixels around it.
  PictureBox box;
  // All that the filter sees, with the box inside: as if the source were cropped to it before.
  // Default: the whole source.
  std::optional<PictureRegion> visible;
  // Which part of a larger picture the source is: box and `visible`, which must be set then, are
  // that picture's. RegionRead tells what is enough. Default: all of it.
  std::optional<PictureRegion> held;
  PictureSize size;                                     // to which the box is scaled
  PictureRegion window;                                 // the part of the scaled picture that is made, inside `size`
  bool flip_horizontal = false, flip_vertical = false;  // of the window, after scaling
  ResampleFilter filter = ResampleFilter::kBilinear;
  // False: kBilinear and kBicubic interpolate between neighbours, however much the picture shrinks,
  // as torchvision's resize of tensors with antialias=False, within 1 of its results. The other
  // filters are as with true.
  bool antialias = true;
};

// What Resample reads, of the picture in which `visible` is; that must be set.
//   request.held = RegionRead(request);    // only that need be decoded
PictureRegion RegionRead(const ResampleRequest& request);

// Uses AVX-512 or AVX2 where the processor has them, with equal results. Keeps weights and rows: no
// allocation once the largest request was seen, and weights are computed only where they differ
// from the last request's. Single-thread.
class Resampler {
 public:
  // `kernels`: for tests; null: plain C++.
  explicit Resampler(const ResampleKernels* kernels = FindResampleKernels()) : kernels_(kernels) {}
  // What was moved from is not used again.
  Resampler(Resampler&&) = default;
  Resampler& operator=(Resampler&&) = default;

  // `source`: u8 HWC, 1 or 3 channels, not `result`. An empty box, or what should be inside and is
  // not, is a bug of ours.
  void Resample(const Picture& source, const ResampleRequest& request, Picture* result);

  // Calls `sink` for each row of the window, from the top (flipped, if asked) to the bottom. A row
  // has window.width_px * channels bytes and is valid during the call.
  using RowSink = absl::FunctionRef<void(int32_t y, const uint8_t* row)>;
  void Resample(const Picture& source, const ResampleRequest& request, RowSink sink);

 private:
  struct Axis {
    AxisScaling scaling;
    AxisWeights weights;
    bool is_identity = false;
  };

  // False: nothing has changed since the last request.
  static bool Update(const AxisScaling& scaling, Axis* axis);
  void PrepareColumns(const AxisScaling& scaling);
  void PrepareRows(const AxisScaling& scaling);
  void PrepareBuffers(bool is_vertical_first);
  void CopyTail();
  const uint8_t* SourceRow(int64_t y) const;
  void Nearest(const AxisScaling& columns, const AxisScaling& rows, RowSink sink);
  void HorizontalFirst(RowSink sink);
  void VerticalFirst(RowSink sink);
  const uint8_t* ScaledRow(int64_t y);
  void ScaleRowsFrom(int64_t y);
  void SumScaledRows(int32_t row);
  void SumSourceRows(int32_t row, uint8_t* result);
  // Horizontally, up to kResampleRows. Changes the elements behind `count`.
  void ScaleRows(int count, const uint8_t** sources, uint8_t** results);
  void CopyRow(const uint8_t* source, uint8_t* result) const;
  // The weighted sum of sum_rows_; a row of the window.
  void SumRows(int32_t row, int64_t bytes, uint8_t* result);

  const ResampleKernels* kernels_;

  // Of the current request.
  const Picture* source_ = nullptr;
  PictureRegion readable_;  // what is visible, of the source
  int64_t row_bytes_ = 0;   // of the result

  Axis columns_, rows_;
  ColumnPacker packer_;
  PackedColumns packed_columns_ = {};
  int32_t packed_channels_ = 0;
  std::vector<uint32_t> row_weights_;
  std::vector<int64_t> row_weights_begin_;  // of each row of the window

  // Horizontally scaled rows. Horizontal first: row y of the source in slot y % slots. Vertical
  // first: rows of the result.
  Pixels scaled_;
  std::vector<int64_t> scaled_rows_;  // which row each slot holds; -1: none
  int64_t scaled_stride_ = 0;
  int64_t first_row_ = 0, last_row_ = 0;  // of the source, that the request needs

  // Copies of the source's rows from tail_begin_ on: kernels read behind a row's end, which must
  // not be behind the picture's.
  Pixels tail_;
  int64_t tail_begin_ = 0, tail_stride_ = 0;

  Pixels result_row_, summed_;
  std::vector<const uint8_t*> sum_rows_;
  std::vector<int32_t> nearest_columns_, nearest_rows_;
};

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_RESAMPLE_H_
