#include "base/progress_line.h"

#include <glog/logging.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

using std::chrono::steady_clock;

size_t TerminalWidth(FILE* output) {
  winsize size;
  if (ioctl(fileno(output), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

bool BeginsCharacter(char byte) {
  return (byte & 0xC0) != 0x80;
}

size_t ColumnsOf(const std::string& text) {
  return std::count_if(text.begin(), text.end(), BeginsCharacter);
}

// At most `columns` characters of UTF-8.
std::string Cut(std::string text, size_t columns) {
  size_t begun = 0;
  const auto is_too_far = [&](char byte) { return BeginsCharacter(byte) && ++begun > columns; };
  text.erase(std::find_if(text.begin(), text.end(), is_too_far), text.end());
  return text;
}

// Whether --v or --vmodule print lines, which would continue a live line.
bool LogIsOnStderr() {
  const bool is_on = FLAGS_v > 0 || !FLAGS_vmodule.empty();
  return is_on && (FLAGS_logtostderr || FLAGS_alsologtostderr || FLAGS_stderrthreshold == google::GLOG_INFO);
}

ProgressLine::Form FormFor(FILE* output) {
  if (output == nullptr) return ProgressLine::Form::kSilent;
  return isatty(fileno(output)) && !LogIsOnStderr() ? ProgressLine::Form::kTerminal : ProgressLine::Form::kPlain;
}

}  // namespace

ProgressLine::ProgressLine(FILE* output) : ProgressLine(output, FormFor(output)) {}

ProgressLine::ProgressLine(FILE* output, Form form, Clock clock)
    : output_(output), form_(form), clock_(std::move(clock)), last_shown_(clock_()) {}

ProgressLine::~ProgressLine() {
  if (shown_columns_ == 0) return;
  ClearLine();
  std::fflush(output_);
}

void ProgressLine::Update(absl::FunctionRef<std::string()> text) {
  if (form_ == Form::kSilent) return;
  const auto interval = form_ == Form::kTerminal ? std::chrono::milliseconds(100) : std::chrono::milliseconds(10000);
  const steady_clock::time_point now = clock_();
  if (now - last_shown_ < interval) return;
  last_shown_ = now;
  if (form_ == Form::kPlain) {
    std::fputs(absl::StrCat(text(), "\n").c_str(), output_);
  } else {
    // A line longer than the terminal would wrap, and the next update could not overwrite it.
    const std::string line = Cut(text(), TerminalWidth(output_) - 1);
    ClearLine();
    std::fputs(line.c_str(), output_);
    shown_columns_ = ColumnsOf(line);
  }
  std::fflush(output_);
}

void ProgressLine::Finish(absl::string_view text) {
  if (form_ == Form::kSilent) return;
  if (form_ == Form::kTerminal) ClearLine();
  std::fputs(absl::StrCat(text, "\n").c_str(), output_);
  std::fflush(output_);
  last_shown_ = clock_();
}

void ProgressLine::ClearLine() {
  if (shown_columns_ > 0) std::fputs(absl::StrCat("\r", std::string(shown_columns_, ' '), "\r").c_str(), output_);
  shown_columns_ = 0;
}

}  // namespace mica
