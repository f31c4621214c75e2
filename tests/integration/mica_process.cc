#include "tests/integration/mica_process.h"

#include <stdlib.h>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

std::map<std::string, std::string> EnvironmentOf(const MicaCommand& command) {
  std::map<std::string, std::string> variables = {{"PATH", "/usr/bin:/bin"}, {"HOME", command.folder}};
  for (const char* const name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (getenv(name) != nullptr) variables[name] = getenv(name);
  }
  for (const auto& [name, value] : command.environment) {
    variables.erase(name);
    if (value.has_value()) variables[name] = *value;
  }
  return variables;
}

ChildCommand ChildCommandOf(const MicaCommand& command) {
  ChildCommand child = {command.launcher, command.folder};
  child.words.push_back(MicaBinary());
  child.words.insert(child.words.end(), command.arguments.begin(), command.arguments.end());
  child.environment = EnvironmentOf(command);
  child.limits = command.limits;
  child.umask = command.umask;
  child.closed_streams = command.closed_streams;
  child.stdout_file = command.stdout_file;
  child.stdout_has_no_reader = command.stdout_has_no_reader;
  child.time_limit_seconds = command.time_limit_seconds;
  return child;
}

}  // namespace

std::ostream& operator<<(std::ostream& stream, const MicaResult& result) {
  return stream << "exit code " << result.exit_code << "\nstdout:\n" << result.out << "\nstderr:\n" << result.err;
}

MicaProcess::MicaProcess(const MicaCommand& command) : ChildProcess(ChildCommandOf(command)) {}

MicaResult RunMica(const MicaCommand& command) {
  return MicaProcess(command).Wait();
}

std::string MicaBinary() {
  const char* const runfiles = getenv("TEST_SRCDIR");
  const char* const workspace = getenv("TEST_WORKSPACE");
  return runfiles == nullptr || workspace == nullptr ? "cli/mica" : absl::StrCat(runfiles, "/", workspace, "/cli/mica");
}

}  // namespace mica
