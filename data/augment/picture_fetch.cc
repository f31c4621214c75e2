#include "data/augment/picture_fetch.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <variant>

namespace mica {
namespace {

// Each operation says whether the fetch can do it too, and then does.
struct Composer {
  PictureFetch* fetch;

  bool operator()(const CropOp& op) const {
    const PictureRegion& now = fetch->window;
    const int32_t left = fetch->flip_horizontal ? now.width_px - op.region.right_px() : op.region.left_px;
    const int32_t top = fetch->flip_vertical ? now.height_px - op.region.bottom_px() : op.region.top_px;
    if (fetch->is_scaled()) {
      fetch->window = {now.left_px + left, now.top_px + top, op.region.width_px, op.region.height_px};
      return true;
    }
    fetch->crop = {fetch->crop.left_px + left, fetch->crop.top_px + top, op.region.width_px, op.region.height_px};
    fetch->window = PictureRegion::Whole(op.region.size());
    fetch->scaled = op.region.size();
    return true;
  }
  // Filters of mirrored pictures round another way.
  bool operator()(const ScaleOp& op) const {
    if (fetch->is_scaled() || fetch->flip_horizontal || fetch->flip_vertical) return false;
    fetch->scaled = op.size;
    fetch->window = PictureRegion::Whole(op.size);
    fetch->filter = op.filter;
    fetch->antialias = op.antialias;
    return true;
  }
  bool operator()(const FlipOp& op) const {
    bool& flip = op.is_vertical ? fetch->flip_vertical : fetch->flip_horizontal;
    flip = !flip;
    return true;
  }
  template <typename Op>
  bool operator()(const Op&) const {
    return false;
  }
};

// The pixels that hold the box, and no more.
PictureRegion PixelsOf(const PictureBox& box, const Picture& pixels) {
  PictureRegion region;
  region.left_px = std::max(0, static_cast<int32_t>(std::floor(box.left)));
  region.top_px = std::max(0, static_cast<int32_t>(std::floor(box.top)));
  region.width_px = std::min(pixels.width_px, static_cast<int32_t>(std::ceil(box.left + box.width))) - region.left_px;
  region.height_px = std::min(pixels.height_px, static_cast<int32_t>(std::ceil(box.top + box.height))) - region.top_px;
  return region;
}

// All but what is scaled.
ResampleRequest RequestOf(const PictureFetch& fetch) {
  ResampleRequest request;
  request.size = fetch.scaled;
  request.window = fetch.window;
  request.flip_horizontal = fetch.flip_horizontal;
  request.flip_vertical = fetch.flip_vertical;
  request.filter = fetch.filter;
  request.antialias = fetch.antialias;
  return request;
}

// Places count from the crop's corner, so that a part of it is scaled as the whole is. The filter
// must not see what the crop left out.
ResampleRequest RequestInCrop(const PictureFetch& fetch) {
  ResampleRequest request = RequestOf(fetch);
  request.box = {0, 0, 1. * fetch.crop.width_px, 1. * fetch.crop.height_px};
  request.visible = PictureRegion::Whole(fetch.crop.size());
  return request;
}

// How many times smaller a decoder may make it.
int32_t ReductionOf(int32_t from, int32_t to) {
  for (const int32_t reduction : {8, 4, 2}) {
    if (from >= int64_t{reduction} * to) return reduction;
  }
  return 1;
}

// One axis of a box.
struct Extent {
  double begin;
  double length;
};

// Where the window comes from, in pixels that were reduced. `needed` begins `skipped_px` behind the
// crop.
Extent SourceOfWindow(const Extent& box, int32_t needed_px, int32_t skipped_px, int32_t crop_px, int32_t scaled_px, int32_t window_begin,
                      int32_t window_px) {
  const double reduction = box.length / needed_px;
  const double scale = reduction * crop_px / scaled_px;
  return {box.begin - skipped_px * reduction + window_begin * scale, window_px * scale};
}

// Rounding may put it beyond the pixels.
Extent Within(const Extent& extent, int32_t begin, int32_t end) {
  const double inside = std::max<double>(extent.begin, begin);
  return {inside, std::min(extent.length, end - inside)};
}

ResampleRequest RequestOfReduced(const PictureFetch& fetch, const PictureRegion& needed, const Picture& pixels, const PictureBox& box) {
  const PictureRegion visible = PixelsOf(box, pixels);
  const Extent columns = SourceOfWindow({box.left, box.width}, needed.width_px, needed.left_px - fetch.crop.left_px, fetch.crop.width_px,
                                        fetch.scaled.width_px, fetch.window.left_px, fetch.window.width_px);
  const Extent rows = SourceOfWindow({box.top, box.height}, needed.height_px, needed.top_px - fetch.crop.top_px, fetch.crop.height_px,
                                     fetch.scaled.height_px, fetch.window.top_px, fetch.window.height_px);
  const Extent x = Within(columns, visible.left_px, visible.right_px());
  const Extent y = Within(rows, visible.top_px, visible.bottom_px());
  ResampleRequest request = RequestOf(fetch);
  request.box = {x.begin, y.begin, x.length, y.length};
  request.size = fetch.window.size();
  request.window = PictureRegion::Whole(request.size);
  request.visible = visible;
  return request;
}

// Both sides of `inner` moved out, but not over those of `outer`.
PictureRegion Grown(const PictureRegion& inner, int32_t by_px, const PictureRegion& outer) {
  const int32_t left = std::max(inner.left_px - by_px, outer.left_px), top = std::max(inner.top_px - by_px, outer.top_px);
  const int32_t right = std::min(inner.right_px() + by_px, outer.right_px());
  const int32_t bottom = std::min(inner.bottom_px() + by_px, outer.bottom_px());
  return {left, top, right - left, bottom - top};
}

}  // namespace

size_t ComposeFetch(absl::Span<const PixelOp> ops, PictureFetch* fetch) {
  size_t done = 0;
  while (done < ops.size() && std::visit(Composer{fetch}, ops[done])) ++done;
  return done;
}

PictureRegion PictureFetch::NeededRegion() const {
  if (!is_scaled()) return crop;
  const PictureRegion read = RegionRead(RequestInCrop(*this));
  const PictureRegion needed = {crop.left_px + read.left_px, crop.top_px + read.top_px, read.width_px, read.height_px};
  if (!may_be_reduced()) return needed;
  // Places in reduced pixels are rounded.
  const int32_t reduction = std::min(ReductionOf(crop.width_px, scaled.width_px), ReductionOf(crop.height_px, scaled.height_px));
  return reduction > 1 ? Grown(needed, reduction, crop) : needed;
}

PictureSize PictureFetch::NeededSize(const PictureRegion& needed) const {
  if (!may_be_reduced()) return needed.size();
  if (needed == crop) return scaled;
  const auto side = [](int32_t needed_px, int32_t crop_px, int32_t scaled_px) {
    return std::max(1, needed_px / ReductionOf(crop_px, scaled_px));
  };
  return {side(needed.height_px, crop.height_px, scaled.height_px), side(needed.width_px, crop.width_px, scaled.width_px)};
}

void FetchPicture(const PictureFetch& fetch, const PictureRegion& needed, const Picture& pixels, const PictureBox& box,
                  Resampler* resampler, Resampler::RowSink sink) {
  if (box.width != needed.width_px || box.height != needed.height_px) {
    return resampler->Resample(pixels, RequestOfReduced(fetch, needed, pixels, box), sink);
  }
  ResampleRequest request = RequestInCrop(fetch);
  request.held = PictureRegion{needed.left_px - fetch.crop.left_px - static_cast<int32_t>(box.left),
                               needed.top_px - fetch.crop.top_px - static_cast<int32_t>(box.top), pixels.width_px, pixels.height_px};
  resampler->Resample(pixels, request, sink);
}

}  // namespace mica
