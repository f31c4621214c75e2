// Crops, one scaling and flips as one step, so that only what is left of the picture need be
// decoded and it is read once.
//   PictureFetch fetch = PictureFetch::Whole({375, 500});
//   const size_t done = ComposeFetch(ops, &fetch);   // ops[done], … still have to run
//   const PictureRegion needed = fetch.NeededRegion();   // what must be decoded
//   FetchPicture(fetch, needed, part.pixels, part.box, &resampler, sink);
#ifndef MICA_DATA_AUGMENT_PICTURE_FETCH_H_
#define MICA_DATA_AUGMENT_PICTURE_FETCH_H_

#include <cstddef>

#include "absl/types/span.h"
#include "data/augment/pixel_op.h"
#include "data/augment/resample.h"
#include "data/picture/picture.h"
#include "data/picture/picture_region.h"

namespace mica {

struct PictureFetch {
  PictureRegion crop;                                   // of the source
  PictureSize scaled;                                   // of the crop; its own: it is not scaled
  PictureRegion window;                                 // of the scaled crop: what is wanted
  bool flip_horizontal = false, flip_vertical = false;  // of the window
  ResampleFilter filter = ResampleFilter::kBilinear;
  bool antialias = true;

  static PictureFetch Whole(PictureSize source) {
    PictureFetch fetch;
    fetch.crop = fetch.window = PictureRegion::Whole(source);
    fetch.scaled = source;
    return fetch;
  }
  bool is_scaled() const { return scaled != crop.size(); }
  // By averages, in decoding: not where the filter looks at a few pixels only and averages none.
  bool may_be_reduced() const { return antialias && filter != ResampleFilter::kNearest; }

  // The part of the crop that the window and the filter around it see.
  PictureRegion NeededRegion() const;
  // For the decoder: a size to which `needed` may be reduced by a half, a quarter or an eighth
  // where the crop may. The scaled size if all of the crop is needed; its own if it may not be
  // reduced.
  PictureSize NeededSize(const PictureRegion& needed) const;
};

// How many of the first operations the fetch does, with the result that they have one after the
// other, bit for bit. `fetch` is the whole source before.
size_t ComposeFetch(absl::Span<const PixelOp> ops, PictureFetch* fetch);

// `pixels` hold `needed`, fetch.NeededRegion(), at `box`, of whole numbers unless they were reduced
// in decoding. What else they hold does not count. The sink gets the window's rows, top to bottom.
void FetchPicture(const PictureFetch& fetch, const PictureRegion& needed, const Picture& pixels, const PictureBox& box,
                  Resampler* resampler, Resampler::RowSink sink);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_PICTURE_FETCH_H_
