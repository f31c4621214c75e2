// Flag files and the environment; verb_flags_test has the rules of the command line itself.
#include "cli/command_line_scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "base/testing/test_files.h"
#include "cli/example_verb.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

// The working folder is a new one, so that files go by their bare names.
class CommandLineScanTest : public testing::Test {
 protected:
  CommandLineScanTest() { EXPECT_EQ(chdir(folder_.c_str()), 0); }

  void Write(const std::string& name, absl::string_view text) { WriteTestFile(folder_ + "/" + name, text); }

  static ScannedCommandLine Scan(const std::vector<std::string>& arguments) { return ScanCommandLine(ExampleVerb(), arguments); }
  static std::vector<std::string> Problems(const std::vector<std::string>& arguments) { return Scan(arguments).problems; }

  const std::string folder_ = MakeTestFolder("command_line_scan");
};

TEST_F(CommandLineScanTest, AFlagFileGivesFlags) {
  Write("a", "# all runs\n--set=seed: 1\n\n--amp\n");
  const ScannedCommandLine scanned = Scan({"x", "--flagfile=a", "--top_k=3"});
  EXPECT_THAT(scanned.problems, IsEmpty());
  EXPECT_THAT(scanned.words, ElementsAre("x"));
  EXPECT_THAT(scanned.given, UnorderedElementsAre(Pair("set", "seed: 1"), Pair("amp", "true"), Pair("top_k", "3")));
}

TEST_F(CommandLineScanTest, FilesMayBeSeveralAndNested) {
  Write("a", "--set=x\n--flagfile=c");
  Write("b", "--noamp");
  Write("c", "--top_k 7");
  const ScannedCommandLine scanned = Scan({"x", "--flagfile=a,b"});
  EXPECT_THAT(scanned.problems, IsEmpty());
  EXPECT_THAT(scanned.given, UnorderedElementsAre(Pair("set", "x"), Pair("amp", "false"), Pair("top_k", "7")));
}

TEST_F(CommandLineScanTest, AFileIsCheckedLikeTheCommandLine) {
  Write("a", "--bogus=1\n--output-dir=b\n\n--top_k=abc\n--amp false\n--set\n--noamp=true\nfoo\n--\n");
  EXPECT_THAT(
      Problems({"x", "y", "--flagfile=a"}),
      ElementsAre("unexpected argument 'y'", "a:1: unknown flag --bogus", "a:2: unknown flag --output-dir; did you mean --output_dir?",
                  "a:4: --top_k: expected a whole number from -2147483648 to 2147483647, got 'abc'",
                  "a:5: unexpected argument 'false' behind --amp; write --amp=true or --amp=false",
                  "a:6: --set is missing its value; write --set=FRAGMENT",
                  "a:7: '--noamp=true': --noamp takes no value; write --amp=true or --amp=false",
                  "a:7: --amp given twice; keep one of them", "a:8: unexpected argument 'foo'", "a:9: unknown flag --"));
}

TEST_F(CommandLineScanTest, AFlagInAFileAndOnTheCommandLineIsGivenTwice) {
  Write("a", "\n--set=seed: 1\n");
  EXPECT_THAT(Problems({"x", "--flagfile=a", "--set=seed: 2"}), ElementsAre("a:2: --set given twice; put both fields in one fragment"));
  EXPECT_THAT(Problems({"x", "--set=seed: 2", "--flagfile=a"}), ElementsAre("a:2: --set given twice; put both fields in one fragment"));
  Write("b", "--set=seed: 3");
  EXPECT_THAT(Problems({"x", "--flagfile=a,b"}), ElementsAre("b:1: --set given twice; put both fields in one fragment"));
}

TEST_F(CommandLineScanTest, AFileIsReadOnce) {
  Write("a", "--flagfile=b");
  Write("b", "--amp\n--flagfile=./a");
  EXPECT_THAT(Problems({"x", "--flagfile=a"}), ElementsAre("b:2: flag files name each other in a circle: a -> b -> ./a"));
  Write("self", "--flagfile=self");
  EXPECT_THAT(Problems({"x", "--flagfile=self"}), ElementsAre("self:1: flag files name each other in a circle: self -> self"));
  Write("c", "# nothing");
  EXPECT_THAT(Problems({"x", "--flagfile=c,../command_line_scan/c"}),
              ElementsAre("flag file ../command_line_scan/c given twice; keep one of them"));
  EXPECT_THAT(Problems({"x", "--flagfile=c", "--flagfile=c"}),
              ElementsAre("--flagfile given twice; separate files with commas", "flag file c given twice; keep one of them"));
}

TEST_F(CommandLineScanTest, FilesHaveALimit) {
  for (int i = 0; i < 200; ++i) Write(absl::StrCat("f", i), absl::StrCat("--flagfile=f", i + 1));
  EXPECT_THAT(Problems({"x", "--flagfile=f0"}), ElementsAre("f99:1: more than 100 flag files"));
}

TEST_F(CommandLineScanTest, SaysWhichFileCannotBeRead) {
  Write("a", "--flagfile=nope\n--flagfile=");
  EXPECT_THAT(Problems({"x", "--flagfile=a,/nope"}),
              ElementsAre(StartsWith(absl::StrCat("a:1: ", folder_, "/nope: cannot open: No such file or directory")),
                          "a:2: --flagfile given twice; separate files with commas", "a:2: --flagfile: expected FILE,…, got ''",
                          StartsWith("/nope: cannot open: No such file or directory")));
  EXPECT_THAT(Problems({"x", "--flagfile=a/../${NOPE}"}), ElementsAre(StartsWith("--flagfile: ")));
}

TEST_F(CommandLineScanTest, TheEnvironmentGivesFlags) {
  setenv("FLAGS_set", "seed: 1", 1);
  setenv("FLAGS_top_k", "abc", 1);
  EXPECT_THAT(Scan({"x", "--fromenv=set"}).given, ElementsAre(Pair("set", "seed: 1")));
  EXPECT_THAT(Scan({"x", "--tryfromenv=set,amp"}).given, ElementsAre(Pair("set", "seed: 1")));
  EXPECT_THAT(
      Problems({"x", "--fromenv=set,amp,top_k,sett,fromenv,help", "--set=a"}),
      ElementsAre("--fromenv: the environment has no variable FLAGS_amp; set it, or write --tryfromenv",
                  "FLAGS_top_k: --top_k: expected a whole number from -2147483648 to 2147483647, got 'abc'",
                  "unknown flag --sett; did you mean --set?", "--fromenv: --fromenv cannot come from the environment",
                  "--fromenv: --help cannot come from the environment", "FLAGS_set: --set given twice; put both fields in one fragment"));
  EXPECT_THAT(Problems({"x", "--tryfromenv=set,"}), ElementsAre("--tryfromenv: expected NAME,…, got 'set,'"));
  unsetenv("FLAGS_set");
  unsetenv("FLAGS_top_k");
}

TEST_F(CommandLineScanTest, TheEnvironmentMayNameAFile) {
  Write("a", "--fromenv=flagfile");
  setenv("FLAGS_flagfile", "a", 1);
  EXPECT_THAT(Problems({"x", "--fromenv=flagfile"}), ElementsAre("FLAGS_flagfile: --flagfile given twice; separate files with commas",
                                                                 "FLAGS_flagfile: flag files name each other in a circle: a -> a"));
  unsetenv("FLAGS_flagfile");
}

TEST_F(CommandLineScanTest, LogFilesNeedAFolder) {
  EXPECT_THAT(Problems({"x", "--nologtostderr"}), ElementsAre("--logtostderr=false: log files need a folder; add --log_dir=FOLDER"));
  Write("a", "--logtostderr=false");
  EXPECT_THAT(Problems({"x", "--flagfile=a"}), ElementsAre("a:1: --logtostderr=false: log files need a folder; add --log_dir=FOLDER"));
  EXPECT_THAT(Scan({"x", "--log_dir=."}).given, UnorderedElementsAre(Pair("log_dir", folder_), Pair("logtostderr", "false")));
  EXPECT_THAT(Scan({"x", "--log_dir=.", "--logtostderr"}).given,
              UnorderedElementsAre(Pair("log_dir", folder_), Pair("logtostderr", "true")));
}

TEST_F(CommandLineScanTest, HelpInAFileIsHelp) {
  Write("a", "--help");
  EXPECT_TRUE(Scan({"--flagfile=a"}).help_wanted);
}

}  // namespace
}  // namespace mica
