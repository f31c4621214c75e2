// A heat map over the picture that it is about, such as Grad-CAM's.
//   const Picture shown = OverlayHeat(picture, {map.values, map.height, map.width});
// The picture is grey, and the colours are viridis (Smith and van der Walt 2015, matplotlib): from
// dark blue over green to yellow, ever lighter, so the order can be seen in print without colours
// and by the colour-blind. Torch-free. Thread-safe.
#ifndef MICA_VIZ_HEAT_OVERLAY_H_
#define MICA_VIZ_HEAT_OVERLAY_H_

#include "absl/types/span.h"
#include "data/picture/picture.h"

namespace mica {

struct HeatField {
  absl::Span<const float> values;  // [height, width], 0 (cold) to 1
  int height = 0, width = 0;       // at least 1
};

// RGB, of the picture's size: 3/5 the map's colour, 2/5 the picture in grey at half contrast. The
// map is enlarged to it bilinearly, with the centres of its outer pixels half a pixel from the
// border. The picture has pixels.
Picture OverlayHeat(const Picture& picture, const HeatField& heat);

}  // namespace mica

#endif  // MICA_VIZ_HEAT_OVERLAY_H_
