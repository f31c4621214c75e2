// Which size pictures have after their transforms, as far as it can be told before any is drawn.
#ifndef MICA_DATA_AUGMENT_OUTPUT_SIZE_H_
#define MICA_DATA_AUGMENT_OUTPUT_SIZE_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "data/augment/draw_state.h"
#include "data/picture/picture_region.h"

namespace mica {

// `before`, and what is returned: the size that all pictures have; nullopt: they differ. ConfigError if
// pictures of the size `before` are too small for a random_crop. `path` is the list's.
absl::StatusOr<std::optional<PictureSize>> SizeAfterTransforms(const TransformList& transforms, absl::string_view path,
                                                               std::optional<PictureSize> before);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_OUTPUT_SIZE_H_
