// How much each pixel of a source counts for each pixel of its scaled picture, along one axis.
//   AxisScaling scaling;
//   scaling.source_px = scaling.box_px = 500;
//   scaling.scaled_px = scaling.window_px = 224;
//   AxisWeights weights;
//   ComputeAxisWeights(scaling, &weights);
#ifndef MICA_DATA_AUGMENT_RESAMPLE_WEIGHTS_H_
#define MICA_DATA_AUGMENT_RESAMPLE_WEIGHTS_H_

#include <cstdint>
#include <vector>

namespace mica {

// Pillow's, by its names. Half of what they cover, in pixels of the larger picture's scale: box
// 0.5, bilinear 1, hamming 1, bicubic 2 (a = -0.5), lanczos 3.
enum class ResampleFilter : uint8_t { kNearest, kBox, kBilinear, kHamming, kBicubic, kLanczos };

struct AxisScaling {
  int32_t source_px = 0;
  // The part of the source from which pixels are counted in results; those that are read are in it.
  int32_t held_begin = 0;
  double box_begin = 0;  // what is scaled: [box_begin, box_begin + box_px), inside the source
  double box_px = 0;
  int32_t scaled_px = 0;
  int32_t window_begin = 0;  // what is made of the scaled pixels
  int32_t window_px = 0;
  bool flip = false;  // the window's last pixel comes first
  ResampleFilter filter = ResampleFilter::kBilinear;
  // Widens the filter where the picture shrinks. False has a meaning for kBilinear and kBicubic,
  // which are then those of torch.nn.functional.interpolate with align_corners=False, a = -0.75.
  bool antialias = true;

  // The scaled pixels are the box's own.
  bool is_identity() const;
  // torch's, not Pillow's.
  bool is_interpolation() const { return !antialias && (filter == ResampleFilter::kBilinear || filter == ResampleFilter::kBicubic); }

  friend bool operator==(const AxisScaling& a, const AxisScaling& b) {
    return a.source_px == b.source_px && a.held_begin == b.held_begin && a.box_begin == b.box_begin && a.box_px == b.box_px &&
           a.scaled_px == b.scaled_px && a.window_begin == b.window_begin && a.window_px == b.window_px && a.flip == b.flip &&
           a.filter == b.filter && a.antialias == b.antialias;
  }
  friend bool operator!=(const AxisScaling& a, const AxisScaling& b) { return !(a == b); }
};

inline constexpr int kResampleBits = 22;

// Pixel i of the window is the sum over t < count[i] of source[begin[i] + t] * Of(i)[t], plus
// 2^21, divided by 2^22 and limited to 0..255. Weights are in (-2, 2) * 2^22.
struct AxisWeights {
  std::vector<int32_t> begin;
  std::vector<int32_t> count;
  std::vector<int32_t> weights;  // `stride` a pixel; those from count[i] on are 0
  std::vector<double> exact;     // room for one pixel before rounding
  int32_t stride = 0;

  const int32_t* Of(int64_t pixel) const { return weights.data() + pixel * stride; }
};

// Equal to Pillow's weights bit for bit; Pillow too holds the box in single precision. Not for
// kNearest. Memory that `result` has is used again.
void ComputeAxisWeights(const AxisScaling& scaling, AxisWeights* result);

struct PixelRange {
  int32_t begin = 0, end = 0;
};

// Pixels of the source, counted from its own first, that the window is made of; for kNearest it may
// be a pixel more at each end.
PixelRange PixelsRead(const AxisScaling& scaling);

// For kNearest: the source pixel of each pixel of the window, as Pillow finds it.
void ComputeNearestPixels(const AxisScaling& scaling, std::vector<int32_t>* result);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_RESAMPLE_WEIGHTS_H_
