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

// The pixels that hold the box, and no more: a filter must not see what the crop left out.
PictureRegion PixelsOf(const PictureBox& box, const Picture& pixels) {
  PictureRegion region;
  region.left_px = std::max(0, static_cast<int32_t>(std::floor(box.left)));
  region.top_px = std::max(0, static_cast<int32_t>(std::floor(box.top)));
  region.width_px = std::min(pixels.width_px, static_cast<int32_t>(std::ceil(box.left + box.width))) - region.left_px;
  region.height_px = std::min(pixels.height_px, static_cast<int32_t>(std::ceil(box.top + box.height))) - region.top_px;
  return region;
}

}  // namespace

size_t ComposeFetch(absl::Span<const PixelOp> ops, PictureFetch* fetch) {
  size_t done = 0;
  while (done < ops.size() && std::visit(Composer{fetch}, ops[done])) ++done;
  return done;
}

void FetchPicture(const PictureFetch& fetch, const Picture& pixels, const PictureBox& box, Resampler* resampler, Resampler::RowSink sink) {
  ResampleRequest request;
  request.box = box;
  request.visible = PixelsOf(box, pixels);
  request.size = fetch.scaled;
  request.window = fetch.window;
  request.flip_horizontal = fetch.flip_horizontal;
  request.flip_vertical = fetch.flip_vertical;
  request.filter = fetch.filter;
  request.antialias = fetch.antialias;
  resampler->Resample(pixels, request, sink);
}

}  // namespace mica
