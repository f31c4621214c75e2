#include "base/config/textproto.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/config/config_problems.h"
#include "base/config/textproto_fields.h"
#include "base/config/textproto_scan.h"
#include "base/number_format.h"

namespace mica {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::OneofDescriptor;
using ::google::protobuf::Reflection;
using ::google::protobuf::TextFormat;

// Unknown fields arrive as warnings; the pass over the fields has already reported them.
struct ParserErrors : google::protobuf::io::ErrorCollector {
  void AddError(int line, int column, const std::string& message) override { all.push_back({line + 1, column + 1, message}); }
  std::vector<TextprotoProblem> all;
};

std::vector<TextprotoProblem> Parse(absl::string_view text, Message* message) {
  ParserErrors errors;
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  parser.SetRecursionLimit(kMaxTextprotoDepth);
  parser.AllowUnknownField(true);
  if (!parser.ParseFromString(std::string(text), message) && errors.all.empty()) errors.all.push_back({0, 0, "cannot be parsed"});
  return std::move(errors.all);
}

void Report(std::vector<TextprotoProblem> problems, absl::string_view source, TextprotoErrors* errors) {
  constexpr size_t kMaxShown = 100;
  std::stable_sort(problems.begin(), problems.end(), [](const TextprotoProblem& a, const TextprotoProblem& b) {
    return std::make_pair(a.line, a.column) < std::make_pair(b.line, b.column);
  });
  // What else is said of a place follows from the first.
  problems.erase(std::unique(problems.begin(), problems.end(),
                             [](const TextprotoProblem& a, const TextprotoProblem& b) { return a.line == b.line && a.column == b.column; }),
                 problems.end());
  for (size_t i = 0; i < std::min(problems.size(), kMaxShown); ++i) {
    const SourcePosition position = {std::string(source), problems[i].line, problems[i].column};
    errors->messages.push_back(absl::StrCat(position.ToString(), ": ", problems[i].message));
  }
  if (problems.size() > kMaxShown) errors->messages.push_back(absl::StrCat(source, ": and ", problems.size() - kMaxShown, " more errors"));
}

bool IsBelow(absl::string_view field_path, absl::string_view ancestor) {
  return absl::StartsWith(field_path, ancestor) &&
         (field_path.size() == ancestor.size() || field_path[ancestor.size()] == '.' || field_path[ancestor.size()] == '[');
}

// Removes from `merged` what `layer` replaces as a whole: the lists that it names, and the
// locations of oneof arms that it replaces. MergeFrom does everything else, but would append to
// lists.
void ClearReplaced(const Message& layer, const FieldLocations& layer_locations, const std::string& path, Message* merged,
                   FieldLocations* merged_locations) {
  const Reflection& reflection = *layer.GetReflection();
  const Descriptor& type = *layer.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    const std::string field_path = JoinPath(path, field->name());
    if (field->is_repeated()) {
      if (reflection.FieldSize(layer, field) == 0 && !layer_locations.Contains(field_path)) continue;
      reflection.ClearField(merged, field);
      merged_locations->Erase(field_path);
      continue;
    }
    if (!reflection.HasField(layer, field)) continue;
    const OneofDescriptor* oneof = field->real_containing_oneof();
    const FieldDescriptor* arm = oneof == nullptr ? nullptr : reflection.GetOneofFieldDescriptor(*merged, oneof);
    if (arm != nullptr && arm != field) merged_locations->Erase(JoinPath(path, arm->name()));
    if (field->message_type() == nullptr || !reflection.HasField(*merged, field)) continue;
    ClearReplaced(reflection.GetMessage(layer, field), layer_locations, field_path, reflection.MutableMessage(merged, field),
                  merged_locations);
  }
}

bool HoldsDefaults(const Descriptor& type) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.is_repeated() || field.real_containing_oneof() != nullptr) continue;
    if (field.message_type() != nullptr ? HoldsDefaults(*field.message_type()) : field.has_default_value()) return true;
  }
  return false;
}

// The getter of an unset field returns its default.
void WriteDefault(const FieldDescriptor* field, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetInt32(message, field, reflection.GetInt32(*message, field));
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.SetInt64(message, field, reflection.GetInt64(*message, field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.SetUInt32(message, field, reflection.GetUInt32(*message, field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.SetUInt64(message, field, reflection.GetUInt64(*message, field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection.SetDouble(message, field, reflection.GetDouble(*message, field));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return reflection.SetFloat(message, field, reflection.GetFloat(*message, field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.SetBool(message, field, reflection.GetBool(*message, field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.SetEnum(message, field, reflection.GetEnum(*message, field));
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.SetString(message, field, reflection.GetString(*message, field));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return;
  }
}

void FillField(const FieldDescriptor* field, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  const bool is_set = !field->is_repeated() && reflection.HasField(*message, field);
  if (field->message_type() == nullptr) {
    const bool has_default = !field->is_repeated() && field->real_containing_oneof() == nullptr && field->has_default_value();
    if (has_default && !is_set) WriteDefault(field, message);
  } else if (field->is_repeated()) {
    for (int i = 0; i < reflection.FieldSize(*message, field); ++i) FillDefaults(reflection.MutableRepeatedMessage(message, field, i));
  } else if (is_set || (field->real_containing_oneof() == nullptr && HoldsDefaults(*field->message_type()))) {
    FillDefaults(reflection.MutableMessage(message, field));
  }
}

// Numbers as in all of mica's files; strings keep their UTF-8, so every script stays readable.
class ReadableValues : public TextFormat::FastFieldValuePrinter {
 public:
  void PrintDouble(double value, TextFormat::BaseTextGenerator* generator) const override { generator->PrintString(FormatNumber(value)); }
  void PrintFloat(float value, TextFormat::BaseTextGenerator* generator) const override { generator->PrintString(FormatNumber(value)); }
  void PrintString(const std::string& value, TextFormat::BaseTextGenerator* generator) const override {
    generator->PrintString(absl::StrCat("\"", absl::Utf8SafeCEscape(value), "\""));
  }
};

}  // namespace

std::string SourcePosition::ToString() const {
  return line == 0 ? source : absl::StrCat(source, ":", line, ":", column);
}

void FieldLocations::Set(const std::string& field_path, SourcePosition position) {
  positions_[field_path] = std::move(position);
}

const SourcePosition* FieldLocations::Find(absl::string_view field_path) const {
  while (!field_path.empty()) {
    const auto found = positions_.find(std::string(field_path));
    if (found != positions_.end()) return &found->second;
    const size_t last = field_path.find_last_of(".[");
    field_path = field_path.substr(0, last == absl::string_view::npos ? 0 : last);
  }
  return nullptr;
}

bool FieldLocations::Contains(absl::string_view field_path) const {
  return positions_.count(std::string(field_path)) > 0;
}

void FieldLocations::Erase(absl::string_view field_path) {
  auto position = positions_.lower_bound(std::string(field_path));
  while (position != positions_.end() && absl::StartsWith(position->first, field_path)) {
    position = IsBelow(position->first, field_path) ? positions_.erase(position) : std::next(position);
  }
}

void ParseTextproto(absl::string_view text, absl::string_view source, Message* message, FieldLocations* locations,
                    TextprotoErrors* errors) {
  const TextprotoScan scan = ScanTextproto(text);
  const TextprotoFields fields = MatchTextprotoFields(scan, *message->GetDescriptor());
  for (const TextprotoFieldPlace& place : fields.places) locations->Set(place.field_path, {std::string(source), place.line, place.column});
  std::vector<TextprotoProblem> problems = scan.problems;
  problems.insert(problems.end(), fields.problems.begin(), fields.problems.end());
  bool stopped = fields.stopped;
  if (!stopped) {
    const std::vector<TextprotoProblem> parser_problems = Parse(scan.text, message);
    stopped = !parser_problems.empty();
    if (scan.problems.empty()) problems.insert(problems.end(), parser_problems.begin(), parser_problems.end());
  }
  errors->stopped = errors->stopped || stopped;
  Report(std::move(problems), source, errors);
}

void MergeLayer(const Message& layer, const FieldLocations& layer_locations, Message* merged, FieldLocations* merged_locations) {
  ClearReplaced(layer, layer_locations, "", merged, merged_locations);
  merged->MergeFrom(layer);
  for (const auto& [path, position] : layer_locations.all()) merged_locations->Set(path, position);
}

void FillDefaults(Message* message) {
  const Descriptor& type = *message->GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) FillField(type.field(i), message);
}

std::string PrintTextproto(const Message& message) {
  TextFormat::Printer printer;
  printer.SetDefaultFieldValuePrinter(new ReadableValues);  // the printer owns it
  std::string text;
  printer.PrintToString(message, &text);
  return text;
}

std::string PrintTextprotoFile(const Message& message) {
  const Descriptor& type = *message.GetDescriptor();
  return absl::StrCat("# proto-file: ", type.file()->name(), "\n# proto-message: ", type.full_name(), "\n", PrintTextproto(message));
}

}  // namespace mica
