#include "cli/command_line_scan.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <system_error>
#include <tuple>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/nearest_name.h"
#include "cli/flag_file.h"
#include "cli/flag_value.h"
#include "cli/shared_flags.h"
#include "cli/shell_words.h"

namespace mica {
namespace {

constexpr absl::string_view kHelp = "help";
constexpr absl::string_view kNo = "no";  // --noamp
constexpr size_t kMaxFlagFiles = 100;

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

bool IsHelp(absl::string_view name) {
  return name == kHelp || name == "h";
}

// Where words come from.
struct Origin {
  std::string source;  // a flag file as the user named it, or FLAGS_NAME; empty for the command line
  int line = 0;        // of a file

  bool is_command_line() const { return source.empty(); }
  std::string Place() const {
    return is_command_line() ? "" : line == 0 ? absl::StrCat(source, ": ") : absl::StrCat(source, ":", line, ": ");
  }
};

class Scanner {
 public:
  explicit Scanner(const VerbTable& verb) : verb_(verb) {}

  ScannedCommandLine Scan(absl::Span<const std::string> arguments) {
    At(Origin(), arguments, [&] { ScanWords(); });
    if (static_cast<int>(result_.words.size()) < verb_.min_words) {
      AddProblem("missing argument: expected ", verb_.words, ", got ",
                 result_.words.empty() ? "none" : absl::StrCat("only ", result_.words.size()));
    }
    const auto to_stderr = result_.given.find(kLogToStderr);
    if (to_stderr != result_.given.end() && to_stderr->second == "false" && result_.given.count(kLogFolder) == 0) {
      AddProblemAt(given_[{to_stderr->first, ""}].origin, "--logtostderr=false: log files need a folder; add --log_dir=FOLDER");
    }
    if (result_.given.count(kLogFolder) > 0) result_.given.emplace(kLogToStderr, "false");
    return std::move(result_);
  }

 private:
  template <typename... Pieces>
  void AddProblemAt(const Origin& origin, const Pieces&... pieces) {
    result_.problems.push_back(absl::StrCat(origin.Place(), pieces...));
  }
  template <typename... Pieces>
  void AddProblem(const Pieces&... pieces) {
    AddProblemAt(origin_, pieces...);
  }

  // Scans with `words` to take and goes back to where it was.
  void At(const Origin& origin, absl::Span<const std::string> words, absl::FunctionRef<void()> scan) {
    const auto outer = std::make_pair(std::exchange(origin_, origin), std::exchange(left_, words));
    scan();
    std::tie(origin_, left_) = outer;
  }

  void ScanWords() {
    while (!left_.empty()) {
      const std::string& word = Take();
      if (word == "--" && origin_.is_command_line()) break;
      if (const std::optional<FlagWord> flag = SplitFlagWord(word)) {
        ScanFlag(word, *flag);
      } else {
        AddWord(word);
      }
    }
    while (!left_.empty()) AddWord(Take());
  }

  const std::string& Take() {
    const std::string& word = left_.front();
    left_.remove_prefix(1);
    return word;
  }

  void AddWord(const std::string& word) {
    const bool has_room = verb_.max_words == VerbTable::kAnyNumber || static_cast<int>(result_.words.size()) < verb_.max_words;
    if (has_room && origin_.is_command_line()) {
      result_.words.push_back(word);
    } else {
      AddProblem("unexpected argument ", Quoted(word));
    }
  }

  const VerbFlag* FindFlag(absl::string_view name) const {
    for (const std::vector<VerbFlag>* flags : {&verb_.flags, &SharedFlags()}) {
      const auto flag = std::find_if(flags->begin(), flags->end(), [&](const VerbFlag& flag) { return flag.name == name; });
      if (flag != flags->end()) return &*flag;
    }
    return nullptr;
  }

  // The flag that a "noamp" switches off.
  const VerbFlag* FindNegated(absl::string_view name) const {
    const VerbFlag* flag = absl::ConsumePrefix(&name, kNo) ? FindFlag(name) : nullptr;
    return flag != nullptr && flag->type == FlagType::kBool ? flag : nullptr;
  }

  void ScanFlag(const std::string& word, const FlagWord& given) {
    if (IsHelp(given.name)) {
      result_.help_wanted = true;
    } else if (const VerbFlag* flag = FindFlag(given.name)) {
      ScanKnownFlag(*flag, given);
    } else if (const VerbFlag* negated = FindNegated(given.name)) {
      if (given.value.has_value()) {
        AddProblem(Quoted(word), ": --", given.name, " takes no value; write --", negated->name, "=true or --", negated->name, "=false");
      }
      RefuseDetachedBool(given.name, *negated);
      Store(*negated, "false");
    } else {
      AddUnknown(given.name);
    }
  }

  void ScanKnownFlag(const VerbFlag& flag, const FlagWord& given) {
    if (given.value.has_value()) {
      Store(flag, *given.value);
    } else if (flag.type == FlagType::kBool) {
      RefuseDetachedBool(flag.name, flag);
      Store(flag, "true");
    } else if (left_.empty() || IsKnownFlag(left_.front())) {
      AddProblem("--", flag.name, " is missing its value; write --", flag.name, "=", flag.placeholder);
      Count(flag);
    } else {
      Store(flag, Take());
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
    if (left_.empty() || !LooksLikeBool(left_.front())) return;
    AddProblem("unexpected argument ", Quoted(Take()), " behind --", name, "; write --", flag.name, "=true or --", flag.name, "=false");
  }

  void Store(const VerbFlag& flag, const std::string& text) {
    Count(flag);
    const std::string expected = ExpectedInstead(flag.type, text);
    if (!expected.empty()) AddProblem("--", flag.name, ": expected ", expected, ", got ", Quoted(text));
    if (!expected.empty()) return;
    if (BringsFlags(flag.name)) return Bring(flag, text);
    const absl::StatusOr<std::string> checked = CheckedLogValue(flag, text);
    if (!checked.ok()) AddProblem(checked.status().message());
    result_.given[flag.name] = checked.ok() ? *checked : text;
  }

  // A flag may be given once; those that bring flags, once in each file.
  void Count(const VerbFlag& flag) {
    Given& given = given_[{flag.name, BringsFlags(flag.name) ? origin_.source : ""}];
    if (++given.times == 1) given.origin = origin_;
    if (given.times == 2) ReportTwice(flag, given.origin);
  }

  // At the place in a file or the environment if one of the two stands there.
  void ReportTwice(const VerbFlag& flag, const Origin& first) {
    AddProblemAt(origin_.is_command_line() ? first : origin_, "--", flag.name, " given twice; ",
                 flag.twice_remedy.empty() ? "keep one of them" : flag.twice_remedy);
  }

  void Bring(const VerbFlag& flag, const std::string& text) {
    const std::vector<std::string> names = absl::StrSplit(text, ',');
    if (std::find(names.begin(), names.end(), "") != names.end()) {
      return AddProblem("--", flag.name, ": expected ", flag.placeholder, ", got ", Quoted(text));
    }
    for (const std::string& name : names) {
      if (flag.name == kFlagFile) {
        ScanFlagFile(name);
      } else {
        TakeFromEnvironment(flag, name);
      }
    }
  }

  void ScanFlagFile(const std::string& source) {
    const absl::StatusOr<std::string> path = ResolveWord(absl::StrCat("--", kFlagFile), source);
    if (!path.ok()) return AddProblem(path.status().message());
    std::error_code unknown;
    std::string file = std::filesystem::weakly_canonical(*path, unknown).string();
    if (unknown) file = *path;
    const auto opened = std::find_if(open_files_.begin(), open_files_.end(), [&](const auto& open) { return open.first == file; });
    if (opened != open_files_.end()) {
      std::string chain;
      for (auto open = opened; open != open_files_.end(); ++open) absl::StrAppend(&chain, open->second, " -> ");
      return AddProblem("flag files name each other in a circle: ", chain, source);
    }
    if (!files_.insert(file).second) return AddProblem("flag file ", source, " given twice; keep one of them");
    if (files_.size() > kMaxFlagFiles) return AddProblem("more than ", kMaxFlagFiles, " flag files");
    const absl::StatusOr<std::vector<FlagFileLine>> lines = ReadFlagFile(*path, source);
    if (!lines.ok()) return AddProblem(lines.status().message());
    open_files_.emplace_back(file, source);
    for (const FlagFileLine& line : *lines) At({source, line.number}, line.words, [&] { ScanWords(); });
    open_files_.pop_back();
  }

  void TakeFromEnvironment(const VerbFlag& from, const std::string& name) {
    const VerbFlag* const flag = FindFlag(name);
    if (flag == nullptr && !IsHelp(name)) return AddUnknown(name);
    if (flag == nullptr || name == kFromEnvironment || name == kTryFromEnvironment) {
      return AddProblem("--", from.name, ": --", name, " cannot come from the environment");
    }
    const std::string variable = absl::StrCat("FLAGS_", name);
    if (const char* const text = std::getenv(variable.c_str())) {
      At({variable}, {}, [&] { Store(*flag, text); });
    } else if (from.name == kFromEnvironment) {
      AddProblem("--", from.name, ": the environment has no variable ", variable, "; set it, or write --", kTryFromEnvironment);
    }
  }

  void AddUnknown(absl::string_view name) {
    std::vector<std::string> names = {std::string(kHelp)};
    for (const std::vector<VerbFlag>* flags : {&verb_.flags, &SharedFlags()}) {
      for (const VerbFlag& flag : *flags) names.push_back(flag.name);
    }
    const std::optional<std::string> nearest = NearestName(name, names);
    AddProblem("unknown flag --", absl::Utf8SafeCEscape(name), nearest.has_value() ? absl::StrCat("; did you mean --", *nearest, "?") : "");
  }

  struct Given {
    int times = 0;
    Origin origin;  // of the first
  };

  const VerbTable& verb_;
  ScannedCommandLine result_;
  Origin origin_;                                                // of the word being looked at
  absl::Span<const std::string> left_;                           // the words that follow it
  std::map<std::pair<std::string, std::string>, Given> given_;   // flag, and file for those that bring flags
  std::set<std::string> files_;                                  // all flag files that were read
  std::vector<std::pair<std::string, std::string>> open_files_;  // those being read: path, source
};

}  // namespace

ScannedCommandLine ScanCommandLine(const VerbTable& verb, absl::Span<const std::string> arguments) {
  return Scanner(verb).Scan(arguments);
}

}  // namespace mica
