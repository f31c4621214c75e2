#include "bench/child_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "base/stop_signal.h"

namespace mica {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kCannotStart = 127;
// A stop signal may arrive between the check for it and the wait.
constexpr int kMillisecondsBetweenLooks = 100;
constexpr size_t kShownErrorBytes = 2000;

absl::Status SystemError(absl::string_view call) {
  return absl::InternalError(absl::StrCat(call, ": ", strerror(errno)));
}

// One stream of the child, as the parent reads it.
struct Stream {
  int file = -1;  // -1 after its end
  std::string text;
};

void CloseStream(Stream* stream) {
  if (stream->file >= 0) close(stream->file);
  stream->file = -1;
}

void ReadSome(Stream* stream) {
  char bytes[4096];
  const ssize_t got = read(stream->file, bytes, sizeof(bytes));
  if (got > 0) {
    stream->text.append(bytes, got);
  } else if (got == 0 || errno != EINTR) {
    CloseStream(stream);
  }
}

// Runs in the child between fork and exec, so it makes only calls that are safe there.
void BecomeProgram(char* const* words, const char* folder, pid_t parent, int out, int err) {
  setpgid(0, 0);  // its own group, so that a stop also reaches what the child starts
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(kCannotStart);  // the parent died before prctl
  const int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  signal(SIGPIPE, SIG_DFL);
  if (chdir(folder) == 0) execvp(words[0], words);
  const char* const reason = strerror(errno);
  if (write(STDERR_FILENO, reason, strlen(reason)) >= 0) _exit(kCannotStart);
  _exit(kCannotStart);
}

class Child {
 public:
  explicit Child(const ChildCommand& command) : command_(command), started_(Clock::now()) {}

  ~Child() {
    Kill();
    for (Stream& stream : streams_) CloseStream(&stream);
  }

  absl::Status Start() {
    int out[2];
    int err[2];
    if (pipe2(out, O_CLOEXEC) != 0) return SystemError("pipe2");
    streams_[0].file = out[0];
    if (pipe2(err, O_CLOEXEC) != 0) {
      close(out[1]);
      return SystemError("pipe2");
    }
    streams_[1].file = err[0];
    std::vector<std::string> words = command_.words;
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ == 0) BecomeProgram(pointers.data(), command_.folder.c_str(), parent, out[1], err[1]);
    close(out[1]);
    close(err[1]);
    return pid_ < 0 ? SystemError("fork") : absl::OkStatus();
  }

  absl::StatusOr<ChildResult> Wait() {
    while (streams_[0].file >= 0 || streams_[1].file >= 0) {
      if (StopSignal() != 0) return absl::CancelledError(absl::StrCat("stopped by signal ", StopSignal()));
      pollfd polled[2];
      for (int i = 0; i < 2; ++i) polled[i] = {streams_[i].file, POLLIN, 0};  // poll skips -1
      if (poll(polled, 2, kMillisecondsBetweenLooks) <= 0) continue;
      for (int i = 0; i < 2; ++i) {
        if (polled[i].revents != 0) ReadSome(&streams_[i]);
      }
    }
    int status = 0;
    rusage usage = {};
    while (wait4(pid_, &status, 0, &usage) < 0) {
      if (errno != EINTR) return SystemError("wait4");
    }
    pid_ = 0;
    MICA_RETURN_IF_ERROR(StatusOfEnd(status));
    ChildResult result;
    result.out = std::move(streams_[0].text);
    result.wall_seconds = std::chrono::duration<double>(Clock::now() - started_).count();
    result.peak_memory_mib = static_cast<double>(usage.ru_maxrss) / 1024;  // Linux counts in KiB
    return result;
  }

 private:
  void Kill() {
    if (pid_ <= 0) return;
    kill(-pid_, SIGKILL);
    kill(pid_, SIGKILL);  // in case it has not made its group yet
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
  }

  absl::Status StatusOfEnd(int status) const {
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return absl::OkStatus();
    if (StopSignal() != 0) return absl::CancelledError(absl::StrCat("stopped by signal ", StopSignal()));
    const std::string end = WIFSIGNALED(status) ? absl::StrCat("was killed by signal ", WTERMSIG(status))
                                                : absl::StrCat("ended with exit code ", WEXITSTATUS(status));
    absl::string_view said = absl::StripAsciiWhitespace(streams_[1].text);
    if (said.size() > kShownErrorBytes) said.remove_prefix(said.size() - kShownErrorBytes);
    return DataError(absl::StrCat(absl::StrJoin(command_.words, " "), "\n", end, said.empty() ? ", saying nothing" : ", saying:\n", said));
  }

  const ChildCommand& command_;
  const Clock::time_point started_;
  pid_t pid_ = 0;
  Stream streams_[2];  // stdout, stderr
};

}  // namespace

absl::StatusOr<ChildResult> RunChild(const ChildCommand& command) {
  Child child(command);
  MICA_RETURN_IF_ERROR(child.Start());
  return child.Wait();
}

}  // namespace mica
