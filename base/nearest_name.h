// "Did you mean": the nearest of several valid names.
//   DidYouMean("lerning_rate", {"learning_rate", "momentum"})
//       == "; did you mean \"learning_rate\"?"
#ifndef MICA_BASE_NEAREST_NAME_H_
#define MICA_BASE_NEAREST_NAME_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mica {

// The candidate with the fewest edits (insert, delete, replace, swap of neighbours; letter case is
// ignored); of equals the first. None if the best differs in all its letters or in more than a
// third of them (of the longer name, rounded up).
std::optional<std::string> NearestName(absl::string_view name, absl::Span<const std::string> candidates);

// A clause for the end of a message: "; did you mean "x"?", or "" if no name is near.
std::string DidYouMean(absl::string_view name, absl::Span<const std::string> candidates);

}  // namespace mica

#endif  // MICA_BASE_NEAREST_NAME_H_
