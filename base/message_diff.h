// What differs between messages of one type, field by field: which settings told several experiments apart.
//   DiffMessages({&a, &b}) == {{"optimizer", {"sgd", "adamw"}},
//                              {"optimizer.sgd.learning_rate", {"0.1", "absent"}},
//                              {"optimizer.adamw.learning_rate", {"absent", "0.002"}}}
// Compares what is set: fill defaults first (base/textproto.h) where an unset field means its default.
#ifndef MICA_BASE_MESSAGE_DIFF_H_
#define MICA_BASE_MESSAGE_DIFF_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/types/span.h"

namespace mica {

// The value of a field that is not set in a message, or of which something around is not set: another arm was chosen.
inline constexpr char kAbsentValue[] = "absent";

struct FieldDifference {
  std::string path;                 // "optimizer.sgd.learning_rate"
  std::vector<std::string> values;  // one a message, in Protobuf text form; of a choice the arm's name
  bool only_defaults = false;       // every value is the schema's default or absent: it comes with a choice that is shown before
};

// In the order of the schema. A choice (oneof) stands in front of its arms, under the path of the message that makes it, or under its own
// name where the message makes several or is the outermost one. Lists of one length differ by element, "layers[2].width"; otherwise as a
// whole, "[32, 64]". A message without any field that differs, set in some and not in others, is "{}".
std::vector<FieldDifference> DiffMessages(absl::Span<const google::protobuf::Message* const> messages);

}  // namespace mica

#endif  // MICA_BASE_MESSAGE_DIFF_H_
