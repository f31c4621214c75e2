#include "cli/verb_flags.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/nearest_name.h"

namespace mica {
namespace {

constexpr absl::string_view kHelp = "help";
constexpr absl::string_view kNo = "no";  // --noamp

bool ParseInt(absl::string_view text, int* value) {
  const absl::string_view digits = absl::StripPrefix(text, "-");
  return !digits.empty() && std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) && absl::SimpleAtoi(text, value);
}

bool ParseDouble(absl::string_view text, double* value) {
  // SimpleAtod also accepts hexadecimal digits, surrounding spaces, "nan" and "inf".
  const bool is_decimal = text.find_first_not_of("0123456789+-.eE") == absl::string_view::npos;
  return is_decimal && absl::SimpleAtod(text, value) && std::isfinite(*value);
}

// What a value of the type looks like, or "" if `text` is already one.
std::string ExpectedInstead(FlagType type, absl::string_view text) {
  int whole;
  double real;
  switch (type) {
    case FlagType::kString:
      return "";
    case FlagType::kInt:
      return ParseInt(text, &whole) ? "" : "a whole number from -2147483648 to 2147483647";
    case FlagType::kDouble:
      return ParseDouble(text, &real) ? "" : "a finite number";
    case FlagType::kBool:
      return text == "true" || text == "false" ? "" : "true or false";
  }
  return "a flag of a known type";
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat("'", absl::Utf8SafeCEscape(text), "'");
}

bool LooksLikeBool(absl::string_view word) {
  const std::string lower = absl::AsciiStrToLower(word);
  for (const absl::string_view value : {"true", "false", "yes", "no", "on", "off", "t", "f", "y", "n", "1", "0"}) {
    if (lower == value) return true;
  }
  return false;
}

// The parts of "--name=value".
struct FlagWord {
  std::string name;
  std::optional<std::string> value;  // after "="
};

// nullopt for a plain word and for a single dash.
std::optional<FlagWord> SplitFlagWord(absl::string_view word) {
  if (word.size() < 2 || word[0] != '-') return std::nullopt;
  word.remove_prefix(word[1] == '-' ? 2 : 1);
  const size_t equals = word.find('=');
  if (equals == absl::string_view::npos) return FlagWord{std::string(word), std::nullopt};
  return FlagWord{std::string(word.substr(0, equals)), std::string(word.substr(equals + 1))};
}

class Scanner {
 public:
  Scanner(const VerbTable& verb, absl::Span<const std::string> arguments) : verb_(verb), arguments_(arguments) {}

  void Scan() {
    while (next_ < arguments_.size()) {
      const std::string& word = arguments_[next_++];
      if (word == "--") break;
      if (const std::optional<FlagWord> flag = SplitFlagWord(word)) {
        ScanFlag(word, *flag);
      } else {
        AddWord(word);
      }
    }
    while (next_ < arguments_.size()) AddWord(arguments_[next_++]);
    if (static_cast<int>(words_.size()) < verb_.min_words) {
      problems_.push_back(absl::StrCat("missing argument: expected ", verb_.words, ", got ",
                                       words_.empty() ? "none" : absl::StrCat("only ", words_.size())));
    }
  }

  bool help_wanted() const { return help_wanted_; }
  const std::vector<std::string>& words() const { return words_; }
  const std::map<std::string, std::string>& values() const { return values_; }
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  void AddWord(const std::string& word) {
    const int count = static_cast<int>(words_.size());
    if (verb_.max_words != VerbTable::kAnyNumber && count >= verb_.max_words) {
      problems_.push_back(absl::StrCat("unexpected argument ", Quoted(word)));
    } else {
      words_.push_back(word);
    }
  }

  const VerbFlag* FindFlag(absl::string_view name) const {
    const auto flag = std::find_if(verb_.flags.begin(), verb_.flags.end(), [&](const VerbFlag& flag) { return flag.name == name; });
    return flag == verb_.flags.end() ? nullptr : &*flag;
  }

  // The flag that a "noamp" switches off.
  const VerbFlag* FindNegated(absl::string_view name) const {
    const VerbFlag* flag = absl::ConsumePrefix(&name, kNo) ? FindFlag(name) : nullptr;
    return flag != nullptr && flag->type == FlagType::kBool ? flag : nullptr;
  }

  void ScanFlag(const std::string& word, const FlagWord& given) {
    if (IsHelp(given.name)) {
      help_wanted_ = true;
    } else if (const VerbFlag* flag = FindFlag(given.name)) {
      ScanKnownFlag(*flag, given);
    } else if (const VerbFlag* negated = FindNegated(given.name)) {
      if (given.value.has_value()) {
        problems_.push_back(absl::StrCat(Quoted(word), ": --", given.name, " takes no value; write --", negated->name, "=true or --",
                                         negated->name, "=false"));
      }
      RefuseDetachedBool(given.name, *negated);
      Store(*negated, "false");
    } else {
      AddUnknown(given.name);
    }
  }

  static bool IsHelp(absl::string_view name) { return name == kHelp || name == "h"; }

  void ScanKnownFlag(const VerbFlag& flag, const FlagWord& given) {
    if (given.value.has_value()) {
      Store(flag, *given.value);
    } else if (flag.type == FlagType::kBool) {
      RefuseDetachedBool(flag.name, flag);
      Store(flag, "true");
    } else if (next_ == arguments_.size() || IsKnownFlag(arguments_[next_])) {
      problems_.push_back(absl::StrCat("--", flag.name, " is missing its value; write --", flag.name, "=", flag.placeholder));
      given_[flag.name]++;
    } else {
      Store(flag, arguments_[next_++]);
    }
  }

  // A value may begin with a dash (-5), but a flag of the table in its place means that the value
  // was forgotten.
  bool IsKnownFlag(const std::string& word) const {
    if (word == "--") return true;
    const std::optional<FlagWord> flag = SplitFlagWord(word);
    return flag.has_value() && (IsHelp(flag->name) || FindFlag(flag->name) != nullptr || FindNegated(flag->name) != nullptr);
  }

  // "--amp false" would take the word for an argument and the flag for true.
  void RefuseDetachedBool(absl::string_view name, const VerbFlag& flag) {
    if (next_ == arguments_.size() || !LooksLikeBool(arguments_[next_])) return;
    problems_.push_back(absl::StrCat("unexpected argument ", Quoted(arguments_[next_++]), " behind --", name, "; write --", flag.name,
                                     "=true or --", flag.name, "=false"));
  }

  void Store(const VerbFlag& flag, const std::string& text) {
    if (++given_[flag.name] == 2) {
      problems_.push_back(
          absl::StrCat("--", flag.name, " given twice; ", flag.twice_remedy.empty() ? "keep one of them" : flag.twice_remedy));
    }
    const std::string expected = ExpectedInstead(flag.type, text);
    if (!expected.empty()) problems_.push_back(absl::StrCat("--", flag.name, ": expected ", expected, ", got ", Quoted(text)));
    values_[flag.name] = text;
  }

  void AddUnknown(absl::string_view name) {
    std::vector<std::string> names = {std::string(kHelp)};
    for (const VerbFlag& flag : verb_.flags) names.push_back(flag.name);
    const std::optional<std::string> nearest = NearestName(name, names);
    problems_.push_back(absl::StrCat("unknown flag --", absl::Utf8SafeCEscape(name),
                                     nearest.has_value() ? absl::StrCat("; did you mean --", *nearest, "?") : ""));
  }

  const VerbTable& verb_;
  const absl::Span<const std::string> arguments_;
  size_t next_ = 0;
  bool help_wanted_ = false;
  std::vector<std::string> words_;
  std::map<std::string, std::string> values_;
  std::map<std::string, int> given_;  // how many times
  std::vector<std::string> problems_;
};

constexpr size_t kColumns = 100;

// Terminal columns; counts every code point as one.
size_t Width(absl::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xc0) != 0x80; });
}

// `first`, then `pieces` in lines of at most kColumns; further lines are indented.
std::string Wrap(std::string first, const std::vector<std::string>& pieces, size_t indent) {
  std::string text;
  std::string line = std::move(first);
  bool line_is_empty = true;  // it holds no piece yet
  for (const std::string& piece : pieces) {
    if (!line_is_empty && Width(line) + 1 + Width(piece) > kColumns) {
      absl::StrAppend(&text, line, "\n");
      line = std::string(indent, ' ');
      line_is_empty = true;
    }
    absl::StrAppend(&line, line_is_empty ? "" : " ", piece);
    line_is_empty = false;
  }
  return absl::StrCat(text, absl::StripTrailingAsciiWhitespace(line), "\n");
}

std::vector<std::string> Words(absl::string_view text) {
  return absl::StrSplit(text, ' ', absl::SkipEmpty());
}

// "--top_k=N", "--[no]amp"
std::string FlagText(const VerbFlag& flag) {
  return flag.type == FlagType::kBool ? absl::StrCat("--[no]", flag.name) : absl::StrCat("--", flag.name, "=", flag.placeholder);
}

std::string Synopsis(const VerbTable& verb) {
  const std::string command = absl::StrCat("usage: ", verb.program, " ", verb.name, " ");
  std::vector<std::string> pieces;
  if (!verb.words.empty()) pieces.push_back(verb.words);
  for (const VerbFlag& flag : verb.flags) pieces.push_back(absl::StrCat("[", FlagText(flag), "]"));
  return Wrap(command, pieces, Width(command));
}

std::string FlagLines(const VerbTable& verb) {
  VerbFlag help;
  help.name = std::string(kHelp);
  help.help = "Shows this text.";
  std::vector<std::pair<std::string, const VerbFlag*>> rows;
  for (const VerbFlag& flag : verb.flags) rows.emplace_back(FlagText(flag), &flag);
  rows.emplace_back("--help", &help);
  size_t widest = 0;
  for (const auto& row : rows) widest = std::max(widest, Width(row.first));
  std::string text;
  for (const auto& [name, flag] : rows) {
    const std::string first = absl::StrCat("  ", name, std::string(widest - Width(name) + 2, ' '));
    std::vector<std::string> words = Words(flag->help);
    if (!flag->default_value.empty()) words.push_back(absl::StrCat("Default: ", flag->default_value, "."));
    text += Wrap(first, words, Width(first));
  }
  return text;
}

}  // namespace

absl::StatusOr<VerbArguments> ScanVerbArguments(const VerbTable& verb, absl::Span<const std::string> arguments) {
  Scanner scanner(verb, arguments);
  scanner.Scan();
  VerbArguments result;
  result.help_wanted_ = scanner.help_wanted();
  if (!result.help_wanted_ && !scanner.problems().empty()) {
    return FlagError(absl::StrCat(absl::StrJoin(scanner.problems(), "\n"), "\n`", verb.program, " ", verb.name,
                                  " --help` shows the flags and an example"));
  }
  result.words_ = scanner.words();
  for (const VerbFlag& flag : verb.flags) {
    const auto given = scanner.values().find(flag.name);
    const bool is_given = given != scanner.values().end() && !result.help_wanted_;
    result.values_[flag.name] = {flag.type, is_given ? given->second : flag.default_value, is_given};
  }
  return result;
}

const VerbArguments::Value& VerbArguments::ValueOf(absl::string_view flag, FlagType type) const {
  const auto value = values_.find(flag);
  CHECK(value != values_.end() && value->second.type == type) << "the verb declares no flag of this type: " << flag;
  return value->second;
}

bool VerbArguments::IsGiven(absl::string_view flag) const {
  const auto value = values_.find(flag);
  CHECK(value != values_.end()) << "the verb declares no flag " << flag;
  return value->second.given;
}

std::string VerbArguments::GetString(absl::string_view flag) const {
  return ValueOf(flag, FlagType::kString).text;
}

int VerbArguments::GetInt(absl::string_view flag) const {
  const std::string& text = ValueOf(flag, FlagType::kInt).text;
  int value = 0;
  CHECK(text.empty() || ParseInt(text, &value)) << "default of --" << flag;
  return value;
}

double VerbArguments::GetDouble(absl::string_view flag) const {
  const std::string& text = ValueOf(flag, FlagType::kDouble).text;
  double value = 0;
  CHECK(text.empty() || ParseDouble(text, &value)) << "default of --" << flag;
  return value;
}

bool VerbArguments::GetBool(absl::string_view flag) const {
  return ValueOf(flag, FlagType::kBool).text == "true";
}

std::string VerbUsage(const VerbTable& verb) {
  return absl::StrCat(Synopsis(verb), "\n", Wrap("", Words(verb.description), 0), "\nflags:\n", FlagLines(verb), "\nexample:\n  ",
                      absl::StrJoin(absl::StrSplit(absl::StripSuffix(verb.example, "\n"), '\n'), "\n  "), "\n");
}

}  // namespace mica
