// How messages of one type differ, field by field: which settings tell experiments apart.
//   DiffMessages({&a, &b}) == {{"optimizer", {"sgd", "adamw"}},
//                              {"optimizer.sgd.learning_rate", {"0.1", "absent"}},
//                              {"optimizer.adamw.learning_rate", {"absent", "0.002"}}}
// Only set fields are compared: fill in the defaults first (base/config/textproto.h) where an unset
// field means its default.
#ifndef MICA_BASE_CONFIG_MESSAGE_DIFF_H_
#define MICA_BASE_CONFIG_MESSAGE_DIFF_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/types/span.h"

namespace mica {

// Stands for a field that is not set, or that lies in an arm that was not chosen.
inline constexpr char kAbsentValue[] = "absent";

struct FieldDifference {
  std::string path;  // "optimizer.sgd.learning_rate"
  // One for each message, in Protobuf text form; for a choice, the name of its arm.
  std::vector<std::string> values;
  // Every value is the schema's default or absent, so the difference only follows from a choice
  // that an earlier difference shows.
  bool only_defaults = false;
};

// In the order of the schema. A choice (oneof) comes before its arms, under the path of its
// message; it goes under its own name if the message has several oneofs or is the outermost one.
// Lists of equal length differ by element, "layers[2].width"; others as a whole, "[32, 64]". The
// value of a message is "{}" if it is set in some and unset in others and no field in it differs.
std::vector<FieldDifference> DiffMessages(absl::Span<const google::protobuf::Message* const> messages);

}  // namespace mica

#endif  // MICA_BASE_CONFIG_MESSAGE_DIFF_H_
