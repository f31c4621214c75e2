#include "base/config/textproto_fields.h"

#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/config/config_problems.h"
#include "base/config/textproto_value.h"
#include "base/nearest_name.h"

namespace mica {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::OneofDescriptor;
using ::google::protobuf::io::Tokenizer;

// What a message in the text has named so far.
struct Named {
  struct Field {
    int line;
    int column;
    int elements = 0;
  };
  std::map<const FieldDescriptor*, Field> fields;
};

std::string UnknownFieldMessage(absl::string_view name, const Descriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->name());
  std::string remedy = DidYouMean(name, names);
  if (remedy.empty()) remedy = names.empty() ? "; it has no fields" : absl::StrCat("; its fields are ", absl::StrJoin(names, ", "));
  return absl::StrCat("unknown field \"", ShownToken(name), "\" in ", type.name(), remedy);
}

// One method for each rule of the grammar. It returns false if the structure is lost and going on
// would only report noise.
class Matcher {
 public:
  explicit Matcher(const TextprotoScan& scan) : scan_(scan), tokens_(scan.tokens) {}

  TextprotoFields Match(const Descriptor& type) {
    if (Fields(type, "") && !AtEnd()) Expected("a field's name");
    if (scan_.broken) fields_.stopped = true;
    return std::move(fields_);
  }

 private:
  bool AtEnd() const { return next_ == tokens_.size(); }
  bool At(absl::string_view text) const { return !AtEnd() && tokens_[next_].text == text; }
  bool AtType(Tokenizer::TokenType type) const { return !AtEnd() && tokens_[next_].type == type; }

  bool TryConsume(absl::string_view text) {
    if (!At(text)) return false;
    ++next_;
    return true;
  }

  void Problem(const TextprotoToken& token, std::string message) {
    fields_.problems.push_back({token.line, token.column, std::move(message)});
  }

  // If the text broke off earlier, that break has already been reported.
  bool Expected(absl::string_view what) {
    fields_.stopped = true;
    if (AtEnd() && scan_.broken) return false;
    const TextprotoToken& place = tokens_[AtEnd() ? next_ - 1 : next_];
    Problem(place, absl::StrCat("expected ", what, ", found ", AtEnd() ? "the end" : absl::StrCat("\"", ShownToken(place.text), "\"")));
    return false;
  }

  bool Consume(absl::string_view text) { return TryConsume(text) || Expected(absl::StrCat("\"", text, "\"")); }

  // Up to the closing bracket or the end.
  bool Fields(const Descriptor& type, const std::string& path) {
    Named named;
    while (!AtEnd() && !At("}") && !At(">")) {
      if (!Field(type, path, &named)) return false;
    }
    return true;
  }

  bool Message(const Descriptor& type, const std::string& path) {
    const absl::string_view closer = At("<") ? ">" : "}";
    if (!TryConsume("<") && !Consume("{")) return false;
    return Fields(type, path) && Consume(closer);
  }

  bool Field(const Descriptor& type, const std::string& path, Named* named) {
    if (At("[")) return Extension(type);
    if (!AtType(Tokenizer::TYPE_IDENTIFIER) && !AtType(Tokenizer::TYPE_INTEGER)) return Expected("a field's name");
    const TextprotoToken& name = tokens_[next_++];
    const FieldDescriptor* field = type.FindFieldByName(name.text);
    if (field == nullptr) {
      Problem(name, UnknownFieldMessage(name.text, type));
      return SkipValue() && Separator();
    }
    const std::string field_path = JoinPath(path, field->name());
    NameField(*field, field_path, name, named);
    const bool has_colon = TryConsume(":");
    if (!has_colon && field->message_type() == nullptr) {
      return Expected(At("=") ? absl::StrCat("\":\", as in ", field->name(), ": value") : "\":\"");
    }
    if (!has_colon && field->message_type() != nullptr && At(".")) {
      return Expected(absl::StrCat("\"{\", as in ", field->name(), " { … }, since fields within a field stand in braces"));
    }
    return Values(*field, field_path, name, &named->fields.at(field)) && Separator();
  }

  bool Values(const FieldDescriptor& field, const std::string& path, const TextprotoToken& name, Named::Field* named) {
    if (!field.is_repeated()) return Value(field, path);
    return At("[") ? List(field, path, named) : Element(field, path, name, named);
  }

  bool Separator() {
    if (!TryConsume(";")) TryConsume(",");
    return true;
  }

  void NameField(const FieldDescriptor& field, const std::string& path, const TextprotoToken& name, Named* named) {
    const auto [entry, is_new] = named->fields.insert({&field, {name.line, name.column}});
    if (is_new) fields_.places.push_back({path, name.line, name.column});
    if (field.is_repeated()) return;
    if (!is_new) {
      fields_.stopped = true;
      Problem(name, absl::StrCat(path, " is specified multiple times, first on line ", entry->second.line, "; keep one"));
    }
    const OneofDescriptor* oneof = field.real_containing_oneof();
    for (int i = 0; oneof != nullptr && i < oneof->field_count(); ++i) {
      const auto other = named->fields.find(oneof->field(i));
      if (other == named->fields.end() || other->first == &field) continue;
      fields_.stopped = true;
      Problem(name, absl::StrCat(path, " (line ", name.line, ") and ", other->first->name(), " (line ", other->second.line,
                                 ") exclude each other; choose one"));
      break;
    }
  }

  bool List(const FieldDescriptor& field, const std::string& path, Named::Field* named) {
    Consume("[");
    if (TryConsume("]")) return true;
    do {
      if (AtEnd()) return Expected("a value");
      if (!Element(field, path, tokens_[next_], named)) return false;
    } while (TryConsume(","));
    return Consume("]");
  }

  bool Element(const FieldDescriptor& field, const std::string& list_path, const TextprotoToken& place, Named::Field* named) {
    const std::string path = absl::StrCat(list_path, "[", named->elements++, "]");
    fields_.places.push_back({path, place.line, place.column});
    return Value(field, path);
  }

  bool Value(const FieldDescriptor& field, const std::string& path) {
    if (field.message_type() != nullptr) return Message(*field.message_type(), path);
    if (AtForgottenValue()) {
      Problem(tokens_[next_ - 1], absl::StrCat(path, " has no value; expected ", ExpectedValue(field)));
      fields_.stopped = true;
      return true;
    }
    TextprotoValue value;
    if (!ScalarTokens(&value)) return Expected(absl::StrCat(ExpectedValue(field), " for ", path));
    const std::optional<TextprotoProblem> problem = ValueProblem(field, path, value);
    if (!problem.has_value()) return true;
    fields_.problems.push_back(*problem);
    fields_.stopped = true;
    return true;
  }

  // "epochs:" followed by the next field, "name: …".
  bool AtForgottenValue() const {
    const bool next_is_colon = next_ + 1 < tokens_.size() && tokens_[next_ + 1].text == ":";
    return AtType(Tokenizer::TYPE_IDENTIFIER) && next_is_colon;
  }

  // One token with an optional minus, or adjacent strings.
  bool ScalarTokens(TextprotoValue* value) {
    if (At("-")) value->minus = &tokens_[next_++];
    if (AtEnd() || AtType(Tokenizer::TYPE_SYMBOL)) return false;
    do {
      value->tokens.push_back(&tokens_[next_++]);
    } while (value->tokens.front()->type == Tokenizer::TYPE_STRING && AtType(Tokenizer::TYPE_STRING));
    return true;
  }

  bool Extension(const Descriptor& type) {
    const TextprotoToken& opener = tokens_[next_++];
    std::string name;
    while (!AtEnd() && !At("]")) name += tokens_[next_++].text;
    if (!Consume("]")) return false;
    Problem(opener, absl::StrCat("unknown extension \"", ShownToken(name), "\" in ", type.name(), "; there are no extensions"));
    return SkipValue() && Separator();
  }

  // The value of a field that the schema does not know.
  bool SkipValue() {
    if (!TryConsume(":")) return At("{") || At("<") ? SkipMessage() : Expected("\":\"");
    return SkipElement();
  }

  bool SkipElement() {
    if (At("{") || At("<")) return SkipMessage();
    if (TryConsume("[")) {
      if (TryConsume("]")) return true;
      do {
        if (!SkipElement()) return false;
      } while (TryConsume(","));
      return Consume("]");
    }
    TextprotoValue value;
    return ScalarTokens(&value) || Expected("a value");
  }

  bool SkipMessage() {
    const absl::string_view closer = At("<") ? ">" : "}";
    ++next_;
    while (!AtEnd() && !At(closer)) {
      const bool extension = TryConsume("[");
      while (extension && !AtEnd() && !At("]")) ++next_;
      if (!extension && !AtType(Tokenizer::TYPE_IDENTIFIER) && !AtType(Tokenizer::TYPE_INTEGER)) return Expected("a field's name");
      if (!AtEnd()) ++next_;
      if (!SkipValue()) return false;
      Separator();
    }
    return Consume(closer);
  }

  const TextprotoScan& scan_;
  const std::vector<TextprotoToken>& tokens_;
  size_t next_ = 0;
  TextprotoFields fields_;
};

}  // namespace

TextprotoFields MatchTextprotoFields(const TextprotoScan& scan, const Descriptor& type) {
  return Matcher(scan).Match(type);
}

}  // namespace mica
