// Small files of each kind with the pixels that they hold.
//   for (const PictureSample& sample : PictureSamples()) Decode(sample.bytes, sample.format);
#ifndef MICA_DATA_DECODE_PICTURE_SAMPLES_H_
#define MICA_DATA_DECODE_PICTURE_SAMPLES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "data/decode/picture_format.h"

namespace mica {

struct PictureSample {
  std::string name;  // "JpegBaseline420"
  PictureFormat format;
  int32_t height_px;
  int32_t width_px;
  int32_t channels;
  uint32_t pixels_crc32;  // of the rows without gaps: zlib.crc32 in Python
  std::string bytes;
};

const std::vector<PictureSample>& PictureSamples();

// The one of this name.
const PictureSample& FindPictureSample(absl::string_view name);

}  // namespace mica

#endif  // MICA_DATA_DECODE_PICTURE_SAMPLES_H_
