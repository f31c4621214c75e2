// The one language in which experiments name tensors and layers: parameter groups, initialisation,
// weights from files, probes.
//   Covers("fc", "fc.weight")                  true, and so is "fc."; not "fc2.weight"
//   Covers("layer4.*.conv1", "layer4.0.conv1.weight")  true
//   Covers("*.bias", "layer1.0.bn1.bias")      true
// A pattern covers a name if it equals the name or whole leading parts of it, and with them all
// that they hold; a dot at its end counts for nothing. "*" stands for any run of characters, dots
// and nothing included.
#ifndef MICA_BASE_NAME_PATTERN_H_
#define MICA_BASE_NAME_PATTERN_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mica {

// Takes at most pattern.size() * name.size() comparisons. An empty pattern covers nothing.
bool Covers(absl::string_view pattern, absl::string_view name);

bool AnyCovers(absl::Span<const std::string> patterns, absl::string_view name);

// For a pattern that covers none of `names`, a clause for the end of a message: the nearest of the
// names and their leading parts, as DidYouMean (nearest_name.h). "" for a pattern with "*".
std::string NearestCovered(absl::string_view pattern, absl::Span<const std::string> names);

}  // namespace mica

#endif  // MICA_BASE_NAME_PATTERN_H_
