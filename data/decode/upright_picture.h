// Turns a decoded picture as its file's EXIF orientation asks, so that it can be stored without
// one.
//   if (facts.orientation != 1) picture = UprightPicture(picture, facts.orientation);
#ifndef MICA_DATA_DECODE_UPRIGHT_PICTURE_H_
#define MICA_DATA_DECODE_UPRIGHT_PICTURE_H_

#include "data/picture/picture.h"

namespace mica {

// `orientation` is EXIF's (CIPA DC-008, tag 0x0112): where the first row and the first column of
// `stored` belong. 1 top left, 2 top right (mirrored), 3 bottom right (by 180 degrees), 4 bottom
// left, 5 left top (transposed), 6 right top (by 90 degrees clockwise), 7 right bottom, 8 left
// bottom. Any other number counts as 1. Thread-safe. Throws std::bad_alloc.
Picture UprightPicture(const Picture& stored, int orientation);

}  // namespace mica

#endif  // MICA_DATA_DECODE_UPRIGHT_PICTURE_H_
