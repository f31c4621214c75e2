#include "base/config/textproto_number.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/number_format.h"

namespace mica {
namespace {

size_t CountDigits(absl::string_view text) {
  return std::find_if_not(text.begin(), text.end(), absl::ascii_isdigit) - text.begin();
}

bool ConsumeDigits(absl::string_view* text) {
  const size_t digits = CountDigits(*text);
  text->remove_prefix(digits);
  return digits > 0;
}

bool IsHex(absl::string_view text) {
  return (absl::ConsumePrefix(&text, "0x") || absl::ConsumePrefix(&text, "0X")) && !text.empty() &&
         std::all_of(text.begin(), text.end(), absl::ascii_isxdigit);
}

// As the tokenizer of Protobuf reads numbers.
bool IsNumber(absl::string_view text) {
  if (IsHex(text)) return true;
  const bool has_whole = ConsumeDigits(&text);
  const bool has_point = absl::ConsumePrefix(&text, ".");
  const bool has_fraction = has_point && ConsumeDigits(&text);
  if (!has_whole && !has_fraction) return false;
  const bool has_exponent = absl::ConsumePrefix(&text, "e") || absl::ConsumePrefix(&text, "E");
  if (has_exponent) {
    if (!absl::ConsumePrefix(&text, "-")) absl::ConsumePrefix(&text, "+");
    if (!ConsumeDigits(&text)) return false;
  }
  absl::ConsumePrefix(&text, absl::StartsWith(text, "f") ? "f" : "F");  // as in C
  return text.empty();
}

// "1,000,000", of groups of three digits.
bool IsGrouped(absl::string_view text, char separator) {
  const std::vector<absl::string_view> groups = absl::StrSplit(text, separator);
  return groups.size() > 1 && groups[0].size() <= 3 && CountDigits(groups[0]) == groups[0].size() && !groups[0].empty() &&
         std::all_of(groups.begin() + 1, groups.end(), [](absl::string_view g) { return g.size() == 3 && CountDigits(g) == 3; });
}

std::string Write(absl::string_view sign, absl::string_view number) {
  return IsNumber(number) ? absl::StrCat("; write ", sign, number) : "";
}

constexpr char kNoSeparators[] = "there are no thousands separators";
constexpr char kPoint[] = "a decimal point is written \".\"";

// What to write if a list was meant.
std::string ListRemedy(absl::string_view sign, absl::string_view number, char separator) {
  return absl::StrCat("; a list is written [", sign, absl::StrJoin(absl::StrSplit(number, separator), ", "), "]");
}

std::string CommaProblem(absl::string_view sign, absl::string_view number) {
  const std::string without = absl::StrReplaceAll(number, {{",", ""}});
  const size_t commas = std::count(number.begin(), number.end(), ',');
  if (absl::StrContains(number, ".")) {
    // "1.000,5" or "1,000.5": what stands last is the decimal point.
    const bool comma_last = number.rfind(',') > number.rfind('.');
    const std::string plain = comma_last ? absl::StrReplaceAll(number, {{".", ""}, {",", "."}}) : without;
    return absl::StrCat(kPoint, " and ", kNoSeparators, Write(sign, plain));
  }
  const std::string decimal = absl::StrReplaceAll(number, {{",", "."}});
  if (!IsGrouped(number, ',')) return absl::StrCat(kPoint, commas == 1 ? Write(sign, decimal) : ListRemedy(sign, number, ','));
  if (commas > 1 || absl::StartsWith(number, "0")) {
    return absl::StrCat(kPoint, " and ", kNoSeparators, Write(sign, commas > 1 ? without : decimal));
  }
  return absl::StrCat(kPoint, " and ", kNoSeparators, "; write ", sign, without, " or ", sign, decimal);
}

// One value was written after another: "28 28".
std::string SpaceProblem(absl::string_view sign, absl::string_view number) {
  if (!IsGrouped(number, ' ')) return absl::StrCat("it is several", ListRemedy(sign, number, ' '));
  return absl::StrCat(kNoSeparators, Write(sign, absl::StrReplaceAll(number, {{" ", ""}})));
}

std::string PercentProblem(absl::string_view sign, absl::string_view number) {
  double percent = 0;
  const bool known = absl::SimpleAtod(absl::StripSuffix(number, "%"), &percent);
  return absl::StrCat("there are no percents", known ? absl::StrCat("; write ", sign, FormatNumber(percent / 100)) : "");
}

std::string QuotientProblem(absl::string_view sign, absl::string_view number) {
  const std::vector<absl::string_view> parts = absl::StrSplit(number, '/');
  double over = 0, under = 0;
  const bool known = parts.size() == 2 && absl::SimpleAtod(parts[0], &over) && absl::SimpleAtod(parts[1], &under) && under != 0;
  return absl::StrCat("nothing is computed", known ? absl::StrCat("; write ", sign, FormatNumber(over / under)) : "; write the result");
}

// Of a number without its sign.
std::string Complaint(absl::string_view sign, absl::string_view number) {
  if (absl::StrContains(number, ",")) return CommaProblem(sign, number);
  if (absl::EndsWith(number, "%")) return PercentProblem(sign, number);
  if (absl::StrContains(number, "/")) return QuotientProblem(sign, number);
  if (number.find_first_of("*^") != absl::string_view::npos) return "nothing is computed; write the result, such as 1e-3";
  if (absl::StrContains(number, " ")) return SpaceProblem(sign, number);
  if (const std::string plain = absl::StrReplaceAll(number, {{"_", ""}, {"'", ""}}); plain != number && IsNumber(plain)) {
    return absl::StrCat(kNoSeparators, Write(sign, plain));
  }
  if (IsGrouped(number, '.')) return absl::StrCat(kNoSeparators, Write(sign, absl::StrReplaceAll(number, {{".", ""}})));
  if (absl::EndsWithIgnoreCase(number, "e") || absl::EndsWith(number, "e-") || absl::EndsWith(number, "e+")) {
    return "digits are missing after the e; write 0.001 or 1e-3";
  }
  if (std::count(number.begin(), number.end(), '.') > 1) return "it has two decimal points";
  if (absl::StrContains(number, ".") && number.find('.') > number.find_first_of("eE")) return "what follows the e must be whole";
  return "write numbers as 1000, 0.001 or 1e-3, without a unit, and text in quotes";
}

}  // namespace

absl::string_view WrittenNumber(absl::string_view text) {
  size_t size = 0;
  const auto at = [&](size_t i) { return i < text.size() ? text[i] : '\0'; };
  if (at(size) == '+' || at(size) == '-') ++size;
  while (at(size) == ' ') ++size;
  if (!absl::ascii_isdigit(at(size)) && !(at(size) == '.' && absl::ascii_isdigit(at(size + 1)))) return "";
  while (size < text.size()) {
    const char here = at(size), next = at(size + 1);
    const bool part = absl::ascii_isalnum(here) || (here != '\0' && absl::StrContains("._%/*^", absl::string_view(&text[size], 1)));
    const bool joint = (here == ',' || here == '\'' || here == ' ') && absl::ascii_isdigit(next);
    // "1e-3", "10**-3"
    const bool sign = (here == '-' || here == '+') && absl::StrContains("eEdD*^", absl::string_view(&text[size - 1], 1));
    // A comment in the form of another language.
    const bool comment = here == '/' && (next == '/' || next == '*');
    if (comment || (!part && !joint && !sign)) break;
    ++size;
  }
  return text.substr(0, size);
}

std::string NumberProblem(absl::string_view written) {
  const absl::string_view sign = absl::StartsWith(written, "-") ? "-" : "";
  const bool plus = absl::StartsWith(written, "+");
  const absl::string_view number = absl::StripAsciiWhitespace(written.substr(plus ? 1 : sign.size()));
  if (number.empty() || (IsNumber(number) && !plus)) return "";
  return absl::StrCat("\"", written, "\" is not a number: ",
                      IsNumber(number) ? absl::StrCat("the sign + is not written; write ", number) : Complaint(sign, number));
}

}  // namespace mica
