#include "tests/integration/mica_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace mica {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kSignalBase = 128;

void Require(bool holds, const char* what) {
  if (holds) return;
  fprintf(stderr, "mica_process: %s: %s\n", what, strerror(errno));
  abort();
}

std::string MicaBinary() {
  const char* const runfiles = getenv("TEST_SRCDIR");
  const char* const workspace = getenv("TEST_WORKSPACE");
  return runfiles == nullptr || workspace == nullptr ? "cli/mica" : absl::StrCat(runfiles, "/", workspace, "/cli/mica");
}

std::vector<std::string> EnvironmentOf(const MicaCommand& command) {
  std::map<std::string, std::optional<std::string>> variables = {{"PATH", "/usr/bin:/bin"}, {"HOME", command.folder}};
  for (const char* const name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (getenv(name) != nullptr) variables[name] = getenv(name);
  }
  for (const auto& [name, value] : command.environment) variables[name] = value;
  std::vector<std::string> environment;
  for (const auto& [name, value] : variables) {
    if (value.has_value()) environment.push_back(absl::StrCat(name, "=", *value));
  }
  return environment;
}

std::vector<char*> Pointers(std::vector<std::string>* strings) {
  std::vector<char*> pointers;
  for (std::string& text : *strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

struct Pipe {
  Pipe() {
    int ends[2];
    Require(pipe2(ends, O_CLOEXEC) == 0, "pipe2");
    reader = ends[0];
    writer = ends[1];
  }
  int reader;
  int writer;
};

// In the child, between fork and exec. Limits come last: they hold for mica, not for what prepares its start.
void PrepareChild(const MicaCommand& command, int out, int err) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  Require(chdir(command.folder.c_str()) == 0, "chdir");
  const int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  Require(dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 && dup2(err, STDERR_FILENO) >= 0, "dup2");
  for (const int stream : command.closed_streams) close(stream);
  if (command.umask.has_value()) umask(*command.umask);
  for (const auto& [resource, value] : command.limits) {
    const rlimit limit = {value, value};
    setrlimit(static_cast<__rlimit_resource_t>(resource), &limit);
  }
}

pid_t Start(const MicaCommand& command, int out, int err) {
  std::vector<std::string> words = command.launcher;
  words.push_back(MicaBinary());
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  std::vector<std::string> variables = EnvironmentOf(command);
  const std::vector<char*> arguments = Pointers(&words);
  const std::vector<char*> environment = Pointers(&variables);
  const pid_t child = fork();
  Require(child >= 0, "fork");
  if (child > 0) return child;
  PrepareChild(command, out, err);
  execve(arguments[0], arguments.data(), environment.data());
  _exit(kCannotStart);
}

}  // namespace

class MicaProcess::Implementation {
 public:
  explicit Implementation(const MicaCommand& command)
      : deadline_(Clock::now() + std::chrono::milliseconds(static_cast<int64_t>(1000 * command.time_limit_seconds))) {
    const Pipe out;
    const Pipe err;
    if (command.stdout_has_no_reader) close(out.reader);
    const bool to_file = !command.stdout_file.empty();
    const int file = to_file ? open(command.stdout_file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666) : -1;
    Require(!to_file || file >= 0, "open");
    child_ = Start(command, to_file ? file : out.writer, err.writer);
    close(out.writer);
    close(err.writer);
    if (to_file) close(file);
    streams_[0].file = command.stdout_has_no_reader ? -1 : out.reader;
    streams_[1].file = err.reader;
  }

  ~Implementation() {
    if (child_ > 0) {
      kill(child_, SIGKILL);
      waitpid(child_, nullptr, 0);
    }
    for (const Stream& stream : streams_) {
      if (stream.file >= 0) close(stream.file);
    }
  }

  bool WaitForError(absl::string_view text) {
    while (!absl::StrContains(streams_[1].text, text)) {
      if (!ReadSome()) return false;
    }
    return true;
  }

  bool StallByFullError() {
    constexpr int kPipeBytes = 4096;
    constexpr int kMaxLine = 512;
    constexpr auto kStill = std::chrono::milliseconds(300);
    Require(fcntl(streams_[1].file, F_SETPIPE_SZ, kPipeBytes) >= 0, "F_SETPIPE_SZ");
    int waiting = 0;
    Clock::time_point changed = Clock::now();
    while (waiting < kPipeBytes - kMaxLine || Clock::now() - changed < kStill) {
      int now_waiting = 0;
      Require(ioctl(streams_[1].file, FIONREAD, &now_waiting) == 0, "FIONREAD");
      if (now_waiting != waiting) changed = Clock::now();
      waiting = now_waiting;
      if (MillisecondsLeft() == 0 || kill(child_, 0) != 0) return false;
      usleep(1000);
    }
    return true;
  }

  void Signal(int signal_number) { Require(kill(child_, signal_number) == 0, "kill"); }

  // mica starts no process that could keep the pipes open, so their end is its end.
  MicaResult Wait() {
    while (ReadSome()) {
    }
    const bool in_time = Clock::now() < deadline_ && WaitForChild();
    if (!in_time) {
      kill(child_, SIGKILL);
      waitpid(child_, &status_, 0);
    }
    child_ = 0;
    MicaResult result;
    if (in_time) result.exit_code = WIFSIGNALED(status_) ? kSignalBase + WTERMSIG(status_) : WEXITSTATUS(status_);
    result.out = streams_[0].text;
    result.err = streams_[1].text;
    return result;
  }

 private:
  struct Stream {
    int file = -1;  // -1 at its end
    std::string text;
  };

  int MillisecondsLeft() const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
    return static_cast<int>(std::max<int64_t>(0, left));
  }

  // False when both streams have ended or the time is over.
  bool ReadSome() {
    pollfd polled[2];
    for (int i = 0; i < 2; ++i) polled[i] = {streams_[i].file, POLLIN, 0};  // poll ignores -1
    if (streams_[0].file < 0 && streams_[1].file < 0) return false;
    const int ready = poll(polled, 2, MillisecondsLeft());
    if (ready < 0 && errno == EINTR) return true;
    if (ready <= 0) return false;
    for (int i = 0; i < 2; ++i) {
      if (polled[i].revents != 0) ReadFrom(&streams_[i]);
    }
    return true;
  }

  static void ReadFrom(Stream* stream) {
    char bytes[4096];
    const ssize_t got = read(stream->file, bytes, sizeof(bytes));
    if (got > 0) {
      stream->text.append(bytes, got);
    } else {
      close(stream->file);
      stream->file = -1;
    }
  }

  bool WaitForChild() {
    while (waitpid(child_, &status_, WNOHANG) == 0) {
      if (MillisecondsLeft() == 0) return false;
      usleep(1000);
    }
    return true;
  }

  const Clock::time_point deadline_;
  pid_t child_ = 0;
  int status_ = 0;
  Stream streams_[2];  // stdout, stderr
};

std::ostream& operator<<(std::ostream& stream, const MicaResult& result) {
  return stream << "exit code " << result.exit_code << "\nstdout:\n" << result.out << "\nstderr:\n" << result.err;
}

MicaProcess::MicaProcess(const MicaCommand& command) : implementation_(std::make_unique<Implementation>(command)) {}

MicaProcess::~MicaProcess() = default;

bool MicaProcess::WaitForError(absl::string_view text) {
  return implementation_->WaitForError(text);
}

bool MicaProcess::StallByFullError() {
  return implementation_->StallByFullError();
}

void MicaProcess::Signal(int signal_number) {
  implementation_->Signal(signal_number);
}

MicaResult MicaProcess::Wait() {
  return implementation_->Wait();
}

MicaResult RunMica(const MicaCommand& command) {
  return MicaProcess(command).Wait();
}

}  // namespace mica
