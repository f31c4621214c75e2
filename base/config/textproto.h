// Config files in Protobuf text form: parses them, merges them in layers, records where each field
// was written, and reports every error it can find in one pass.
//   FieldLocations locations;
//   TextprotoErrors errors;
//   ParseTextproto(text, "x.textproto", &config, &locations, &errors);
//   locations.Find("optimizer.sgd.learning_rate")->ToString() == "x.textproto:4:30"
// It does not judge values: each stage's Validate function does, and the locations say where a bad
// value was written. Dotted paths name fields: "optimizer.sgd.learning_rate"; list elements carry
// their index: "include[0]".
#ifndef MICA_BASE_CONFIG_TEXTPROTO_H_
#define MICA_BASE_CONFIG_TEXTPROTO_H_

#include <google/protobuf/message.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace mica {

// A place in a text, counted from 1; line 0 means the source as a whole.
struct SourcePosition {
  std::string source;  // a path as the user wrote it, or "--set"
  int line = 0;
  int column = 0;  // in bytes; a tab counts as one

  std::string ToString() const;  // "x.textproto:4:30", or the source alone
};

// Where the fields of a message were written.
class FieldLocations {
 public:
  void Set(const std::string& field_path, SourcePosition position);

  // The place of the field or, if it was not written, of the nearest enclosing message that was;
  // null if there is none.
  const SourcePosition* Find(absl::string_view field_path) const;

  // Whether the field itself was written, not just a message around it.
  bool Contains(absl::string_view field_path) const;

  // Forgets the field and everything below it.
  void Erase(absl::string_view field_path);

  const std::map<std::string, SourcePosition>& all() const { return positions_; }

 private:
  std::map<std::string, SourcePosition> positions_;
};

struct TextprotoErrors {
  // "x.textproto:2:1: unknown field …", in the order of the text, at most 100 for each text.
  std::vector<std::string> messages;
  // The parser gave up. The config is incomplete, so judging its values would mislead.
  bool stopped = false;
};

// Parses one layer into `message`, which must be empty, and appends to `errors`. Refuses texts of
// more than 1 MiB and nesting deeper than 100.
void ParseTextproto(absl::string_view text, absl::string_view source, google::protobuf::Message* message, FieldLocations* locations,
                    TextprotoErrors* errors);

// Merges `layer` over `merged`, field by field. Set fields win. A list that the layer names
// replaces the list below; so does an empty `[]`, which only the locations show. Another arm of a
// oneof replaces the arm below. The locations follow.
void MergeLayer(const google::protobuf::Message& layer, const FieldLocations& layer_locations, google::protobuf::Message* merged,
                FieldLocations* merged_locations);

// Writes every default into the message. Creates an unset message if the schema has a default in it
// or below it. Fills the arm of a oneof that is chosen, but chooses none. Optional fields without a
// default stay unset, so a field that is unset afterwards was never written. A message may contain
// itself only through a oneof or a list.
void FillDefaults(google::protobuf::Message* message);

// Text that ParseTextproto reads back as an equal message.
std::string PrintTextproto(const google::protobuf::Message& message);

// The same as a file: the comment lines that name the message's .proto file and type, then its
// fields.
std::string PrintTextprotoFile(const google::protobuf::Message& message);

}  // namespace mica

#endif  // MICA_BASE_CONFIG_TEXTPROTO_H_
