// The strict scan of a verb's command line, flag files and environment as text. It finds everything
// that is wrong. It sets no flag, but tries whether --log_dir can be written. cli/verb_flags.h is
// what others call, and has the rules.
//   ScanCommandLine(table, {"x.textproto", "--output_dir=a", "--bogus"})
//       // words {"x.textproto"}, given {{"output_dir", "a"}}, problems {"unknown flag --bogus"}
#ifndef MICA_CLI_COMMAND_LINE_SCAN_H_
#define MICA_CLI_COMMAND_LINE_SCAN_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "cli/verb_table.h"

namespace mica {

struct ScannedCommandLine {
  bool help_wanted = false;
  std::vector<std::string> words;
  // The flags that are given, wherever. Valid for their types if there are no problems.
  std::map<std::string, std::string, std::less<>> given;
  std::vector<std::string> problems;  // one line each
};

ScannedCommandLine ScanCommandLine(const VerbTable& verb, absl::Span<const std::string> arguments);

}  // namespace mica

#endif  // MICA_CLI_COMMAND_LINE_SCAN_H_
