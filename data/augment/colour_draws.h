// Draws the transforms that change values and the blur, with torchvision's distributions.
//   Draw(config.color_jitter(), &state);   // adds up to four ColourOps
#ifndef MICA_DATA_AUGMENT_COLOUR_DRAWS_H_
#define MICA_DATA_AUGMENT_COLOUR_DRAWS_H_

#include "data/augment/draw_state.h"
#include "data/augment/transform.pb.h"

namespace mica {

void Draw(const ColorJitterConfig& config, DrawState* state);
void Draw(const GrayscaleConfig& config, DrawState* state);
void Draw(const GaussianBlurConfig& config, DrawState* state);
void Draw(const AutoContrastConfig& config, DrawState* state);
void Draw(const EqualizeConfig& config, DrawState* state);
void Draw(const PosterizeConfig& config, DrawState* state);
void Draw(const SolarizeConfig& config, DrawState* state);
void Draw(const AdjustSharpnessConfig& config, DrawState* state);
void Draw(const InvertConfig& config, DrawState* state);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_COLOUR_DRAWS_H_
