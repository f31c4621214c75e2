#include "cli/shell_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::StartsWith;

class ShellWordsTest : public testing::Test {
 protected:
  void SetUp() override { setenv("BUILD_WORKING_DIRECTORY", "/home/me", 1); }
  void TearDown() override { unsetenv("BUILD_WORKING_DIRECTORY"); }
};

TEST_F(ShellWordsTest, PathsStartWhereTheUserStands) {
  EXPECT_THAT(ResolveWord("--output_dir", "runs/../out"), IsOkAndHolds(std::string("/home/me/out")));
  EXPECT_THAT(ResolveWord("x", "/abs"), IsOkAndHolds(std::string("/abs")));
}

TEST_F(ShellWordsTest, AVariableThatIsNotSetIsTheCommandLinesFault) {
  EXPECT_THAT(ResolveWord("--output_dir", "${MICA_NO_SUCH}/x").status(), Fails(ExitCode::kFlag, StartsWith("--output_dir: ")));
}

TEST_F(ShellWordsTest, PathsBelowTheUserAreShownRelative) {
  EXPECT_EQ(ShownPath("/home/me/runs/x"), "runs/x");
  EXPECT_EQ(ShownPath("/home/mean/runs"), "/home/mean/runs");
  EXPECT_EQ(ShownPath("/tmp"), "/tmp");
}

TEST_F(ShellWordsTest, WordsAreQuotedWhereAShellWouldReadThemOtherwise) {
  EXPECT_EQ(ShellWord("runs/x-1/a.textproto"), "runs/x-1/a.textproto");
  EXPECT_EQ(ShellWord("my runs/it's"), "'my runs/it'\\''s'");
  EXPECT_EQ(ShellWord(""), "''");
}

TEST_F(ShellWordsTest, TheCommandIsTheOneThatWasUsed) {
  EXPECT_EQ(HowToCallMica(), "bazel run //:mica --");
  unsetenv("BUILD_WORKING_DIRECTORY");
  EXPECT_EQ(HowToCallMica(), "mica");
}

}  // namespace
}  // namespace mica
