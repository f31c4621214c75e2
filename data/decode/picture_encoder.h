// Pictures as files: PNG keeps every value, JPEG is for photographs to look at.
//   MICA_RETURN_IF_ERROR(WriteFile(path, EncodePng(picture)));
// The picture must have pixels and 1 or 3 channels; another is a bug of ours. Thread-safe.
#ifndef MICA_DATA_DECODE_PICTURE_ENCODER_H_
#define MICA_DATA_DECODE_PICTURE_ENCODER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "data/picture/picture.h"

namespace mica {

// 8 bits, grey or RGB. The fastest compression with filters: Fashion-MNIST takes 43 us and 529
// bytes a picture (zlib's default: 56 us, 509 bytes), a photograph of 500 x 375 pixels 14 ms and
// 340 kB (56 ms, 358 kB). Throws std::bad_alloc.
std::string EncodePng(const Picture& picture);

enum class JpegColours : uint8_t {
  kByQuality,       // full resolution from quality 90 on, below half of it
  kHalfResolution,  // in both directions, 4:2:0, as cameras and most programs write
};

// Baseline. `quality` is libjpeg's, 1 to 100. Fails if a side has more than 65,500 pixels.
absl::StatusOr<std::string> EncodeJpeg(const Picture& picture, int quality, JpegColours colours = JpegColours::kByQuality);

}  // namespace mica

#endif  // MICA_DATA_DECODE_PICTURE_ENCODER_H_
