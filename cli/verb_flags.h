// The command line of one verb: a table describes it, and one scan finds everything that is wrong.
//   MICA_ASSIGN_OR_RETURN(const VerbArguments arguments,
//                         ScanVerbArguments(table, {"x.textproto", "--output_dir=/tmp/runs"}));
//   if (arguments.help_wanted()) std::cout << VerbUsage(table);
//   // arguments.words() is {"x.textproto"}, arguments.GetString("output_dir") is "/tmp/runs"
// Not gflags: it exits by itself, lets the last of two equal flags win, reads "--x false" as true,
// and adds flags that no verb declares (--flagfile, --v), which are unknown here. Thread-safe.
#ifndef MICA_CLI_VERB_FLAGS_H_
#define MICA_CLI_VERB_FLAGS_H_

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mica {

enum class FlagType {
  kString,  // any text, even empty
  kInt,     // decimal, 32 bits; leading zeros are ignored
  kDouble,  // finite
  kBool,    // --amp, --amp=true, --noamp, --amp=false
};

struct VerbFlag {
  std::string name;  // without dashes; every verb has "help" already
  FlagType type = FlagType::kString;
  std::string placeholder;    // the value in the usage: "FOLDER"; empty for kBool
  std::string help;           // one sentence or more, wrapped when shown
  std::string default_value;  // used and shown if the flag is not given; "" for none
  std::string twice_remedy;   // follows "--set given twice; "; if empty, "keep one of them"
};

struct VerbTable {
  static constexpr int kAnyNumber = -1;

  std::string name;   // "train"
  std::string words;  // the positional words in the usage: "EXPERIMENT", "RUN IMAGE_OR_FOLDER…"
  int min_words = 0;
  int max_words = 0;  // or kAnyNumber
  std::string description;
  std::vector<VerbFlag> flags;
  std::string example;  // whole lines, shown as they are; at most 98 columns each
  // What stands before the name; the programs in bench/ have such tables too.
  std::string program = "mica";
};

// The contents of a valid command line. Asking for a flag that the table lacks or for another type
// is a bug of mica and ends the process.
class VerbArguments {
 public:
  bool help_wanted() const { return help_wanted_; }
  const std::vector<std::string>& words() const { return words_; }

  bool IsGiven(absl::string_view flag) const;

  // The given value, else the default, else 0 for numbers and false for bools.
  std::string GetString(absl::string_view flag) const;
  int GetInt(absl::string_view flag) const;
  double GetDouble(absl::string_view flag) const;
  bool GetBool(absl::string_view flag) const;

 private:
  friend absl::StatusOr<VerbArguments> ScanVerbArguments(const VerbTable& verb, absl::Span<const std::string> arguments);
  struct Value {
    FlagType type;
    std::string text;  // valid for the type, or empty
    bool given;
  };
  const Value& ValueOf(absl::string_view flag, FlagType type) const;

  bool help_wanted_ = false;
  std::vector<std::string> words_;
  std::map<std::string, Value, std::less<>> values_;  // one for each flag of the table
};

// `arguments` are the words after the verb. Accepts --flag=value and --flag value, with one dash or
// two; "--" ends the flags. If --help (-h) comes anywhere before that, nothing else is checked.
// Otherwise a FlagError (exit code 1) has a line for every problem: unknown flag, flag given twice,
// missing or bad value, too many or too few words.
absl::StatusOr<VerbArguments> ScanVerbArguments(const VerbTable& verb, absl::Span<const std::string> arguments);

// Synopsis, description, flags with their defaults, example. Lines end with LF and have at most 100
// columns unless the table's words or example are longer.
std::string VerbUsage(const VerbTable& verb);

}  // namespace mica

#endif  // MICA_CLI_VERB_FLAGS_H_
