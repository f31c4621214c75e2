#include "base/files/open_error.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

class OpenErrorTest : public testing::Test {
 protected:
  OpenErrorTest() {
    mkdir(Path("").c_str(), 0777);
    mkdir(Path("experiments").c_str(), 0777);
    std::ofstream(Path("experiments/linear.textproto")) << "x";
  }

  std::string Path(const std::string& name) const {
    return absl::StrCat(testing::TempDir(), testing::UnitTest::GetInstance()->current_test_info()->name(), "/", name);
  }
};

TEST_F(OpenErrorTest, ProposesTheNearestFile) {
  EXPECT_EQ(WhyNotOpened(Path("experiments/linaer.textproto"), ENOENT), "No such file or directory; did you mean \"linear.textproto\"?");
}

TEST_F(OpenErrorTest, NamesTheFolderThatIsMissing) {
  EXPECT_EQ(WhyNotOpened(Path("experimnts/linear.textproto"), ENOENT),
            absl::StrCat("No such file or directory: there is no \"", Path("experimnts"), "\"; did you mean \"experiments\"?"));
}

TEST_F(OpenErrorTest, ProposesNoFileInPlaceOfAFolder) {
  std::ofstream(Path("experiments.bzl")) << "x";
  EXPECT_EQ(WhyNotOpened(Path("experiments/experiments/x"), ENOENT),
            absl::StrCat("No such file or directory: there is no \"", Path("experiments/experiments"), "\""));
}

TEST_F(OpenErrorTest, ProposesNothingWhereNothingIsNear) {
  EXPECT_EQ(WhyNotOpened(Path("experiments/q"), ENOENT), "No such file or directory");
  EXPECT_EQ(WhyNotOpened("", ENOENT), "No such file or directory");
}

TEST_F(OpenErrorTest, RelativePathsStartAtTheWorkingFolder) {
  ASSERT_EQ(chdir(Path("experiments").c_str()), 0);
  EXPECT_EQ(WhyNotOpened("liner.textproto", ENOENT), "No such file or directory; did you mean \"linear.textproto\"?");
}

TEST_F(OpenErrorTest, ALinkWithoutATargetIsNamedWithIt) {
  ASSERT_EQ(symlink("../gone.textproto", Path("experiments/a.textproto").c_str()), 0);
  EXPECT_EQ(WhyNotOpened(Path("experiments/a.textproto"), ENOENT),
            absl::StrCat("No such file or directory: \"", Path("experiments/a.textproto"),
                         "\" is a link to \"../gone.textproto\", which does not exist"));
}

TEST_F(OpenErrorTest, OtherErrorsAreTheirText) {
  EXPECT_EQ(WhyNotOpened(Path("experiments/linear.textproto/x"), ENOTDIR), "Not a directory");
}

}  // namespace
}  // namespace mica
