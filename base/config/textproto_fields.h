// The second pass over a text in Protobuf text form: compares its tokens with a schema. In one go
// it finds the place of every field, lists that are named but empty, and everything that does not
// fit the schema. Protobuf's parser would stop at the first value of a wrong type and give the
// place of the token after it.
//   const TextprotoFields fields = MatchTextprotoFields(scan, *message.GetDescriptor());
// Part of base/config/textproto.h, which callers use. Protobuf's own parser reads the values and
// has the last word on what is allowed.
#ifndef MICA_BASE_CONFIG_TEXTPROTO_FIELDS_H_
#define MICA_BASE_CONFIG_TEXTPROTO_FIELDS_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "base/config/textproto_scan.h"

namespace mica {

struct TextprotoFieldPlace {
  std::string field_path;  // "optimizer.sgd"; for a list and its elements "include", "include[0]"
  int line;
  int column;  // of the field's name; for elements of a [list], of the value
};

struct TextprotoFields {
  std::vector<TextprotoFieldPlace> places;
  std::vector<TextprotoProblem> problems;
  // There is a problem other than an unknown field, so Protobuf's parser will fail too.
  bool stopped = false;
};

// Matches the tokens of the scan, which end at its first break.
TextprotoFields MatchTextprotoFields(const TextprotoScan& scan, const google::protobuf::Descriptor& type);

}  // namespace mica

#endif  // MICA_BASE_CONFIG_TEXTPROTO_FIELDS_H_
