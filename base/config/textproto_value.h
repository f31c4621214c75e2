// Judges one written value against the type of its field: "trainer.epochs: expected a whole number,
// got text "5"". Part of base/config/textproto.h, which callers use.
#ifndef MICA_BASE_CONFIG_TEXTPROTO_VALUE_H_
#define MICA_BASE_CONFIG_TEXTPROTO_VALUE_H_

#include <google/protobuf/descriptor.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/config/textproto_scan.h"

namespace mica {

struct TextprotoValue {
  const TextprotoToken* minus = nullptr;      // the sign in front, if any
  std::vector<const TextprotoToken*> tokens;  // one, or adjacent strings that form one text
};

// What is wrong with `value` for `field`, which is not a message; nullopt if it fits.
std::optional<TextprotoProblem> ValueProblem(const google::protobuf::FieldDescriptor& field, absl::string_view path,
                                             const TextprotoValue& value);

// "a whole number", "text in quotes", …
std::string ExpectedValue(const google::protobuf::FieldDescriptor& field);

}  // namespace mica

#endif  // MICA_BASE_CONFIG_TEXTPROTO_VALUE_H_
