// Progress for people: one live line on a terminal; elsewhere (files, CI logs) plain lines now and
// then.
//   ProgressLine progress(stderr);
//   for (…) progress.Update([&] { return StrCat("epoch 1/3 step ", step, "/1875 loss ", loss); });
//   progress.Finish("epoch 1/3 loss 0.59 …");
// Update is cheap enough for every step: usually it only reads a clock. Not thread-safe.
#ifndef MICA_BASE_PROGRESS_LINE_H_
#define MICA_BASE_PROGRESS_LINE_H_

#include <chrono>
#include <cstdio>
#include <functional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace mica {

class ProgressLine {
 public:
  enum class Form { kTerminal, kPlain, kSilent };
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  // Uses the terminal form if `output` is a terminal and glog prints no log lines (--v) between.
  // `output` is borrowed and must stay open; null: nothing is shown.
  explicit ProgressLine(FILE* output);
  ProgressLine(FILE* output, Form form, Clock clock = &std::chrono::steady_clock::now);

  // Clears a live line that was not finished, so that later output does not continue it.
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // Shows `text()`: on a terminal at most ten times a second, cut to its width; elsewhere every 10
  // seconds. `text` is called only when it is shown.
  void Update(absl::FunctionRef<std::string()> text);

  // Replaces the live line with `text` and ends it.
  void Finish(absl::string_view text);

 private:
  void ClearLine();

  FILE* const output_;
  const Form form_;
  const Clock clock_;
  std::chrono::steady_clock::time_point last_shown_;
  size_t shown_columns_ = 0;  // of the live line
};

}  // namespace mica

#endif  // MICA_BASE_PROGRESS_LINE_H_
