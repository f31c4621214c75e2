// Judges one written value against the type of its field: "trainer.epochs: expected a whole number, got text "5"".
// Part of base/textproto.h, which callers use.
#ifndef MICA_BASE_TEXTPROTO_VALUE_H_
#define MICA_BASE_TEXTPROTO_VALUE_H_

#include <google/protobuf/descriptor.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/textproto_scan.h"

namespace mica {

struct TextprotoValue {
  const TextprotoToken* minus = nullptr;      // the sign in front, if there is one
  std::vector<const TextprotoToken*> tokens;  // one, or several strings in a row that make one text
};

// What is wrong with `value` for `field`, which is no message; nothing if it fits.
std::optional<TextprotoProblem> ValueProblem(const google::protobuf::FieldDescriptor& field, absl::string_view path,
                                             const TextprotoValue& value);

// "a whole number", "text in quotes", …
std::string ExpectedValue(const google::protobuf::FieldDescriptor& field);

}  // namespace mica

#endif  // MICA_BASE_TEXTPROTO_VALUE_H_
