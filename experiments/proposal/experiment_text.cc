#include "experiments/proposal/experiment_text.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/config/config_problems.h"
#include "base/config/textproto.h"
#include "base/error.h"
#include "base/files/path.h"
#include "base/number_format.h"
#include "base/printable.h"
#include "base/status_macros.h"
#include "base/utf8.h"
#include "experiments/config/experiment_validator.h"

namespace mica {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

constexpr size_t kColumns = 100;

// One value of a field that is no message.
std::string Scalar(const Message& message, const FieldDescriptor& field, int element) {
  const Reflection& reflection = *message.GetReflection();
  const bool repeated = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(repeated ? reflection.GetRepeatedInt32(message, &field, element) : reflection.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(repeated ? reflection.GetRepeatedInt64(message, &field, element) : reflection.GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(repeated ? reflection.GetRepeatedUInt32(message, &field, element) : reflection.GetUInt32(message, &field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(repeated ? reflection.GetRepeatedUInt64(message, &field, element) : reflection.GetUInt64(message, &field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return FormatNumber(repeated ? reflection.GetRepeatedDouble(message, &field, element) : reflection.GetDouble(message, &field));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return FormatNumber(repeated ? reflection.GetRepeatedFloat(message, &field, element) : reflection.GetFloat(message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return (repeated ? reflection.GetRepeatedBool(message, &field, element) : reflection.GetBool(message, &field)) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return (repeated ? reflection.GetRepeatedEnum(message, &field, element) : reflection.GetEnum(message, &field))->name();
    case FieldDescriptor::CPPTYPE_STRING:
      return absl::StrCat(
          "\"",
          absl::Utf8SafeCEscape(repeated ? reflection.GetRepeatedString(message, &field, element) : reflection.GetString(message, &field)),
          "\"");
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  return "";
}

std::string OneLine(const Message& message);

// One field, or one element of a list of messages.
struct PrintedField {
  std::string name;
  std::string line;                // "name: value", "name { … }"
  const Message* value = nullptr;  // if it is a message
};

PrintedField MessageField(const FieldDescriptor& field, const Message& value) {
  const std::string body = OneLine(value);
  return {field.name(), absl::StrCat(field.name(), body.empty() ? " {}" : absl::StrCat(" { ", body, " }")), &value};
}

std::vector<PrintedField> FieldsOf(const Message& message) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  // As the .proto file declares them, not by their numbers.
  std::sort(fields.begin(), fields.end(), [](const FieldDescriptor* a, const FieldDescriptor* b) { return a->index() < b->index(); });
  std::vector<PrintedField> printed;
  for (const FieldDescriptor* field : fields) {
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    std::vector<std::string> values;
    for (int i = 0; i < count; ++i) {
      if (field->message_type() == nullptr) {
        values.push_back(Scalar(message, *field, i));
      } else {
        printed.push_back(MessageField(
            *field, field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i) : reflection.GetMessage(message, field)));
      }
    }
    const std::string joined = absl::StrJoin(values, ", ");
    const bool is_list = values.size() > 1;
    if (!values.empty())
      printed.push_back({field->name(), absl::StrCat(field->name(), ": ", is_list ? "[" : "", joined, is_list ? "]" : "")});
  }
  return printed;
}

std::string OneLine(const Message& message) {
  return absl::StrJoin(FieldsOf(message), " ", [](std::string* out, const PrintedField& field) { out->append(field.line); });
}

void Print(const Message& message, const std::string& indent, std::string* text) {
  for (const PrintedField& field : FieldsOf(message)) {
    if (indent.size() + field.line.size() <= kColumns || field.value == nullptr) {
      absl::StrAppend(text, indent, field.line, "\n");
    } else {
      absl::StrAppend(text, indent, field.name, " {\n");
      Print(*field.value, indent + "  ", text);
      absl::StrAppend(text, indent, "}\n");
    }
  }
}

// Lines of at most 100 columns that begin with "# ".
std::string Comment(absl::string_view text) {
  std::string lines, line = "#";
  for (const absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    if (line.size() + 1 + word.size() > kColumns && line.size() > 1) {
      absl::StrAppend(&lines, line, "\n");
      line = "#";
    }
    absl::StrAppend(&line, " ", word);
  }
  return absl::StrCat(lines, line, "\n");
}

// Those that the reader of experiments resolves (experiments/experiment.proto).
bool IsPath(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_STRING && !field.is_repeated() &&
         (field.name() == "files" || absl::EndsWith(field.name(), "folder") || absl::EndsWith(field.name(), "_file"));
}

// Replaces each path that is set by what `change` makes of it.
void ChangePaths(const std::function<std::string(const std::string&)>& change, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (IsPath(*field)) reflection.SetString(message, field, change(reflection.GetString(*message, field)));
    if (field->message_type() == nullptr) continue;
    const int count = field->is_repeated() ? reflection.FieldSize(*message, field) : 1;
    for (int i = 0; i < count; ++i) {
      ChangePaths(change,
                  field->is_repeated() ? reflection.MutableRepeatedMessage(message, field, i) : reflection.MutableMessage(message, field));
    }
  }
}

absl::Status RequireWritableString(const std::string& value, bool is_path) {
  if (ValidUtf8Prefix(value) < value.size()) {
    return DataError(absl::StrCat(InQuotes(value), ": is not UTF-8, so no experiment can name it; rename it"));
  }
  if (is_path && absl::StrContains(value, "${")) {
    return DataError(absl::StrCat(Printable(value), ": holds \"${\", which an experiment reads as the name of a variable; rename it"));
  }
  return absl::OkStatus();
}

// Names of the data can be of any bytes; what an experiment holds cannot.
absl::Status RequireWritableText(const Message& message) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->message_type() != nullptr) {
        MICA_RETURN_IF_ERROR(RequireWritableText(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                                                      : reflection.GetMessage(message, field)));
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        MICA_RETURN_IF_ERROR(RequireWritableString(
            field->is_repeated() ? reflection.GetRepeatedString(message, field, i) : reflection.GetString(message, field), IsPath(*field)));
      }
    }
  }
  return absl::OkStatus();
}

// A relative path must not begin with "~", which means the home folder.
std::string RelativeTo(const std::string& folder, const std::string& path) {
  const std::string below = folder == "/" ? "/" : folder + "/";
  if (path == folder) return ".";
  if (!absl::StartsWith(path, below)) return path;
  const std::string relative = path.substr(below.size());
  return absl::StartsWith(relative, "~") ? "./" + relative : relative;
}

}  // namespace

std::string CompactText(const Message& message) {
  std::string text;
  Print(message, "", &text);
  return text;
}

std::string ExperimentText(const Proposal& proposal, absl::string_view introduction, const std::string& folder) {
  std::string text = absl::StrCat("# proto-file: experiments/experiment.proto\n# proto-message: ", Experiment::descriptor()->full_name(),
                                  "\n", Comment(introduction));
  for (const ProposedPart& part : proposal.parts) {
    Experiment written = part.part;
    ChangePaths([&](const std::string& path) { return RelativeTo(folder, path); }, &written);
    absl::StrAppend(&text, "\n", Comment(part.reason), CompactText(written));
  }
  return text;
}

absl::Status CheckExperimentText(absl::string_view text, const Proposal& proposal, const std::string& folder) {
  Experiment meant = WholeOf(proposal);
  MICA_RETURN_IF_ERROR(RequireWritableText(meant));
  Experiment parsed;
  FieldLocations locations;
  TextprotoErrors errors;
  ParseTextproto(text, "the proposed experiment", &parsed, &locations, &errors);
  if (!errors.messages.empty()) return absl::InternalError(absl::StrJoin(errors.messages, "\n"));
  ChangePaths([&](const std::string& path) { return ResolvePath(path, folder).value_or(path); }, &parsed);
  std::string difference;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&difference);
  if (!differencer.Compare(meant, parsed)) return absl::InternalError(absl::StrCat("the proposed text reads back otherwise: ", difference));
  FillDefaults(&meant);
  ConfigProblems problems;
  ValidateExperiment(meant, &problems);
  std::vector<std::string> messages;
  for (const ConfigProblem& problem : problems.all()) {
    if (problem.severity == ConfigProblem::Severity::kError) messages.push_back(problem.message);
  }
  return messages.empty() ? absl::OkStatus() : absl::InternalError(absl::StrJoin(messages, "\n"));
}

}  // namespace mica
