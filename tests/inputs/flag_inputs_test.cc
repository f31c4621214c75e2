// What the binary says of bad command lines. The names of the cases carry the ids of
// docs/faults.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/testing/test_files.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/run_files.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
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
        Case{"G7Flagfile", {"train", "x.textproto", "--flagfile=/nope"}, 1, "error: /nope: cannot open: No such file or directory"},
        Case{"G7FlagfileIsAFolder", {"train", "x.textproto", "--flagfile=/proc"}, 1, "error: /proc: is a folder, expected a file\n"},
        Case{"G7FlagOfALibrary", {"train", "x.textproto", "--helpxml"}, 1, "error: unknown flag --helpxml; did you mean --help?\n"},
        Case{"G7NoVariable",
             {"train", "x.textproto", "--fromenv=set"},
             1,
             "error: --fromenv: the environment has no variable FLAGS_set; set it, or write --tryfromenv\n"},
        Case{"G7UnknownVariable", {"train", "x.textproto", "--fromenv=st"}, 1, "error: unknown flag --st; did you mean --set?\n"},
        Case{"G7LogFolder", {"train", "x.textproto", "--log_dir=/nope"}, 1, "error: --log_dir: /nope: No such file or directory"},
        Case{"G9BoolOfALibrary",
             {"train", "x.textproto", "--logtostderr", "false"},
             1,
             "error: unexpected argument 'false' behind --logtostderr; write --logtostderr=true or --logtostderr=false\n"},
        Case{"NoExperiment", {"train"}, 1, "error: missing argument: expected EXPERIMENT, got none\n"},
        Case{"NoVerb", {}, 1, "mica trains image classifiers"},
        Case{"UnknownVerb", {"trian", "x.textproto"}, 1, "error: unknown verb 'trian'; did you mean \"train\"?"},
        Case{"HelpOfAnUnknownVerb", {"help", "nope"}, 1, "error: unknown verb 'nope'"},
        Case{"RunNameThatLeavesTheFolder", {"train", "x.textproto", "--run_name=../x"}, 1, "error: --run_name must be 1 to 100 bytes long"},
        Case{"UnknownFieldInTheFragment", {"check", "x.textproto", "--set=modle {}"}, 2, "error: --set:1:1: unknown field \"modle\""},
        Case{"ExperimentIsMissing", {"train", "nope.textproto"}, 2, "error: "}),
    [](const auto& info) { return info.param.id; });

struct FileCase {
  std::string id;
  std::string text;  // of the flag file "flags"; the command line has --set=seed: 1
  std::string line;  // of stderr
};

std::ostream& operator<<(std::ostream& stream, const FileCase& row) {
  return stream << row.id;
}

class FlagFileTest : public testing::TestWithParam<FileCase> {};

TEST_P(FlagFileTest, IsRefused) {
  const TinyExperiment tiny("flag_file_" + GetParam().id);
  WriteTestFile(tiny.Path("flags"), GetParam().text);
  const MicaResult result = RunMica({{"train", "x.textproto", "--flagfile=flags", "--set=seed: 1"}, tiny.folder()});
  EXPECT_EQ(result.exit_code, 1) << result;
  EXPECT_THAT(result.err, HasSubstr(GetParam().line));
  EXPECT_THAT(result.out, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Rows, FlagFileTest,
    testing::Values(FileCase{"G1Unknown", "# x\n--run-name=a\n", "error: flags:2: unknown flag --run-name; did you mean --run_name?\n"},
                    FileCase{"G3NoValue", "--run_name", "error: flags:1: --run_name is missing its value; write --run_name=NAME\n"},
                    FileCase{"G4Twice", "\n--set=seed: 2\n", "error: flags:2: --set given twice; put both fields in one fragment\n"},
                    FileCase{"G6StrayWord", "foo", "error: flags:1: unexpected argument 'foo'\n"},
                    FileCase{"G9Bool", "--logtostderr false", "error: flags:1: unexpected argument 'false' behind --logtostderr; write "},
                    FileCase{"Circle", "--flagfile=flags", "error: flags:1: flag files name each other in a circle: flags -> flags\n"},
                    FileCase{"Nul", std::string("--run_name=a\0b", 14),
                             "error: flags:1: a NUL byte; a flag file is text with one flag a line\n"},
                    FileCase{"LongLine", "--set=" + std::string(2 << 20, 'x'), "/flags: 2097158 bytes; at most 1048576 are read here\n"}),
    [](const auto& info) { return info.param.id; });

TEST(FlagInputsTest, G7FlagFileAndEnvironmentTrain) {
  const TinyExperiment tiny("flag_file");
  WriteTestFile(tiny.Path("flags"), "\xef\xbb\xbf# all runs\r\n--run_name=a\r\n--fromenv=set\r\n");
  const MicaResult result =
      RunMica({{"train", "x.textproto", "--flagfile=flags"}, tiny.folder(), {{"FLAGS_set", "trainer { epochs: 1 }"}}});
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.err, StartsWith("epoch 1/1 "));
  EXPECT_THAT(ReadTestFile(tiny.RunPath("a", "experiment.textproto")), HasSubstr("epochs: 1\n"));
}

// Lines of the binary and of libmica_torch.so: both use the same glog.
TEST(FlagInputsTest, VerboseShowsTheStages) {
  const TinyExperiment tiny("verbose");
  const MicaResult result = RunMica({{"train", "x.textproto", "--run_name=a", "--v=1"}, tiny.folder()});
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.err, HasSubstr("] data_read samples=72 classes=3 fingerprint="));
  EXPECT_THAT(result.err, HasSubstr("] model_built parameters="));
  EXPECT_THAT(result.err, HasSubstr(" device=cpu cpu_threads=1 seconds="));
  EXPECT_THAT(result.err, HasSubstr("] checkpoint_written path="));
  EXPECT_THAT(result.err, HasSubstr("] evaluated samples=24 views=1 seconds="));
  EXPECT_THAT(result.err, HasSubstr("epoch 3/3 "));
  EXPECT_THAT(result.err, Not(HasSubstr("WARNING")));
}

// The report takes the predictions that the last epoch made.
TEST(FlagInputsTest, TheReportedWeightsAreEvaluatedOnce) {
  const TinyExperiment tiny("evaluated_once");
  const auto evaluations = [&](const std::string& set) {
    const MicaResult result = RunMica({{"train", "x.textproto", "--v=1", "--set=" + set}, tiny.folder()});
    EXPECT_EQ(result.exit_code, 0) << result;
    return std::vector<std::string>(absl::StrSplit(result.err, "] evaluated ")).size() - 1;
  };
  EXPECT_EQ(evaluations("evaluation { test_each_epoch: true }"), 3);
  EXPECT_EQ(evaluations(""), 1) << "only for the report";
  // Three epochs, and the test split for the report.
  EXPECT_EQ(evaluations("dataset { validation_fraction: 0.25 }"), 4);
}

TEST(FlagInputsTest, SingleSourceFilesCanBeVerbose) {
  const TinyExperiment tiny("vmodule");
  const MicaResult result = RunMica({{"train", "x.textproto", "--vmodule=stages=1"}, tiny.folder()});
  EXPECT_THAT(result.err, HasSubstr("] model_built "));
  EXPECT_THAT(result.err, Not(HasSubstr("data_read")));
}

TEST(FlagInputsTest, LogFilesAreWrittenOnlyWhereAsked) {
  const TinyExperiment tiny("log_files");
  std::filesystem::create_directory(tiny.Path("logs"));
  const MicaResult result = RunMica({{"check", "x.textproto", "--v=1", "--log_dir=logs"}, tiny.folder()});
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(ReadTestFile(tiny.Path("logs/mica.INFO")), HasSubstr("] data_read "));
}

// glog's own variables could switch off the messages of our checks.
TEST(FlagInputsTest, GlogsVariablesDoNotCount) {
  const TinyExperiment tiny("glog_variables");
  const MicaResult result =
      RunMica({{"check", "x.textproto"}, tiny.folder(), {{"GLOG_v", "1"}, {"GLOG_logtostderr", "0"}, {"GOOGLE_LOG_DIR", tiny.folder()}}});
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(tiny.Path("mica.INFO")));
}

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
