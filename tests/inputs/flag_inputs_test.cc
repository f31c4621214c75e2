// What the binary says of bad command lines. The names of the cases carry the ids of
// docs/faults.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

struct Case {
  std::string id;
  std::vector<std::string> arguments;
  int exit_code;
  std::string line;  // how stderr begins
};

std::ostream& operator<<(std::ostream& stream, const Case& row) {
  return stream << row.id;
}

class FlagInputsTest : public testing::TestWithParam<Case> {};

TEST_P(FlagInputsTest, IsRefused) {
  const TinyExperiment tiny("flags_" + GetParam().id);
  const MicaResult result = RunMica({GetParam().arguments, tiny.folder()});
  EXPECT_EQ(result.exit_code, GetParam().exit_code) << result;
  EXPECT_THAT(result.err, StartsWith(GetParam().line));
  EXPECT_THAT(result.out, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Rows, FlagInputsTest,
    testing::Values(
        Case{"G1Unknown", {"train", "x.textproto", "--bogus=1"}, 1, "error: unknown flag --bogus\n"},
        Case{"G1Nearest", {"train", "x.textproto", "--output-dir=a"}, 1, "error: unknown flag --output-dir; did you mean --output_dir?\n"},
        Case{"G2Fragment",
             {"train", "x.textproto", "--set=trainer { epochs: abc }"},
             2,
             "error: --set:1:19: trainer.epochs: expected a whole number"},
        Case{"G3NoValue", {"train", "x.textproto", "--set"}, 1, "error: --set is missing its value; write --set=FRAGMENT\n"},
        Case{"G4Twice",
             {"train", "x.textproto", "--set=seed: 1", "--set=seed: 2"},
             1,
             "error: --set given twice; put both fields in one fragment\n"},
        Case{"G5Nan",
             {"train", "x.textproto", "--set=optimizer { sgd { learning_rate: nan } }"},
             2,
             "error: --set:1:19: optimizer.sgd.learning_rate must be finite and > 0 (got nan)\n"},
        Case{"G6StrayWord", {"train", "x.textproto", "foo"}, 1, "error: unexpected argument 'foo'\n"},
        Case{"G7Flagfile", {"train", "x.textproto", "--flagfile=/nope"}, 1, "error: unknown flag --flagfile\n"},
        Case{"G9BoolOfALibrary", {"train", "x.textproto", "--logtostderr", "false"}, 1, "error: unknown flag --logtostderr\n"},
        Case{"NoExperiment", {"train"}, 1, "error: missing argument: expected EXPERIMENT, got none\n"},
        Case{"NoVerb", {}, 1, "mica trains image classifiers"},
        Case{"UnknownVerb", {"trian", "x.textproto"}, 1, "error: unknown verb 'trian'; did you mean \"train\"?"},
        Case{"HelpOfAnUnknownVerb", {"help", "nope"}, 1, "error: unknown verb 'nope'"},
        Case{"RunNameThatLeavesTheFolder", {"train", "x.textproto", "--run_name=../x"}, 1, "error: --run_name must be 1 to 100 bytes long"},
        Case{"UnknownFieldInTheFragment", {"check", "x.textproto", "--set=modle {}"}, 2, "error: --set:1:1: unknown field \"modle\""},
        Case{"ExperimentIsMissing", {"train", "nope.textproto"}, 2, "error: "}),
    [](const auto& info) { return info.param.id; });

TEST(FlagInputsTest, G8HelpAndVersionAreNoErrors) {
  const TinyExperiment tiny("help");
  const std::vector<std::vector<std::string>> lines = {{"--help"},
                                                       {"help"},
                                                       {"-h"},
                                                       {"help", "train"},
                                                       {"help", "check"},
                                                       {"train", "--help"},
                                                       {"check", "-h"},
                                                       {"--help", "train"},
                                                       {"help", "help"},
                                                       {"help", "--help"},
                                                       {"--version"},
                                                       {"train", "x", "y", "--bogus", "--help"}};
  for (const std::vector<std::string>& line : lines) {
    const MicaResult result = RunMica({line, tiny.folder()});
    EXPECT_EQ(result.exit_code, 0) << line[0] << " " << result;
    EXPECT_THAT(result.out, HasSubstr("mica"));
    EXPECT_THAT(result.err, IsEmpty());
  }
}

TEST(FlagInputsTest, HelpShowsAnExample) {
  const TinyExperiment tiny("help_example");
  for (const std::string verb : {"train", "check"}) {
    EXPECT_THAT(RunMica({{verb, "--help"}, tiny.folder()}).out, HasSubstr(absl::StrCat("example:\n    mica ", verb)));
  }
}

}  // namespace
}  // namespace mica
