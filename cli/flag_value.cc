#include "cli/flag_value.h"

#include <errno.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace mica {
namespace {

bool IsInt(absl::string_view text) {
  const absl::string_view digits = absl::StripPrefix(text, "-");
  int value;
  return !digits.empty() && std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) && absl::SimpleAtoi(text, &value);
}

bool IsDouble(const std::string& text) {
  // strtod also accepts hexadecimal digits, surrounding spaces, "nan" and "inf". gflags calls it
  // too and, as here, refuses what is too large or too small for a double (ERANGE).
  if (text.empty() || text.find_first_not_of("0123456789+-.eE") != std::string::npos) return false;
  char* end;
  errno = 0;
  const double value = std::strtod(text.c_str(), &end);
  return errno == 0 && *end == '\0' && std::isfinite(value);
}

}  // namespace

std::string ExpectedInstead(FlagType type, absl::string_view text) {
  switch (type) {
    case FlagType::kString:
      return "";
    case FlagType::kInt:
      return IsInt(text) ? "" : "a whole number from -2147483648 to 2147483647";
    case FlagType::kDouble:
      return IsDouble(std::string(text)) ? "" : "a finite number";
    case FlagType::kBool:
      return text == "true" || text == "false" ? "" : "true or false";
  }
  return "a flag of a known type";
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat("'", absl::Utf8SafeCEscape(text), "'");
}

}  // namespace mica
