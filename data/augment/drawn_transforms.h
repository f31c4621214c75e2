// All that was decided about one sample's transforms, drawn by TransformPipeline::Draw.
//   drawn.crop();       // what must be decoded
//   drawn.Describe();   // {"random_resized_crop crop.left_px=12 …", "horizontal_flip", …}
#ifndef MICA_DATA_AUGMENT_DRAWN_TRANSFORMS_H_
#define MICA_DATA_AUGMENT_DRAWN_TRANSFORMS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "data/augment/draw_state.h"
#include "data/augment/kept_area.h"
#include "data/augment/picture_fetch.h"
#include "data/augment/pixel_op.h"
#include "data/augment/transform.pb.h"
#include "data/picture/picture_region.h"

namespace mica {

// A line of a table of what was drawn.
struct DrawnParameter {
  int32_t position;       // of the transform in the experiment's list
  std::string transform;  // "random_apply.color_jitter"
  std::string parameter;  // "left_px"; "" for a transform that did something and has no numbers
  std::string value;      // "12"
};

// Reused from sample to sample: keeps its memory, so that nothing is allocated. Single-thread.
class DrawnTransforms {
 public:
  // What must be decoded: of the upright source, what the leading crops, resizes and flips look at.
  const PictureRegion& crop() const { return needed_; }
  // What it is scaled to; its own size: it is not scaled, or by a filter that must see all pixels
  // (NEAREST, antialias: false). Where a part of a scaled picture is cut out, a size that may be
  // reduced in decoding as far as the scaled picture may.
  PictureSize resized() const { return fetch_.NeededSize(needed_); }
  // What comes out.
  PictureSize output_size() const { return output_size_; }
  // The share of the source's area that lies inside all crops (kept_area.h).
  double kept_area() const { return KeptArea(ops_, source_); }

  // Of all transforms, in the order of the list and, in a transform of others, in the order drawn.
  // Those that did nothing are missing.
  std::vector<DrawnParameter> Parameters() const;
  // For people, an entry for each transform of the list: "horizontal_flip: no change".
  std::vector<std::string> Describe() const;

 private:
  friend class TransformPipeline;

  absl::Span<const PixelOp> pixel_ops() const { return absl::MakeConstSpan(ops_).subspan(fetched_, pixel_ops_ - fetched_); }
  absl::Span<const PixelOp> float_ops() const { return absl::MakeConstSpan(ops_).subspan(pixel_ops_); }

  std::shared_ptr<const TransformList> transforms_;
  PictureSize source_;
  PictureFetch fetch_;
  PictureRegion needed_;  // by fetch_
  PictureSize output_size_;
  std::vector<PixelOp> ops_;
  std::vector<PixelOpOrigin> origins_;  // of ops_
  size_t fetched_ = 0;                  // so many of ops_ the fetch does
  size_t pixel_ops_ = 0;                // so many stand in front of normalize
};

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_DRAWN_TRANSFORMS_H_
