// What libjpeg needs to decode parts of pictures and nothing else: the physical limit of a pipeline
// that decodes JPEG files with it.
//   JpegRegionLimit limit;
//   limit.Decode(jpeg, {/*left_px=*/100, /*top_px=*/50, /*width_px=*/224, /*height_px=*/180});
// The rows above the region are skipped, those below it are left alone, and of each row only the
// blocks around the region come out: all with the exact inverse DCT and smooth colours, as whole
// pictures are decoded. The files are trusted: baseline, sound, and larger than the region. Another
// ends the process.
#ifndef MICA_BENCH_JPEG_REGION_LIMIT_H_
#define MICA_BENCH_JPEG_REGION_LIMIT_H_

#include <cstdint>
#include <memory>

#include "absl/strings/string_view.h"
#include "data/picture/picture_region.h"

namespace mica {

// Single-thread. Keeps libjpeg's object from picture to picture.
class JpegRegionLimit {
 public:
  JpegRegionLimit();
  ~JpegRegionLimit();
  JpegRegionLimit(const JpegRegionLimit&) = delete;
  JpegRegionLimit& operator=(const JpegRegionLimit&) = delete;

  // Returns how many pixels libjpeg delivered: those of the region's rows, in whole blocks.
  int64_t Decode(absl::string_view jpeg, PictureRegion region);

 private:
  struct Codec;
  const std::unique_ptr<Codec> codec_;
};

}  // namespace mica

#endif  // MICA_BENCH_JPEG_REGION_LIMIT_H_
