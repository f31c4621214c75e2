// Config files in Protobuf text form: read with every error that can be found in one go, merged in layers, with the place of each field.
//   FieldLocations locations;
//   TextprotoErrors errors;
//   ParseTextproto(text, "x.textproto", &config, &locations, &errors);
//   locations.Find("optimizer.sgd.learning_rate")->ToString() == "x.textproto:4:30"
// Not for checks of meaning: each stage's Validate function does those, and the locations say where a bad value was written.
// Dotted paths name fields: "optimizer.sgd.learning_rate"; elements of lists have their position: "include[0]".
#ifndef MICA_BASE_TEXTPROTO_H_
#define MICA_BASE_TEXTPROTO_H_

#include <google/protobuf/message.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace mica {

// A place in a text, counted from 1; line 0 stands for the source as a whole.
struct SourcePosition {
  std::string source;  // a path as the user wrote it, or "--set"
  int line = 0;
  int column = 0;  // in bytes, a tab counts as one

  std::string ToString() const;  // "x.textproto:4:30", or the source alone
};

// Where the fields of a message were written.
class FieldLocations {
 public:
  void Set(const std::string& field_path, SourcePosition position);

  // The place of the field, or of the nearest message around it that was written; null if there is none.
  const SourcePosition* Find(absl::string_view field_path) const;

  // The field itself was written, not only something around it.
  bool Contains(absl::string_view field_path) const;

  // Forgets the field and all below it.
  void Erase(absl::string_view field_path);

  const std::map<std::string, SourcePosition>& all() const { return positions_; }

 private:
  std::map<std::string, SourcePosition> positions_;
};

struct TextprotoErrors {
  std::vector<std::string> messages;  // "x.textproto:2:1: unknown field …", in the order of the text, at most 100 a text
  bool stopped = false;               // the parser gave up: what it read is incomplete, checks of meaning would mislead
};

// Parses one layer into `message`, which is empty before. What goes wrong is appended to `errors`. Texts of more than 1 MiB and nesting
// deeper than 100 are refused.
void ParseTextproto(absl::string_view text, absl::string_view source, google::protobuf::Message* message, FieldLocations* locations,
                    TextprotoErrors* errors);

// Lays `layer` over `merged`: its set fields win, a list that it names (also `[]`, which only the locations show) replaces the list below,
// another arm of a oneof replaces the arm below, messages are merged field by field. The locations follow.
void MergeLayer(const google::protobuf::Message& layer, const FieldLocations& layer_locations, google::protobuf::Message* merged,
                FieldLocations* merged_locations);

// Writes every default into the message, also of messages that are not set: those are created where the schema has a default in them or
// below. The arm of a oneof is filled if it is chosen, none is chosen here, and optional fields without a default stay unset; so what is
// unset afterwards was never written. A message may contain itself only inside a oneof or a list.
void FillDefaults(google::protobuf::Message* message);

// The message as text that ParseTextproto reads back equal.
std::string PrintTextproto(const google::protobuf::Message& message);

}  // namespace mica

#endif  // MICA_BASE_TEXTPROTO_H_
