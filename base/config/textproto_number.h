// Numbers as people write them elsewhere, which protobuf text does not know: "1,5", "1_000", "10%".
//   const absl::string_view written = WrittenNumber("1,5 }");     // "1,5"
//   NumberProblem(written) == "\"1,5\" is not a number: a decimal point is written \".\"; write 1.5"
// Part of base/config/textproto.h, which callers use.
#ifndef MICA_BASE_CONFIG_TEXTPROTO_NUMBER_H_
#define MICA_BASE_CONFIG_TEXTPROTO_NUMBER_H_

#include <string>

#include "absl/strings/string_view.h"

namespace mica {

// What the writer meant as one number, at the beginning of `text`; empty if there is none. It may
// hold commas, apostrophes, spaces and signs in front of further digits.
absl::string_view WrittenNumber(absl::string_view text);

// What is wrong with it, and what to write instead; "" for a number of protobuf text.
std::string NumberProblem(absl::string_view written);

}  // namespace mica

#endif  // MICA_BASE_CONFIG_TEXTPROTO_NUMBER_H_
