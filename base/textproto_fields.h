// The second pass over a text in Protobuf text form: compares its tokens with a schema. Finds the place of every field, lists that are
// named but empty, and everything that does not fit the schema, in one go: Protobuf's parser stops at the first value of a wrong type and
// gives for it the place of the token behind.
//   const TextprotoFields fields = MatchTextprotoFields(scan, *message.GetDescriptor());
// Part of base/textproto.h, which callers use. Values are read by Protobuf's own parser, which has the last word on what is allowed.
#ifndef MICA_BASE_TEXTPROTO_FIELDS_H_
#define MICA_BASE_TEXTPROTO_FIELDS_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "base/textproto_scan.h"

namespace mica {

struct TextprotoFieldPlace {
  std::string field_path;  // "optimizer.sgd"; lists also have their elements: "include", "include[0]"
  int line;
  int column;  // of the field's name, of the value for elements of [lists]
};

struct TextprotoFields {
  std::vector<TextprotoFieldPlace> places;
  std::vector<TextprotoProblem> problems;
  bool stopped = false;  // something else than an unknown field was found: the parser will not get through
};

// Goes as far as the scan's tokens do.
TextprotoFields MatchTextprotoFields(const TextprotoScan& scan, const google::protobuf::Descriptor& type);

}  // namespace mica

#endif  // MICA_BASE_TEXTPROTO_FIELDS_H_
