#include "base/config/textproto_value.h"

#include <cmath>
#include <cstdint>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/nearest_name.h"
#include "base/utf8.h"

namespace mica {
namespace {

using ::google::protobuf::EnumDescriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::io::Tokenizer;

// Leaves out the sentinel X_UNSPECIFIED, which nobody should choose.
std::vector<std::string> Choices(const EnumDescriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.value_count(); ++i) {
    if (!absl::EndsWith(type.value(i)->name(), "_UNSPECIFIED")) names.push_back(type.value(i)->name());
  }
  return names;
}

bool IsType(const TextprotoValue& value, Tokenizer::TokenType type) {
  return value.tokens.front()->type == type;
}

std::string Got(const TextprotoValue& value) {
  const bool is_text = IsType(value, Tokenizer::TYPE_STRING);
  return absl::StrCat(is_text ? "text " : "", value.minus != nullptr ? "-" : "", ShownToken(value.tokens.front()->text));
}

std::string Unfit(const FieldDescriptor& field, const TextprotoValue& value) {
  return absl::StrCat(": expected ", ExpectedValue(field), ", got ", Got(value));
}

// For "1e3" and "5.0", how to write it as a whole number; "1.000" may also be meant as 1000.
std::string WholeNumber(const TextprotoValue& value) {
  const std::string& text = value.tokens.front()->text;
  double number = 0;
  if (!IsType(value, Tokenizer::TYPE_FLOAT) || !absl::SimpleAtod(text, &number)) return "";
  if (number != std::floor(number) || number > 1e15) return "";
  const std::string sign = value.minus != nullptr ? "-" : "";
  const size_t point = text.find('.');
  const bool grouped = point != std::string::npos && text.size() == point + 4 && text.find_first_of("eEfF") == std::string::npos;
  const std::string thousands = grouped ? absl::StrCat(" or ", sign, absl::StrReplaceAll(text, {{".", ""}})) : "";
  return absl::StrCat("; write ", sign, static_cast<int64_t>(number), thousands);
}

// `largest` and `smallest` are the limits of the field's type; `smallest` is an absolute value.
std::string IntegerProblem(const FieldDescriptor& field, const TextprotoValue& value, uint64_t largest, uint64_t smallest) {
  const bool is_number = IsType(value, Tokenizer::TYPE_INTEGER) || IsType(value, Tokenizer::TYPE_FLOAT);
  if (value.minus != nullptr && smallest == 0 && is_number) return absl::StrCat(" must be 0 or more, got ", Got(value));
  if (!IsType(value, Tokenizer::TYPE_INTEGER)) return absl::StrCat(Unfit(field, value), WholeNumber(value));
  uint64_t number = 0;
  if (Tokenizer::ParseInteger(value.tokens.front()->text, value.minus != nullptr ? smallest : largest, &number)) return "";
  return value.minus != nullptr ? absl::StrCat(": ", Got(value), " is too small; smallest is -", smallest)
                                : absl::StrCat(": ", Got(value), " is too large; largest is ", largest);
}

std::string DecimalProblem(const FieldDescriptor& field, const TextprotoValue& value) {
  const std::string text = absl::AsciiStrToLower(value.tokens.front()->text);
  if (IsType(value, Tokenizer::TYPE_FLOAT)) return "";
  const bool is_hex = absl::StartsWith(text, "0x");
  if (IsType(value, Tokenizer::TYPE_INTEGER) && !is_hex) return "";
  const bool is_name = text == "inf" || text == "infinity" || text == "nan";
  return IsType(value, Tokenizer::TYPE_IDENTIFIER) && is_name ? "" : Unfit(field, value);
}

std::string TextProblem(const FieldDescriptor& field, const TextprotoValue& value) {
  if (value.minus != nullptr || !IsType(value, Tokenizer::TYPE_STRING)) return Unfit(field, value);
  std::string text;
  for (const TextprotoToken* token : value.tokens) Tokenizer::ParseStringAppend(token->text, &text);
  const size_t valid = ValidUtf8Prefix(text);
  if (valid == text.size() || field.type() == FieldDescriptor::TYPE_BYTES) return "";
  return absl::StrFormat(": byte 0x%02x is not UTF-8", static_cast<uint8_t>(text[valid]));
}

std::string BoolProblem(const TextprotoValue& value) {
  const std::string& text = value.tokens.front()->text;
  for (const char* name : {"true", "True", "t", "false", "False", "f"}) {
    if (value.minus == nullptr && IsType(value, Tokenizer::TYPE_IDENTIFIER) && text == name) return "";
  }
  uint64_t number = 0;
  const bool fits = value.minus == nullptr && IsType(value, Tokenizer::TYPE_INTEGER) && Tokenizer::ParseInteger(text, 1, &number);
  return fits ? "" : absl::StrCat(": expected true or false, got ", Got(value));
}

std::string EnumProblem(const FieldDescriptor& field, const TextprotoValue& value) {
  const EnumDescriptor& type = *field.enum_type();
  const std::vector<std::string> choices = Choices(type);
  const std::string one_of = absl::StrJoin(choices, ", ");
  const std::string& text = value.tokens.front()->text;
  if (IsType(value, Tokenizer::TYPE_IDENTIFIER) && value.minus == nullptr) {
    if (type.FindValueByName(text) != nullptr) return "";
    const absl::string_view article = absl::StrContains("AEIOU", type.name().substr(0, 1)) ? "an " : "a ";
    return absl::StrCat(": \"", ShownToken(text), "\" is not ", article, type.name(), "; one of ", one_of, DidYouMean(text, choices));
  }
  if (!IsType(value, Tokenizer::TYPE_INTEGER)) return Unfit(field, value);
  uint64_t number = 0;
  const bool fits = Tokenizer::ParseInteger(text, std::numeric_limits<int32_t>::max(), &number);
  const int signed_number = value.minus != nullptr ? -static_cast<int>(number) : static_cast<int>(number);
  if (fits && type.FindValueByNumber(signed_number) != nullptr) return "";
  return absl::StrCat(": number ", Got(value), " is not a known ", type.name(), "; write a name: ", one_of);
}

// Continues the field's path; "" if the value fits.
std::string Complaint(const FieldDescriptor& field, const TextprotoValue& value) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return IntegerProblem(field, value, std::numeric_limits<int32_t>::max(), uint64_t{1} << 31);
    case FieldDescriptor::CPPTYPE_INT64:
      return IntegerProblem(field, value, std::numeric_limits<int64_t>::max(), uint64_t{1} << 63);
    case FieldDescriptor::CPPTYPE_UINT32:
      return IntegerProblem(field, value, std::numeric_limits<uint32_t>::max(), 0);
    case FieldDescriptor::CPPTYPE_UINT64:
      return IntegerProblem(field, value, std::numeric_limits<uint64_t>::max(), 0);
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return DecimalProblem(field, value);
    case FieldDescriptor::CPPTYPE_BOOL:
      return BoolProblem(value);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumProblem(field, value);
    case FieldDescriptor::CPPTYPE_STRING:
      return TextProblem(field, value);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return "";
  }
  return "";
}

}  // namespace

std::optional<TextprotoProblem> ValueProblem(const FieldDescriptor& field, absl::string_view path, const TextprotoValue& value) {
  const std::string complaint = Complaint(field, value);
  if (complaint.empty()) return std::nullopt;
  const TextprotoToken& place = value.minus != nullptr ? *value.minus : *value.tokens.front();
  return TextprotoProblem{place.line, place.column, absl::StrCat(path, complaint)};
}

std::string ExpectedValue(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return "a whole number";
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return "a decimal number";
    case FieldDescriptor::CPPTYPE_BOOL:
      return "true or false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return absl::StrCat("one of ", absl::StrJoin(Choices(*field.enum_type()), ", "));
    case FieldDescriptor::CPPTYPE_STRING:
      return "text in quotes";
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return "{";
  }
  return "a value";
}

}  // namespace mica
