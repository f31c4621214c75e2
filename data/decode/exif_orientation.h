// How a picture must be turned to stand upright, from its EXIF data (Exif 2.32, section 4.6.4,
// tag 0x0112): 1 as stored, 2 mirrored, 3 turned by 180 degrees, … 6 turned clockwise by 90.
#ifndef MICA_DATA_DECODE_EXIF_ORIENTATION_H_
#define MICA_DATA_DECODE_EXIF_ORIENTATION_H_

#include <cstdint>

#include "data/decode/header_window.h"

namespace mica {

// The data lie in [begin, begin + size) of the picture: a TIFF header, with or without "Exif\0\0"
// in front. Of the first directory, up to kMaxExifEntries are looked at. Returns 1 … 8; 1 for
// anything missing or broken, which is common and harmless.
inline constexpr int64_t kMaxExifEntries = 1000;
uint8_t ExifOrientation(HeaderWindow& window, int64_t begin, int64_t size);

}  // namespace mica

#endif  // MICA_DATA_DECODE_EXIF_ORIENTATION_H_
