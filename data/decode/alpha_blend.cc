#include "data/decode/alpha_blend.h"

namespace mica {
namespace {

uint8_t Blend(int value, int alpha, int ground) {
  const int sum = value * alpha + ground * (255 - alpha) + 128;
  return static_cast<uint8_t>(((sum >> 8) + sum) >> 8);
}

// In place: a pixel is never written before it is read.
template <int kColours>
void BlendPixels(AlphaGround ground, int64_t count, uint8_t* pixels) {
  const int colour = ground == AlphaGround::kWhite ? 255 : 0;
  const uint8_t* from = pixels;
  for (int64_t i = 0; i < count; ++i, from += kColours + 1) {
    const int alpha = ground == AlphaGround::kNone ? 255 : from[kColours];
    for (int c = 0; c < kColours; ++c) *pixels++ = Blend(from[c], alpha, colour);
  }
}

}  // namespace

void BlendAlpha(AlphaGround ground, Picture* picture) {
  const int64_t count = int64_t{picture->height_px} * picture->width_px;
  const int colours = picture->channels - 1;
  colours == 1 ? BlendPixels<1>(ground, count, picture->pixels.data()) : BlendPixels<3>(ground, count, picture->pixels.data());
  picture->Reshape(picture->height_px, picture->width_px, colours);
}

}  // namespace mica
