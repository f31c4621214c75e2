#include "cli/user_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::StartsWith;

class UserWordsTest : public testing::Test {
 protected:
  void SetUp() override { setenv("BUILD_WORKING_DIRECTORY", "/home/me", 1); }
  void TearDown() override { unsetenv("BUILD_WORKING_DIRECTORY"); }
};

TEST_F(UserWordsTest, PathsStartWhereTheUserStands) {
  EXPECT_THAT(ResolveWord("--output_dir", "runs/../out"), IsOkAndHolds(std::string("/home/me/out")));
  EXPECT_THAT(ResolveWord("x", "/abs"), IsOkAndHolds(std::string("/abs")));
}

TEST_F(UserWordsTest, AVariableThatIsNotSetIsTheCommandLinesFault) {
  EXPECT_THAT(ResolveWord("--output_dir", "${MICA_NO_SUCH}/x").status(), Fails(ExitCode::kFlag, StartsWith("--output_dir: ")));
}

TEST_F(UserWordsTest, PathsBelowTheUserAreShownRelative) {
  EXPECT_EQ(ShownPath("/home/me/runs/x"), "runs/x");
  EXPECT_EQ(ShownPath("/home/mean/runs"), "/home/mean/runs");
  EXPECT_EQ(ShownPath("/tmp"), "/tmp");
}

TEST_F(UserWordsTest, WordsAreQuotedWhereAShellWouldReadThemOtherwise) {
  EXPECT_EQ(ShellWord("runs/x-1/a.textproto"), "runs/x-1/a.textproto");
  EXPECT_EQ(ShellWord("my runs/it's"), "'my runs/it'\\''s'");
  EXPECT_EQ(ShellWord(""), "''");
}

TEST_F(UserWordsTest, TheCommandIsTheOneThatWasUsed) {
  EXPECT_EQ(HowToCallMica(), "bazel run //:mica --");
  unsetenv("BUILD_WORKING_DIRECTORY");
  EXPECT_EQ(HowToCallMica(), "mica");
}

}  // namespace
}  // namespace mica
