#include "cli/standard_output.h"

#include <errno.h>
#include <string.h>

#include <iostream>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace mica {

absl::Status PrintToStdout(absl::string_view text, absl::string_view what) {
  errno = 0;
  std::cout << text << std::flush;
  if (std::cout) return absl::OkStatus();
  const int error = errno;
  std::cout.clear();
  if (error == EPIPE) return absl::OkStatus();
  return OutputError(absl::StrCat("stdout: cannot write ", what, ": ", strerror(error)));
}

void PrintWarnings(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) std::cerr << "warning: " << warning << "\n";
}

}  // namespace mica
