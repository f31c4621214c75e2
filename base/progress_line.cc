#include "base/progress_line.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

using std::chrono::steady_clock;

size_t TerminalWidth(FILE* output) {
  winsize size;
  if (ioctl(fileno(output), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace

ProgressLine::ProgressLine(FILE* output) : ProgressLine(output, isatty(fileno(output)) ? Form::kTerminal : Form::kPlain) {}

ProgressLine::ProgressLine(FILE* output, Form form) : output_(output), form_(form), last_shown_(steady_clock::now()) {}

void ProgressLine::Update(absl::FunctionRef<std::string()> text) {
  const auto interval = form_ == Form::kTerminal ? std::chrono::milliseconds(100) : std::chrono::milliseconds(10000);
  const steady_clock::time_point now = steady_clock::now();
  if (now - last_shown_ < interval) return;
  last_shown_ = now;
  if (form_ == Form::kPlain) {
    std::fputs(absl::StrCat(text(), "\n").c_str(), output_);
  } else {
    // A line longer than the terminal would wrap, and the next update could not overwrite it.
    const std::string line = text().substr(0, TerminalWidth(output_) - 1);
    ClearLine();
    std::fputs(line.c_str(), output_);
    shown_width_ = line.size();
  }
  std::fflush(output_);
}

void ProgressLine::Finish(absl::string_view text) {
  if (form_ == Form::kTerminal) ClearLine();
  std::fputs(absl::StrCat(text, "\n").c_str(), output_);
  std::fflush(output_);
  last_shown_ = steady_clock::now();
}

void ProgressLine::ClearLine() {
  if (shown_width_ > 0) std::fputs(absl::StrCat("\r", std::string(shown_width_, ' '), "\r").c_str(), output_);
  shown_width_ = 0;
}

}  // namespace mica
