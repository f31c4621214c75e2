// Draws what is painted over: random_erasing with torchvision's distributions, cutout.
#ifndef MICA_DATA_AUGMENT_ERASING_DRAWS_H_
#define MICA_DATA_AUGMENT_ERASING_DRAWS_H_

#include "data/augment/draw_state.h"
#include "data/augment/transform.pb.h"

namespace mica {

void Draw(const RandomErasingConfig& config, DrawState* state);
void Draw(const CutoutConfig& config, DrawState* state);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_ERASING_DRAWS_H_
