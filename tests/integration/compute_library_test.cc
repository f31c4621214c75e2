// The mica binary without the library that belongs beside it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/integration/mica_process.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

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
    EXPECT_EQ(result.exit_code, 70) << result;
    EXPECT_THAT(result.err, HasSubstr(tiny.Path("libmica_torch.so: cannot load this library, which belongs beside the mica binary: ")));
  }
  EXPECT_FALSE(std::filesystem::exists(tiny.Path("runs")));
}

// Threads that spin for long slow training many times if another program uses a core
// (docs/performance.md).
TEST_F(ComputeLibraryTest, WaitingThreadsSoonSleepUnlessTheUserSaysOtherwise) {
  const TinyExperiment tiny("openmp");
  const auto settings = [&](std::map<std::string, std::optional<std::string>> environment) {
    environment["OMP_DISPLAY_ENV"] = "VERBOSE";  // libgomp prints its settings
    return RunMica({{"check", "x.textproto"}, tiny.folder(), environment}).err;
  };
  EXPECT_THAT(settings({}), HasSubstr("GOMP_SPINCOUNT = '1000'"));
  EXPECT_THAT(settings({{"GOMP_SPINCOUNT", "77"}}), HasSubstr("GOMP_SPINCOUNT = '77'"));
  EXPECT_THAT(settings({{"OMP_WAIT_POLICY", "ACTIVE"}}), Not(HasSubstr("GOMP_SPINCOUNT = '1000'")));
}

}  // namespace
}  // namespace mica
