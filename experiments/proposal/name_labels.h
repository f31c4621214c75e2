// Finds the labels that names of files hold, where people name pictures "cat.0.jpg" or "3_17.jpg".
//   GuessNameLabels({"cat.0.jpg", "cat.1.jpg", "dog.0.jpg", "dog.1.jpg"})->classes == 2
// It guesses from the names alone and opens nothing. Thread-safe.
#ifndef MICA_EXPERIMENTS_PROPOSAL_NAME_LABELS_H_
#define MICA_EXPERIMENTS_PROPOSAL_NAME_LABELS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace mica {

struct NameLabels {
  std::string pattern;   // for FileNamesConfig.label_pattern
  std::string in_words;  // "the text before the first dot: cat.0.jpg is of class \"cat\""
  size_t classes = 0;
};

// The pattern that gives every name a label: at least two labels, each of four names on average,
// and not those of splits alone. Of several, the first of: the text before the first of two dots, a
// whole number before "_" or "-" and another number, the text before the last number. Nullopt if
// there is none.
std::optional<NameLabels> GuessNameLabels(const std::vector<absl::string_view>& names);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_PROPOSAL_NAME_LABELS_H_
