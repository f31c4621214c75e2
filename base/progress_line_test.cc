#include "base/progress_line.h"

#include <fcntl.h>
#include <glog/logging.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <memory>
#include <string>

namespace mica {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A progress line that writes into a temporary file, and the clock it reads.
class ProgressLineTest : public testing::Test {
 protected:
  ~ProgressLineTest() override { std::fclose(file_); }

  ProgressLine Create(ProgressLine::Form form) {
    return ProgressLine(file_, form, [this] { return now_; });
  }

  std::string Written() const {
    std::string text(std::ftell(file_), '\0');
    std::rewind(file_);
    const size_t got = std::fread(text.data(), 1, text.size(), file_);
    EXPECT_EQ(got, text.size());
    return text;
  }

  FILE* const file_ = std::tmpfile();
  std::chrono::steady_clock::time_point now_;
};

std::string Text() {
  return "step 1";
}

std::string MustNotBeMade() {
  ADD_FAILURE() << "text was made though it is not shown";
  return "";
}

TEST_F(ProgressLineTest, PlainFormShowsALineEveryTenSeconds) {
  ProgressLine progress = Create(ProgressLine::Form::kPlain);
  progress.Update(MustNotBeMade);
  now_ += milliseconds(9999);
  progress.Update(MustNotBeMade);
  now_ += milliseconds(1);
  progress.Update([] { return std::string("step 1"); });
  now_ += seconds(9);
  progress.Update(MustNotBeMade);
  now_ += seconds(1);
  progress.Update([] { return std::string("step 2"); });
  EXPECT_EQ(Written(), "step 1\nstep 2\n");
}

TEST_F(ProgressLineTest, PlainFormEndsInPlainLines) {
  ProgressLine progress = Create(ProgressLine::Form::kPlain);
  progress.Finish("epoch 1/3");
  progress.Finish("epoch 2/3");
  EXPECT_EQ(Written(), "epoch 1/3\nepoch 2/3\n");
}

TEST_F(ProgressLineTest, PlainFormKeepsLongLinesWhole) {
  ProgressLine progress = Create(ProgressLine::Form::kPlain);
  const std::string line(500, 'x');
  now_ += seconds(10);
  progress.Update([&] { return line; });
  EXPECT_EQ(Written(), line + "\n");
}

TEST_F(ProgressLineTest, FinishStartsANewInterval) {
  ProgressLine progress = Create(ProgressLine::Form::kPlain);
  now_ += seconds(60);
  progress.Finish("epoch 1/3");
  now_ += seconds(9);
  progress.Update(MustNotBeMade);
  EXPECT_EQ(Written(), "epoch 1/3\n");
}

TEST_F(ProgressLineTest, TerminalFormShowsTenLinesASecondInPlace) {
  ProgressLine progress = Create(ProgressLine::Form::kTerminal);
  now_ += milliseconds(99);
  progress.Update(MustNotBeMade);
  now_ += milliseconds(1);
  progress.Update([] { return std::string("step 10"); });
  now_ += milliseconds(100);
  progress.Update([] { return std::string("step 2"); });
  EXPECT_EQ(Written(), "step 10\r       \rstep 2");
}

TEST_F(ProgressLineTest, TerminalFormReplacesTheLiveLineAtTheEnd) {
  ProgressLine progress = Create(ProgressLine::Form::kTerminal);
  now_ += seconds(1);
  progress.Update(Text);
  progress.Finish("done");
  progress.Finish("and gone");
  EXPECT_EQ(Written(), "step 1\r      \rdone\nand gone\n");
}

// After an error in mid-line, what is printed must not continue that line.
TEST_F(ProgressLineTest, ALineThatNobodyFinishedIsCleared) {
  {
    ProgressLine progress = Create(ProgressLine::Form::kTerminal);
    now_ += seconds(1);
    progress.Update(Text);
  }
  EXPECT_EQ(Written(), "step 1\r      \r");
}

// A file has no width, so 80 columns are assumed. The last stays free: some terminals wrap when it
// is filled.
TEST_F(ProgressLineTest, TerminalFormCutsLongLines) {
  ProgressLine progress = Create(ProgressLine::Form::kTerminal);
  now_ += seconds(1);
  progress.Update([] { return std::string(100, 'x'); });
  progress.Finish("done");
  EXPECT_EQ(Written(), std::string(79, 'x') + "\r" + std::string(79, ' ') + "\rdone\n");
}

TEST_F(ProgressLineTest, CutLeavesNoBrokenCharacter) {
  ProgressLine progress = Create(ProgressLine::Form::kTerminal);
  now_ += seconds(1);
  // "…" has three bytes.
  progress.Update([] { return std::string(78, 'x') + "\xe2\x80\xa6 and more"; });
  EXPECT_EQ(Written(), std::string(78, 'x') + "\xe2\x80\xa6");
}

TEST_F(ProgressLineTest, OutputThatIsNoTerminalGetsThePlainForm) {
  ProgressLine(file_).Finish("done");
  EXPECT_EQ(Written(), "done\n");
  ProgressLine progress(file_);
  usleep(110000);
  progress.Update(MustNotBeMade);
}

// Blocks and letters of three bytes take one column each.
TEST_F(ProgressLineTest, WidthIsCountedInCharacters) {
  ProgressLine progress = Create(ProgressLine::Form::kTerminal);
  now_ += seconds(1);
  progress.Update([] { return std::string("a██"); });
  progress.Finish("done");
  EXPECT_EQ(Written(), "a██\r   \rdone\n");
}

TEST_F(ProgressLineTest, WithoutAnOutputNothingIsShown) {
  ProgressLine progress(nullptr);
  usleep(110000);
  progress.Update(MustNotBeMade);
  progress.Finish("done");
}

// A terminal of 20 columns, to be read from its other end; null if this machine gives none. The
// tests use the real clock: 100 ms must pass before the first line.
FILE* OpenTerminal(int* screen) {
  *screen = posix_openpt(O_RDWR | O_NOCTTY);
  if (*screen < 0 || grantpt(*screen) != 0 || unlockpt(*screen) != 0) return nullptr;
  const int terminal = open(ptsname(*screen), O_RDWR | O_NOCTTY);
  const winsize size = {/*ws_row=*/5, /*ws_col=*/20, 0, 0};
  if (terminal < 0 || ioctl(terminal, TIOCSWINSZ, &size) != 0) return nullptr;
  return fdopen(terminal, "w");
}

TEST(ProgressLineTerminalTest, TerminalGetsTheTerminalFormInItsWidth) {
  int screen;
  FILE* const output = OpenTerminal(&screen);
  if (output == nullptr) GTEST_SKIP() << "this machine gives no pseudo terminal";

  auto progress = std::make_unique<ProgressLine>(output);
  usleep(110000);
  progress->Update([] { return std::string(50, 'x'); });

  pollfd arrived = {screen, POLLIN, 0};
  ASSERT_EQ(poll(&arrived, 1, /*timeout=*/10000), 1) << "nothing is shown";
  char shown[100];
  const ssize_t got = read(screen, shown, sizeof(shown));
  progress.reset();  // clears the line, so the output must still be open
  std::fclose(output);
  close(screen);
  ASSERT_GT(got, 0);
  EXPECT_EQ(std::string(shown, got), std::string(19, 'x'));
}

TEST(ProgressLineTerminalTest, BesideLogLinesATerminalGetsThePlainForm) {
  int screen;
  FILE* const output = OpenTerminal(&screen);
  if (output == nullptr) GTEST_SKIP() << "this machine gives no pseudo terminal";
  FLAGS_logtostderr = true;
  FLAGS_v = 1;
  ProgressLine progress(output);
  FLAGS_v = 0;
  usleep(110000);
  progress.Update(MustNotBeMade);
  std::fclose(output);
  close(screen);
}

}  // namespace
}  // namespace mica
