#include "data/index/sources/json_label.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/printable.h"

namespace mica {
namespace {

std::string Quoted(absl::string_view text) {
  constexpr size_t kMaxShown = 60;
  return absl::StrCat("\"", Printable(text.substr(0, kMaxShown)), text.size() > kMaxShown ? "…" : "", "\"");
}

// Takes the text piece by piece and keeps the value of one key of the outermost object.
class FieldReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit FieldReader(absl::string_view field) : field_(field) {}

  bool null() override { return Other("null"); }
  bool boolean(bool) override { return Other("a boolean"); }
  bool number_integer(number_integer_t value) override { return Value(absl::StrCat(value)); }
  bool number_unsigned(number_unsigned_t value) override { return Value(absl::StrCat(value)); }
  bool number_float(number_float_t, const string_t& text) override {
    return Other(absl::StrCat("the number ", Printable(text.substr(0, 40))));
  }
  bool string(string_t& text) override { return Value(std::move(text)); }
  bool binary(binary_t&) override { return Other("binary data"); }  // JSON has none

  bool start_object(std::size_t) override {
    if (depth_ == 0) return Deeper();
    return Other("an object") && Deeper();
  }
  bool end_object() override { return Shallower(); }
  bool start_array(std::size_t) override {
    if (depth_ == 0) return Fail("is a list, expected an object");
    return Other("a list") && Deeper();
  }
  bool end_array() override { return Shallower(); }

  bool key(string_t& text) override {
    if (depth_ == 1) is_field_ = text == field_;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return Fail(absl::StrCat("is not valid JSON at byte ", position == 0 ? 0 : position - 1));
  }

  absl::StatusOr<std::string> Result() const {
    if (!problem_.empty()) return absl::InvalidArgumentError(problem_);
    if (!kind_of_other_.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("has ", kind_of_other_, " as ", Quoted(field_), ", expected text or a whole number"));
    }
    if (!value_.has_value()) return absl::InvalidArgumentError(absl::StrCat("has no key ", Quoted(field_)));
    return *value_;
  }

 private:
  bool Fail(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  bool Deeper() {
    constexpr int kMaxDepth = 100;
    return ++depth_ <= kMaxDepth || Fail(absl::StrCat("is nested deeper than ", kMaxDepth));
  }

  bool Shallower() {
    --depth_;
    return true;
  }

  bool IsField() const { return depth_ == 1 && is_field_; }

  bool Value(std::string value) {
    if (depth_ == 0) return Fail("is a single value, expected an object");
    if (!IsField()) return true;
    value_ = std::move(value);
    kind_of_other_.clear();
    return true;
  }

  // A value that is no label.
  bool Other(std::string kind) {
    if (depth_ == 0) return Fail("is a single value, expected an object");
    if (IsField()) kind_of_other_ = std::move(kind);
    return true;
  }

  const absl::string_view field_;
  int depth_ = 0;
  bool is_field_ = false;  // whether the last key of the outermost object is the one
  std::optional<std::string> value_;
  std::string kind_of_other_;
  std::string problem_;
};

}  // namespace

absl::StatusOr<std::string> LabelInJson(absl::string_view json, absl::string_view field) {
  FieldReader reader(field);
  nlohmann::json::sax_parse(json.begin(), json.end(), &reader);
  return reader.Result();
}

}  // namespace mica
