// A margin around a picture, as torchvision.transforms.v2.functional.pad.
#ifndef MICA_DATA_AUGMENT_PAD_H_
#define MICA_DATA_AUGMENT_PAD_H_

#include <array>
#include <cstdint>

#include "data/picture/picture.h"

namespace mica {

enum class PadMode : uint8_t {
  kConstant,   // `fill`, of which a grey picture uses the first value
  kEdge,       // the nearest pixel
  kReflect,    // mirrored, the edge pixel not repeated
  kSymmetric,  // mirrored, the edge pixel repeated
};

struct PadMargins {
  int32_t left_px = 0;
  int32_t top_px = 0;
  int32_t right_px = 0;
  int32_t bottom_px = 0;
};

// Margins are >= 0; the source has at least one pixel. Mirrors as often as the margin needs, also
// where torchvision refuses a margin as large as the picture. `result` is another picture than
// `source`. Thread-safe.
void Pad(const Picture& source, const PadMargins& margins, PadMode mode, const std::array<uint8_t, 3>& fill, Picture* result);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_PAD_H_
