#include "base/child_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/stop_signal.h"

namespace mica {
namespace {

constexpr int kSignalBase = 128;
// A stop signal may arrive between the check for it and the wait.
constexpr int kMillisecondsBetweenLooks = 100;
constexpr size_t kMaxShownErrorBytes = 2000;

// What exec takes.
class Words {
 public:
  explicit Words(std::vector<std::string> words) : words_(std::move(words)) {
    for (std::string& word : words_) pointers_.push_back(word.data());
    pointers_.push_back(nullptr);
  }
  char* const* get() const { return pointers_.data(); }

 private:
  std::vector<std::string> words_;
  std::vector<char*> pointers_;
};

std::vector<std::string> EnvironmentOf(const ChildCommand& command) {
  std::vector<std::string> variables;
  if (command.environment.has_value()) {
    for (const auto& [name, value] : *command.environment) variables.push_back(absl::StrCat(name, "=", value));
    return variables;
  }
  for (char** variable = environ; *variable != nullptr; ++variable) variables.emplace_back(*variable);
  return variables;
}

// Runs in the child between fork and exec, so it makes only calls that are safe there. Limits come
// last: they hold for the program, not for what prepares its start. Returns on an error.
void BecomeProgram(const ChildCommand& command, const Words& words, const Words& environment, int out, int err) {
  if (dup2(err, STDERR_FILENO) < 0) return;
  const int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (in < 0 || dup2(in, STDIN_FILENO) < 0) return;
  if (!command.stdout_file.empty()) out = open(command.stdout_file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (out < 0 || dup2(out, STDOUT_FILENO) < 0) return;
  signal(SIGPIPE, SIG_DFL);
  if (chdir(command.folder.c_str()) != 0) return;
  for (const int stream : command.closed_streams) close(stream);
  if (command.umask.has_value()) umask(*command.umask);
  for (const auto& [resource, value] : command.limits) {
    const rlimit limit = {value, value};
    if (setrlimit(static_cast<__rlimit_resource_t>(resource), &limit) != 0) return;
  }
  execvpe(words.get()[0], words.get(), environment.get());
}

absl::Status StatusOfEnd(const ChildCommand& command, const ChildResult& result) {
  if (result.exit_code == 0) return absl::OkStatus();
  if (StopSignal() != 0) return absl::CancelledError(absl::StrCat("stopped by signal ", StopSignal()));
  const std::string end = result.exit_code == ChildResult::kTimedOut ? absl::StrCat("took longer than ", command.time_limit_seconds, " s")
                          : result.exit_code > kSignalBase           ? absl::StrCat("was killed by signal ", result.exit_code - kSignalBase)
                                                                     : absl::StrCat("ended with exit code ", result.exit_code);
  absl::string_view said = absl::StripAsciiWhitespace(result.err);
  if (said.size() > kMaxShownErrorBytes) said.remove_prefix(said.size() - kMaxShownErrorBytes);
  return DataError(absl::StrCat(absl::StrJoin(command.words, " "), "\n", end, said.empty() ? ", saying nothing" : ", saying:\n", said));
}

}  // namespace

ChildProcess::ChildProcess(const ChildCommand& command)
    : started_(Clock::now()),
      deadline_(std::isinf(command.time_limit_seconds)
                    ? Clock::time_point::max()
                    : started_ + std::chrono::milliseconds(static_cast<int64_t>(1000 * command.time_limit_seconds))) {
  Start(command);
}

ChildProcess::~ChildProcess() {
  Kill();
  for (const Stream& stream : streams_) {
    if (stream.file >= 0) close(stream.file);
  }
}

void ChildProcess::Start(const ChildCommand& command) {
  int writers[2] = {-1, -1};
  for (int i = 0; i < 2; ++i) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
      if (i == 1) close(writers[0]);
      return FailToStart("pipe2");
    }
    streams_[i].file = ends[0];
    writers[i] = ends[1];
  }
  if (command.stdout_has_no_reader) close(std::exchange(streams_[0].file, -1));
  const Words words(command.words);
  const Words environment(EnvironmentOf(command));
  const pid_t parent = getpid();
  child_ = fork();
  if (child_ == 0) {
    setpgid(0, 0);  // its own group, so that a kill also reaches what it starts
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(ChildResult::kCannotStart);  // the parent died before prctl
    BecomeProgram(command, words, environment, writers[0], writers[1]);
    const char* const reason = strerror(errno);
    if (write(STDERR_FILENO, reason, strlen(reason)) < 0) _exit(ChildResult::kCannotStart);
    _exit(ChildResult::kCannotStart);
  }
  for (const int writer : writers) close(writer);
  if (child_ < 0) {
    child_ = 0;
    FailToStart("fork");
  }
}

void ChildProcess::FailToStart(absl::string_view call) {
  streams_[1].text = absl::StrCat(call, ": ", strerror(errno));
}

bool ChildProcess::WaitForError(absl::string_view text) {
  while (!absl::StrContains(streams_[1].text, text)) {
    if (!ReadSome()) return false;
  }
  return true;
}

bool ChildProcess::StallByFullError() {
  constexpr int kPipeBytes = 4096;
  constexpr int kMaxLine = 512;
  constexpr auto kStill = std::chrono::milliseconds(300);
  if (fcntl(streams_[1].file, F_SETPIPE_SZ, kPipeBytes) < 0) return false;
  int waiting = 0;
  Clock::time_point changed = Clock::now();
  while (waiting < kPipeBytes - kMaxLine || Clock::now() - changed < kStill) {
    int now_waiting = 0;
    if (ioctl(streams_[1].file, FIONREAD, &now_waiting) != 0) return false;
    if (now_waiting != waiting) changed = Clock::now();
    waiting = now_waiting;
    if (MillisecondsLeft() == 0 || kill(child_, 0) != 0) return false;
    usleep(1000);
  }
  return true;
}

void ChildProcess::Signal(int signal_number) {
  if (child_ > 0) kill(child_, signal_number);
}

ChildResult ChildProcess::Wait() {
  ChildResult result;
  if (child_ == 0) {
    result.exit_code = ChildResult::kCannotStart;
    result.err = streams_[1].text;
    return result;
  }
  while (ReadSome()) {
  }
  int status = 0;
  rusage usage = {};
  if (!WaitForEnd(&status, &usage)) {
    Kill();
  } else {
    child_ = 0;
    result.exit_code = WIFSIGNALED(status) ? kSignalBase + WTERMSIG(status) : WEXITSTATUS(status);
  }
  result.out = std::move(streams_[0].text);
  result.err = std::move(streams_[1].text);
  result.wall_seconds = std::chrono::duration<double>(Clock::now() - started_).count();
  result.peak_memory_mib = static_cast<double>(usage.ru_maxrss) / 1024;  // Linux counts in KiB
  return result;
}

int ChildProcess::MillisecondsLeft() const {
  if (deadline_ == Clock::time_point::max()) return kMillisecondsBetweenLooks;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
  return static_cast<int>(std::max<int64_t>(0, left));
}

// False when both streams have ended, the time is over or a stop signal has come.
bool ChildProcess::ReadSome() {
  if ((streams_[0].file < 0 && streams_[1].file < 0) || MillisecondsLeft() == 0 || StopSignal() != 0) return false;
  pollfd polled[2];
  for (int i = 0; i < 2; ++i) polled[i] = {streams_[i].file, POLLIN, 0};  // poll skips -1
  if (poll(polled, 2, std::min(MillisecondsLeft(), kMillisecondsBetweenLooks)) <= 0) return true;
  for (int i = 0; i < 2; ++i) {
    if (polled[i].revents == 0) continue;
    char bytes[4096];
    const ssize_t got = read(polled[i].fd, bytes, sizeof(bytes));
    if (got > 0) {
      streams_[i].text.append(bytes, got);
    } else if (got == 0 || errno != EINTR) {
      close(std::exchange(streams_[i].file, -1));
    }
  }
  return true;
}

// False when the time is over or a stop signal has come. Looks once a millisecond, because a
// blocking wait4 is restarted after a stop signal.
bool ChildProcess::WaitForEnd(int* status, rusage* usage) {
  while (MillisecondsLeft() > 0 && StopSignal() == 0) {
    const pid_t ended = wait4(child_, status, WNOHANG, usage);
    if (ended == child_) return true;
    if (ended < 0 && errno != EINTR) return false;
    if (ended == 0) usleep(1000);
  }
  return false;
}

void ChildProcess::Kill() {
  if (child_ <= 0) return;
  kill(-child_, SIGKILL);
  kill(child_, SIGKILL);  // in case it has not made its group yet
  while (waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
  child_ = 0;
}

absl::StatusOr<ChildResult> RunChild(const ChildCommand& command) {
  ChildResult result = ChildProcess(command).Wait();
  const absl::Status status = StatusOfEnd(command, result);
  if (!status.ok()) return status;
  return result;
}

}  // namespace mica
