// Turns a decoded picture as its file's EXIF orientation asks.
//   if (facts.orientation != 1) picture = UprightPicture(picture, facts.orientation);
// `orientation` is EXIF's (CIPA DC-008, tag 0x0112): where the first row and the first column of
// the stored picture belong. 1 top left, 2 top right (mirrored), 3 bottom right (by 180 degrees), 4
// bottom left, 5 left top (transposed), 6 right top (by 90 degrees clockwise), 7 right bottom, 8
// left bottom. Any other number counts as 1.
#ifndef MICA_DATA_DECODE_UPRIGHT_PICTURE_H_
#define MICA_DATA_DECODE_UPRIGHT_PICTURE_H_

#include "data/picture/picture.h"
#include "data/picture/picture_region.h"

namespace mica {

// Thread-safe. Throws std::bad_alloc.
Picture UprightPicture(const Picture& stored, int orientation);

// Where in the stored picture a region of the upright one lies. `upright_size` is of the whole.
PictureRegion StoredRegion(PictureRegion region, PictureSize upright_size, int orientation);

// Whether rows become columns.
bool IsTransposed(int orientation);

// Where a box of a stored picture of this size lies once that is upright.
PictureBox UprightBox(PictureBox box, PictureSize stored_size, int orientation);

// Turns the part of `stored` that `region` names, and nothing else. `channels` is 1 or 3: RGB
// becomes grey by ITU-R 601-2 as Pillow's convert("L") computes it, (19595 R + 38470 G + 7471 B +
// 32768) >> 16; grey becomes three equal channels. Keeps the memory of `upright`, which is another
// picture.
void TurnUpright(const Picture& stored, PictureRegion region, int orientation, int channels, Picture* upright);

}  // namespace mica

#endif  // MICA_DATA_DECODE_UPRIGHT_PICTURE_H_
