// The command line of one verb: a table describes it, and one scan finds everything that is wrong.
//   MICA_ASSIGN_OR_RETURN(const VerbArguments arguments,
//                         ScanVerbArguments(table, {"x.textproto", "--output_dir=/tmp/runs"}));
//   if (arguments.help_wanted()) std::cout << VerbUsage(table);
//   // arguments.words() is {"x.textproto"}, arguments.GetString("output_dir") is "/tmp/runs"
// The scan comes before gflags, which would exit by itself, let the last of two equal flags win and
// read "--x false" as true. What passes is set in gflags (cli/registered_flags.h), and the values
// are read back from there; so glog's flags (cli/shared_flags.h) take effect too. gflags' flags
// belong to the process: one scan at a time, and the last one is what gflags and glog hold.
#ifndef MICA_CLI_VERB_FLAGS_H_
#define MICA_CLI_VERB_FLAGS_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/registered_flags.h"
#include "cli/verb_table.h"

namespace mica {

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
    FlagValue value;
    bool given;
  };
  template <typename T>
  const T& ValueOf(absl::string_view flag) const;

  bool help_wanted_ = false;
  std::vector<std::string> words_;
  std::map<std::string, Value, std::less<>> values_;  // one for each flag of the table
};

// `arguments` are the words after the verb. Accepts --flag=value and --flag value, with one dash or
// two; "--" ends the flags. If --help (-h) comes anywhere before that, nothing else is checked.
// Otherwise a FlagError (exit code 1) has a line for every problem: unknown flag, flag given twice,
// missing or bad value, too many or too few words.
//
// --flagfile=FILE,… puts the flags of files in its place (cli/flag_file.h), --fromenv=NAME,… takes
// flags from the variables FLAGS_NAME, --tryfromenv those that are set. The same rules hold for
// them; "FILE:LINE: " or "FLAGS_NAME: " stands before a problem. A flag there and on the command
// line is given twice: none overrides the other. Paths start at the user's folder, in files too.
absl::StatusOr<VerbArguments> ScanVerbArguments(const VerbTable& verb, absl::Span<const std::string> arguments);

}  // namespace mica

#endif  // MICA_CLI_VERB_FLAGS_H_
