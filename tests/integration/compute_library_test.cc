// The mica binary without the library that belongs beside it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/testing/test_files.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ComputeLibraryTest : public testing::Test {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "under the address sanitizer there is no library apart (cli/BUILD)";
#endif
  }
};

// Runs a copy of the binary that is alone in the experiment's folder.
MicaResult RunCopy(const TinyExperiment& tiny, const std::vector<std::string>& arguments) {
  MicaCommand command = {arguments, tiny.folder()};
  command.launcher = {"/bin/sh", "-c", "cp \"$0\" mica_alone && exec ./mica_alone \"$@\""};
  return RunMica(command);
}

TEST_F(ComputeLibraryTest, VerbsThatDoNotComputeNeedNoLibrary) {
  const TinyExperiment tiny("alone");
  for (const std::string run : {"a", "b"}) {
    const MicaResult result = RunMica({{"train", "x.textproto", "--run_name=" + run, "--set=trainer { epochs: 1 }"}, tiny.folder()});
    ASSERT_EQ(result.exit_code, 0) << result;
  }
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"--version"}, {"help", "train"}, {"summary", "x.textproto"}, {"compare", "runs/tiny/a", "runs/tiny/b"}}) {
    const MicaResult result = RunCopy(tiny, arguments);
    EXPECT_EQ(result.exit_code, 0) << arguments[0] << result;
  }
}

TEST_F(ComputeLibraryTest, MistakesInAnExperimentAreFoundWithoutIt) {
  const TinyExperiment tiny("mistake");
  const MicaResult result = RunCopy(tiny, {"train", "x.textproto", "--set=trainer { epochs: 0 }"});
  EXPECT_EQ(result.exit_code, 2) << result;
  EXPECT_THAT(result.err, HasSubstr("trainer.epochs"));
}

TEST_F(ComputeLibraryTest, VerbsThatComputeNameWhatIsMissing) {
  const TinyExperiment tiny("missing");
  for (const std::string verb : {"train", "check"}) {
    const MicaResult result = RunCopy(tiny, {verb, "x.textproto"});
    EXPECT_EQ(result.exit_code, 69) << result;
    EXPECT_THAT(result.err, StartsWith("error: " + tiny.Path("libmica_torch.so: cannot open this library, which belongs beside the mica "
                                                             "binary: No such file or directory; keep the two together")));
    EXPECT_THAT(result.err, Not(HasSubstr("bug of mica")));
  }
  EXPECT_FALSE(std::filesystem::exists(tiny.Path("runs")));
}

TEST_F(ComputeLibraryTest, ALibraryThatOthersMayNotReadIsToldWithItsMode) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const TinyExperiment tiny("unreadable");
  WriteTestFile(tiny.Path("libmica_torch.so"), "");
  chmod(tiny.Path("libmica_torch.so").c_str(), 0);
  const MicaResult result = RunCopy(tiny, {"check", "x.textproto"});
  EXPECT_EQ(result.exit_code, 69) << result;
  EXPECT_THAT(result.err, AllOf(HasSubstr("Permission denied (mode 000, owner "), HasSubstr("chmod a+r "), Not(HasSubstr("bug of mica"))));
}

TEST_F(ComputeLibraryTest, ALibraryThatIsDamagedIsNoBug) {
  const TinyExperiment tiny("damaged_library");
  WriteTestFile(tiny.Path("libmica_torch.so"), "not a library");
  const MicaResult result = RunCopy(tiny, {"check", "x.textproto"});
  EXPECT_EQ(result.exit_code, 69) << result;
  EXPECT_THAT(result.err, AllOf(StartsWith("error: " + tiny.Path("libmica_torch.so: cannot load this library: ")), HasSubstr("ldd "),
                                HasSubstr("build or install mica again"), Not(HasSubstr("bug of mica"))));
}

// Threads that spin for long slow training many times if another program uses a core
// (docs/performance.md).
TEST_F(ComputeLibraryTest, WaitingThreadsSoonSleepUnlessTheUserSaysOtherwise) {
  const TinyExperiment tiny("openmp");
  const auto settings = [&](std::map<std::string, std::optional<std::string>> environment) {
    environment["OMP_DISPLAY_ENV"] = "VERBOSE";  // libgomp prints its settings
    return RunMica({{"check", "x.textproto"}, tiny.folder(), environment}).err;
  };
  EXPECT_THAT(settings({}), HasSubstr("GOMP_SPINCOUNT = '10000'"));
  EXPECT_THAT(settings({{"GOMP_SPINCOUNT", "77"}}), HasSubstr("GOMP_SPINCOUNT = '77'"));
  EXPECT_THAT(settings({{"OMP_WAIT_POLICY", "ACTIVE"}}), Not(HasSubstr("GOMP_SPINCOUNT = '10000'")));
}

}  // namespace
}  // namespace mica
