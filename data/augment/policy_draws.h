// Draws the automatic policies, with torchvision's distributions, tables and signs.
//   Draw(config.rand_augment(), &state);   // adds AffineOps and ColourOps
#ifndef MICA_DATA_AUGMENT_POLICY_DRAWS_H_
#define MICA_DATA_AUGMENT_POLICY_DRAWS_H_

#include "data/augment/draw_state.h"
#include "data/augment/pixel_op.h"
#include "data/augment/policy_magnitudes.h"
#include "data/augment/transform.pb.h"

namespace mica {

void Draw(const RandAugmentConfig& config, DrawState* state);
void Draw(const TrivialAugmentWideConfig& config, DrawState* state);
void Draw(const AutoAugmentConfig& config, DrawState* state);
void Draw(const AugMixConfig& config, DrawState* state);

// One operation of a policy at a signed strength (policy_magnitudes.h). Filter and fill are for those
// that move pixels.
void AddPolicyOperation(PolicyOperation operation, double magnitude, WarpFilter filter, const PixelFill& fill, DrawState* state);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_POLICY_DRAWS_H_
