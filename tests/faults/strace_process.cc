#include "tests/faults/strace_process.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/integration/run_files.h"

namespace mica {
namespace {

constexpr char kStrace[] = "/usr/bin/strace";

// Everything that changes a file or a name of one, used by mica or not: what is not looked for is
// not found. read for the kills while the data is read.
constexpr char kTraced[] =
    "open,openat,openat2,creat,read,write,pwrite64,writev,pwritev,sendfile,copy_file_range,ftruncate,truncate,fallocate,fsync,fdatasync,"
    "close,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir";

// "-D": strace is the grandchild, so that mica dies with the test and its exit code is its own.
std::vector<std::string> StraceCommand(const std::string& log, const std::string& injection) {
  std::vector<std::string> words = {kStrace, "-D", "-f", "-y", "-o", log, "-e", absl::StrCat("trace=", kTraced)};
  if (!injection.empty()) words.insert(words.end(), {"-e", absl::StrCat("inject=", injection)});
  return words;
}

// "3</tmp/a b>, …" -> "/tmp/a b"; "" where the descriptor is no file.
std::string PathOfDescriptor(absl::string_view text) {
  const size_t begin = text.find_first_not_of("0123456789");
  if (begin == absl::string_view::npos || text[begin] != '<') return "";
  const size_t end = text.find('>', begin);
  return end == absl::string_view::npos ? "" : std::string(text.substr(begin + 1, end - begin - 1));
}

// Takes the next `"…"` off the text. Paths of tests hold no quotes.
std::string TakeQuoted(absl::string_view* text) {
  const size_t begin = text->find('"');
  if (begin == absl::string_view::npos) return "";
  const size_t end = text->find('"', begin + 1);
  if (end == absl::string_view::npos) return "";
  const std::string quoted(text->substr(begin + 1, end - begin - 1));
  text->remove_prefix(end + 1);
  return quoted;
}

std::string Below(const std::string& folder, const std::string& path) {
  return absl::StartsWith(path, "/") ? path : absl::StrCat(folder, "/", path);
}

// The call's arguments, `AT_FDCWD</tmp>, "a", O_RDONLY) = 3</tmp/a>`. Paths stand in front of any
// bytes that are written.
void ReadArguments(absl::string_view text, SystemCall* call) {
  if (absl::StartsWith(text, "\"")) {
    call->path = TakeQuoted(&text);
    if (call->name == "rename") call->new_path = TakeQuoted(&text);
    return;
  }
  call->path = PathOfDescriptor(absl::StripPrefix(text, "AT_FDCWD"));
  if (!absl::EndsWith(call->name, "at") && !absl::EndsWith(call->name, "at2")) return;
  call->path = Below(call->path, TakeQuoted(&text));
  if (call->name != "openat") return;
  const std::vector<std::string> rest = absl::StrSplit(absl::StripPrefix(text, ", "), absl::ByAnyChar(",)"));
  call->flags = rest[0];
}

void ReadResult(absl::string_view line, SystemCall* call) {
  const size_t equals = line.rfind(" = ");
  if (equals == absl::string_view::npos) return;
  const absl::string_view result = line.substr(equals + 3);
  call->ok = !absl::StartsWith(result, "-1") && !absl::StartsWith(result, "?");
}

TracedRun RunUnderStrace(MicaCommand command, const std::string& injection) {
  const std::string log = absl::StrCat(command.folder, "/strace.log");
  command.launcher = StraceCommand(log, injection);
  TracedRun run;
  run.result = RunMica(command);
  if (std::filesystem::exists(log)) run.calls = ParseStraceLog(ReadTestFile(log));
  std::filesystem::remove(log);
  return run;
}

}  // namespace

bool SystemCall::creates() const {
  return absl::StrContains(flags, "O_CREAT") || absl::StrContains(flags, "O_TRUNC");
}

std::ostream& operator<<(std::ostream& stream, const SystemCall& call) {
  stream << call.name << " " << call.nth << " of " << call.path;
  return call.new_path.empty() ? stream : stream << " to " << call.new_path;
}

std::string WhyNoStrace() {
  static const auto* const reason = [] {
    const TracedRun run = RunTraced({{"--version"}, testing::TempDir()});
    if (run.result.exit_code == 0 && !run.calls.empty()) return new std::string;
    const std::string why =
        run.result.exit_code == ChildResult::kCannotStart ? "it is not installed" : run.result.err;  // mica may have run without it
    return new std::string(absl::StrCat("NOT TESTED, mica cannot run under strace here: ", why));
  }();
  return *reason;
}

TracedRun RunTraced(const MicaCommand& command) {
  return RunUnderStrace(command, "");
}

TracedRun RunTracedAndKillAt(const SystemCall& call, const MicaCommand& command) {
  return RunUnderStrace(command, absl::StrCat(call.name, ":signal=KILL:when=", call.nth));
}

std::vector<SystemCall> ParseStraceLog(const std::string& log) {
  std::vector<SystemCall> calls;
  std::map<int, size_t> unfinished;  // by thread: place in `calls`
  std::map<std::pair<int, std::string>, int> counts;
  for (absl::string_view line : absl::StrSplit(log, '\n', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(line, absl::MaxSplits(' ', 1));
    const int thread = atoi(std::string(parts.first).c_str());
    const absl::string_view text = absl::StripLeadingAsciiWhitespace(parts.second);
    if (absl::StartsWith(text, "<... ")) {
      const auto begun = unfinished.find(thread);
      if (begun != unfinished.end()) ReadResult(text, &calls[begun->second]);
      continue;
    }
    const size_t bracket = text.find('(');
    if (bracket == absl::string_view::npos || absl::StartsWith(text, "+++") || absl::StartsWith(text, "---")) continue;
    SystemCall call;
    call.thread = thread;
    call.name = std::string(text.substr(0, bracket));
    call.nth = ++counts[{thread, call.name}];
    ReadArguments(text.substr(bracket + 1), &call);
    if (absl::EndsWith(text, "<unfinished ...>")) {
      unfinished[thread] = calls.size();
    } else {
      ReadResult(text, &call);
    }
    calls.push_back(std::move(call));
  }
  return calls;
}

}  // namespace mica
