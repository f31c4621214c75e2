// From a transform's config to the operations that are drawn for one sample.
#ifndef MICA_DATA_AUGMENT_TRANSFORM_DRAWS_H_
#define MICA_DATA_AUGMENT_TRANSFORM_DRAWS_H_

#include "absl/status/status.h"
#include "data/augment/draw_state.h"
#include "data/augment/transform.pb.h"

namespace mica {

// Adds what the transform does; `state->origin.transform` is changed. Random_apply, one_of and
// random_order add what their transforms do; normalize adds nothing. DataError for a picture that
// the transform does not suit.
absl::Status DrawTransform(const TransformConfig& config, DrawState* state);

// Whether anything about it is drawn.
bool IsRandomTransform(const TransformConfig& config);

// Whether anything about any of them is.
bool IsAnyRandom(const TransformList& transforms);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_TRANSFORM_DRAWS_H_
