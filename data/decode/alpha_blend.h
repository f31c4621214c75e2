// Puts pixels with alpha on a ground of one colour.
//   BlendAlpha(AlphaGround::kWhite, &picture);  // RGBA becomes RGB, grey with alpha becomes grey
#ifndef MICA_DATA_DECODE_ALPHA_BLEND_H_
#define MICA_DATA_DECODE_ALPHA_BLEND_H_

#include <cstdint>

#include "data/picture/picture.h"

namespace mica {

enum class AlphaGround : uint8_t {
  kNone,  // alpha is dropped: the stored colours
  kWhite,
  kBlack,
};

// `picture` has 2 or 4 channels, the last of them alpha, not premultiplied. Values are those of
// Pillow's ground.paste(picture, mask=alpha): (v a + g (255 - a)) / 255, rounded.
void BlendAlpha(AlphaGround ground, Picture* picture);

}  // namespace mica

#endif  // MICA_DATA_DECODE_ALPHA_BLEND_H_
