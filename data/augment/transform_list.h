// A list of transforms, and how much may be in one: draws keep so many in arrays.
#ifndef MICA_DATA_AUGMENT_TRANSFORM_LIST_H_
#define MICA_DATA_AUGMENT_TRANSFORM_LIST_H_

#include "data/augment/transform.pb.h"

namespace mica {

using TransformList = google::protobuf::RepeatedPtrField<TransformConfig>;

inline constexpr int kMostTransforms = 100;
inline constexpr int kDeepestNesting = 8;  // of random_apply, one_of and random_order
inline constexpr int kMostChains = 100;    // of aug_mix

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_TRANSFORM_LIST_H_
