#include "base/config/message_diff.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/config/config_problems.h"
#include "base/number_format.h"

namespace mica {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::OneofDescriptor;
using ::google::protobuf::Reflection;
using ::google::protobuf::TextFormat;

using Messages = std::vector<const Message*>;  // null where the message is not set

constexpr int kNotInList = -1;  // Protobuf's index for a field that is not a list

// `index` picks a list element.
std::string ValueText(const Message& message, const FieldDescriptor* field, int index) {
  const Reflection& reflection = *message.GetReflection();
  const bool in_list = index != kNotInList;
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
    return FormatNumber(in_list ? reflection.GetRepeatedDouble(message, field, index) : reflection.GetDouble(message, field));
  }
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_FLOAT) {
    return FormatNumber(in_list ? reflection.GetRepeatedFloat(message, field, index) : reflection.GetFloat(message, field));
  }
  TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  printer.PrintFieldValueToString(message, field, index, &text);
  if (field->message_type() == nullptr) return text;
  return text.empty() ? "{}" : absl::StrCat("{ ", text, "}");
}

std::string DefaultText(const Message& message, const FieldDescriptor* field) {
  const std::unique_ptr<const Message> unset(message.New());
  return ValueText(*unset, field, kNotInList);
}

std::string ListText(const Message& message, const FieldDescriptor* field) {
  std::vector<std::string> elements;
  for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) elements.push_back(ValueText(message, field, i));
  return absl::StrCat("[", absl::StrJoin(elements, ", "), "]");
}

bool AllEqual(const std::vector<std::string>& values) {
  return std::all_of(values.begin(), values.end(), [&](const std::string& value) { return value == values[0]; });
}

class Diff {
 public:
  void AddMessage(const Descriptor& type, const Messages& messages, const std::string& path) {
    if (std::all_of(messages.begin(), messages.end(), [](const Message* message) { return message == nullptr; })) return;
    for (int i = 0; i < type.real_oneof_decl_count(); ++i) AddChoice(type.oneof_decl(i), messages, path);
    for (int i = 0; i < type.field_count(); ++i) AddField(type.field(i), messages, JoinPath(path, type.field(i)->name()));
  }

  std::vector<FieldDifference> Take() { return std::move(differences_); }

 private:
  void AddIfDifferent(const std::string& path, std::vector<std::string> values, bool only_defaults = false) {
    if (!AllEqual(values)) differences_.push_back({path, std::move(values), only_defaults});
  }

  void AddChoice(const OneofDescriptor* oneof, const Messages& messages, const std::string& path) {
    std::vector<std::string> arms;
    for (const Message* message : messages) {
      const FieldDescriptor* arm = message == nullptr ? nullptr : message->GetReflection()->GetOneofFieldDescriptor(*message, oneof);
      arms.push_back(arm == nullptr ? kAbsentValue : arm->name());
    }
    const bool message_is_the_choice = !path.empty() && oneof->containing_type()->real_oneof_decl_count() == 1;
    AddIfDifferent(message_is_the_choice ? path : JoinPath(path, oneof->name()), std::move(arms));
  }

  void AddField(const FieldDescriptor* field, const Messages& messages, const std::string& path) {
    if (field->is_repeated()) {
      AddList(field, messages, path);
    } else if (field->message_type() != nullptr) {
      AddSubmessage(field, messages, path);
    } else {
      AddScalar(field, messages, path);
    }
  }

  void AddScalar(const FieldDescriptor* field, const Messages& messages, const std::string& path) {
    std::vector<std::string> values;
    bool only_defaults = field->has_default_value();
    for (const Message* message : messages) {
      const bool is_set = message != nullptr && message->GetReflection()->HasField(*message, field);
      values.push_back(is_set ? ValueText(*message, field, kNotInList) : kAbsentValue);
      only_defaults = only_defaults && (!is_set || values.back() == DefaultText(*message, field));
    }
    AddIfDifferent(path, std::move(values), only_defaults);
  }

  void AddSubmessage(const FieldDescriptor* field, const Messages& messages, const std::string& path) {
    Messages below;
    std::vector<std::string> presence;
    for (const Message* message : messages) {
      const bool is_set = message != nullptr && message->GetReflection()->HasField(*message, field);
      below.push_back(is_set ? &message->GetReflection()->GetMessage(*message, field) : nullptr);
      presence.push_back(is_set ? "{}" : kAbsentValue);
    }
    const size_t before = differences_.size();
    AddMessage(*field->message_type(), below, path);
    const bool shown = differences_.size() > before || field->real_containing_oneof() != nullptr;
    if (!shown) AddIfDifferent(path, std::move(presence));
  }

  void AddList(const FieldDescriptor* field, const Messages& messages, const std::string& path) {
    std::vector<int> sizes;
    for (const Message* message : messages) sizes.push_back(message == nullptr ? 0 : message->GetReflection()->FieldSize(*message, field));
    const int size = sizes[0];
    if (std::any_of(sizes.begin(), sizes.end(), [size](int other) { return other != size; })) {
      std::vector<std::string> values;
      for (const Message* message : messages) values.push_back(message == nullptr ? kAbsentValue : ListText(*message, field));
      return AddIfDifferent(path, std::move(values));
    }
    for (int i = 0; i < size; ++i) AddElement(field, messages, i, absl::StrCat(path, "[", i, "]"));
  }

  // All messages are set and have this element.
  void AddElement(const FieldDescriptor* field, const Messages& messages, int index, const std::string& path) {
    if (field->message_type() != nullptr) {
      Messages elements;
      for (const Message* message : messages) elements.push_back(&message->GetReflection()->GetRepeatedMessage(*message, field, index));
      return AddMessage(*field->message_type(), elements, path);
    }
    std::vector<std::string> values;
    for (const Message* message : messages) values.push_back(ValueText(*message, field, index));
    AddIfDifferent(path, std::move(values));
  }

  std::vector<FieldDifference> differences_;
};

}  // namespace

std::vector<FieldDifference> DiffMessages(absl::Span<const Message* const> messages) {
  Diff diff;
  if (!messages.empty()) diff.AddMessage(*messages[0]->GetDescriptor(), Messages(messages.begin(), messages.end()), "");
  return diff.Take();
}

}  // namespace mica
