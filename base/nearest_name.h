// "Did you mean": the nearest of a set of valid names.
//   DidYouMean("lerning_rate", {"learning_rate", "momentum"}) == "; did you mean \"learning_rate\"?"
#ifndef MICA_BASE_NEAREST_NAME_H_
#define MICA_BASE_NEAREST_NAME_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mica {

// The candidate with the fewest edits (insert, delete, replace, swap of neighbours; letter case ignored), the first of equals;
// none when even the best differs in more than a third of its letters (of the longer name, rounded up) or in all of them.
std::optional<std::string> NearestName(absl::string_view name, absl::Span<const std::string> candidates);

// A clause to append to a message: "; did you mean "x"?", or "" where nothing is near.
std::string DidYouMean(absl::string_view name, absl::Span<const std::string> candidates);

}  // namespace mica

#endif  // MICA_BASE_NEAREST_NAME_H_
