#include "cli/verb_flags.h"

#include <gflags/gflags.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "cli/example_verb.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

VerbTable Check() {
  VerbTable verb = ExampleVerb();
  verb.name = "check";
  verb.words = "EXPERIMENT…";
  verb.max_words = VerbTable::kAnyNumber;
  return verb;
}

absl::StatusOr<VerbArguments> Scan(const std::vector<std::string>& arguments) {
  return ScanVerbArguments(ExampleVerb(), arguments);
}

// The scan fails with exit code 1, and `line` comes first.
void ExpectRefused(const std::vector<std::string>& arguments, const std::string& line) {
  EXPECT_THAT(Scan(arguments), Fails(ExitCode::kFlag, StartsWith(line + "\n`mica train --help` shows"))) << absl::StrJoin(arguments, " ");
}

TEST(VerbFlagsTest, ReadsWordsAndFlagsInEveryForm) {
  const absl::StatusOr<VerbArguments> arguments =
      Scan({"--output_dir", "/tmp", "x.textproto", "-top_k=7", "--threshold=1e-3", "--amp", "--set=a: 'b=c'"});
  ASSERT_THAT(arguments, IsOk());
  EXPECT_FALSE(arguments->help_wanted());
  EXPECT_THAT(arguments->words(), ElementsAre("x.textproto"));
  EXPECT_EQ(arguments->GetString("output_dir"), "/tmp");
  EXPECT_EQ(arguments->GetString("set"), "a: 'b=c'");
  EXPECT_EQ(arguments->GetInt("top_k"), 7);
  EXPECT_EQ(arguments->GetDouble("threshold"), 1e-3);
  EXPECT_TRUE(arguments->GetBool("amp"));
}

TEST(VerbFlagsTest, GivesDefaults) {
  const absl::StatusOr<VerbArguments> arguments = Scan({"x.textproto"});
  ASSERT_THAT(arguments, IsOk());
  EXPECT_FALSE(arguments->IsGiven("output_dir"));
  EXPECT_EQ(arguments->GetString("output_dir"), "runs");
  EXPECT_EQ(arguments->GetString("set"), "");
  EXPECT_EQ(arguments->GetInt("top_k"), 5);
  EXPECT_EQ(arguments->GetDouble("threshold"), 0.5);
  EXPECT_FALSE(arguments->GetBool("amp"));
}

TEST(VerbFlagsTest, TellsGivenFromDefault) {
  EXPECT_TRUE(Scan({"x", "--output_dir=runs"})->IsGiven("output_dir"));
  EXPECT_TRUE(Scan({"x", "--set="})->IsGiven("set"));
}

TEST(VerbFlagsTest, TwoDashesEndTheFlags) {
  EXPECT_THAT(Scan({"--", "--amp"})->words(), ElementsAre("--amp"));
  EXPECT_THAT(ScanVerbArguments(Check(), {"a", "--", "-", "--set"})->words(), ElementsAre("a", "-", "--set"));
}

TEST(VerbFlagsTest, ValueMayBeginWithADash) {
  EXPECT_EQ(Scan({"x", "--top_k", "-5"})->GetInt("top_k"), -5);
  EXPECT_EQ(Scan({"x", "--output_dir", "-"})->GetString("output_dir"), "-");
}

TEST(VerbFlagsTest, VerbsTakeAsManyWordsAsTheySay) {
  EXPECT_THAT(ScanVerbArguments(Check(), {"a", "b", "c"})->words(), ElementsAre("a", "b", "c"));
  ExpectRefused({}, "missing argument: expected EXPERIMENT, got none");
  VerbTable predict = Check();
  predict.words = "RUN IMAGE…";
  predict.min_words = 2;
  EXPECT_THAT(ScanVerbArguments(predict, {"run"}),
              Fails(ExitCode::kFlag, StartsWith("missing argument: expected RUN IMAGE…, got only 1\n")));
}

TEST(VerbFlagsTest, ReportsEveryProblemAtOnce) {
  EXPECT_THAT(Scan({"--bogus=1", "--top_k=abc", "x", "foo", "--set=a", "--set=b", "--threshold"}),
              Fails(ExitCode::kFlag,
                    "unknown flag --bogus\n"
                    "--top_k: expected a whole number from -2147483648 to 2147483647, got 'abc'\n"
                    "unexpected argument 'foo'\n"
                    "--set given twice; put both fields in one fragment\n"
                    "--threshold is missing its value; write --threshold=P\n"
                    "`mica train --help` shows the flags and an example"));
}

// G1
TEST(VerbFlagsTest, G1UnknownFlagNamesTheNearest) {
  ExpectRefused({"x", "--bogus=1"}, "unknown flag --bogus");
  ExpectRefused({"x", "--output-dir=/tmp"}, "unknown flag --output-dir; did you mean --output_dir?");
  ExpectRefused({"x", "-topk=3"}, "unknown flag --topk; did you mean --top_k?");
  ExpectRefused({"x", "--=3"}, "unknown flag --");
  ExpectRefused({"x", "--noset"}, "unknown flag --noset; did you mean --set?");
  ExpectRefused({"x", "--b\x01gus"}, "unknown flag --b\\001gus");
}

// G2
TEST(VerbFlagsTest, G2RefusesWhatIsNoNumber) {
  for (const std::string value : {"abc", "99999999999", "-99999999999", "", "1.5", "0x10", " 5", "5 ", "+5", "nan", "-"}) {
    ExpectRefused({"x", "--top_k=" + value}, "--top_k: expected a whole number from -2147483648 to 2147483647, got '" + value + "'");
  }
  for (const std::string value : {"abc", "", "nan", "-nan", "inf", "1e999", "0x10", " 1", "1,5"}) {
    ExpectRefused({"x", "--threshold=" + value}, "--threshold: expected a finite number, got '" + value + "'");
  }
  ExpectRefused({"x", "--amp=yes"}, "--amp: expected true or false, got 'yes'");
}

TEST(VerbFlagsTest, G2LeadingZerosAreDecimal) {
  EXPECT_EQ(Scan({"x", "--top_k=010"})->GetInt("top_k"), 10);
  EXPECT_EQ(Scan({"x", "--top_k=-2147483648"})->GetInt("top_k"), -2147483647 - 1);
}

// G3
TEST(VerbFlagsTest, G3MissingValue) {
  ExpectRefused({"x", "--set"}, "--set is missing its value; write --set=FRAGMENT");
  ExpectRefused({"--set", "--output_dir=a", "x"}, "--set is missing its value; write --set=FRAGMENT");
  ExpectRefused({"--set", "--", "x"}, "--set is missing its value; write --set=FRAGMENT");
}

// G4
TEST(VerbFlagsTest, G4FlagGivenTwice) {
  ExpectRefused({"x", "--set=a: 1", "--set=b: 2"}, "--set given twice; put both fields in one fragment");
  ExpectRefused({"x", "--output_dir=a", "-output_dir", "a"}, "--output_dir given twice; keep one of them");
  ExpectRefused({"x", "--amp", "--noamp", "--amp"}, "--amp given twice; keep one of them");
}

// G5: the experiment reader checks the fragment itself (C20).
TEST(VerbFlagsTest, G5NanIsNoDouble) {
  ExpectRefused({"x", "--threshold", "NaN"}, "--threshold: expected a finite number, got 'NaN'");
}

// G6
TEST(VerbFlagsTest, G6StrayWord) {
  ExpectRefused({"x.textproto", "foo"}, "unexpected argument 'foo'");
  ExpectRefused({"x.textproto", "--", "--foo"}, "unexpected argument '--foo'");
}

// G7: the flags of gflags and glog that every verb has are in command_line_scan_test and
// shared_flags_test. The others would do nothing here.
TEST(VerbFlagsTest, G7OtherFlagsOfLibrariesAreUnknown) {
  for (const std::string name :
       {"undefok", "helpxml", "helpfull", "version", "tab_completion_word", "log_link", "logtostdout", "logbufsecs"}) {
    EXPECT_THAT(Scan({"x", absl::StrCat("--", name, "=/nope")}), Fails(ExitCode::kFlag, StartsWith("unknown flag --" + name)));
  }
  ExpectRefused({"x", "--flagfiel=a"}, "unknown flag --flagfiel; did you mean --flagfile?");
}

TEST(VerbFlagsTest, G7FlagFilesAndTheEnvironmentGiveValues) {
  const std::string folder = MakeTestFolder("verb_flags");
  WriteTestFile(folder + "/flags", "--top_k=7\n--fromenv=threshold\n--noamp");
  setenv("FLAGS_threshold", "0.25", 1);
  const absl::StatusOr<VerbArguments> arguments = Scan({"x", "--flagfile", folder + "/flags"});
  unsetenv("FLAGS_threshold");
  ASSERT_THAT(arguments, IsOk());
  EXPECT_EQ(arguments->GetInt("top_k"), 7);
  EXPECT_EQ(arguments->GetDouble("threshold"), 0.25);
  EXPECT_TRUE(arguments->IsGiven("amp"));
}

std::string HeldByGflags(const char* flag) {
  std::string value;
  EXPECT_TRUE(gflags::GetCommandLineOption(flag, &value)) << flag;
  return value;
}

TEST(VerbFlagsTest, GflagsAndGlogHoldWhatWasScannedLast) {
  const std::string folder = MakeTestFolder("verb_flags_log");
  ASSERT_THAT(Scan({"x", "--top_k=7", "--v=2", "--vmodule=train=3", "--log_dir=" + folder}), IsOk());
  EXPECT_EQ(HeldByGflags("top_k"), "7");
  EXPECT_EQ(HeldByGflags("v"), "2");
  EXPECT_EQ(HeldByGflags("vmodule"), "train=3");
  EXPECT_EQ(HeldByGflags("log_dir"), folder);
  EXPECT_EQ(HeldByGflags("logtostderr"), "false");
  EXPECT_EQ(Scan({"x"})->GetInt("v"), 0);
  EXPECT_EQ(HeldByGflags("top_k"), "5");
  EXPECT_EQ(HeldByGflags("v"), "0");
  EXPECT_EQ(HeldByGflags("logtostderr"), "true");
}

// G8
TEST(VerbFlagsTest, G8HelpAnywhereIsNoError) {
  for (const char* help : {"--help", "-help", "-h", "--help=true"}) {
    EXPECT_TRUE(Scan({help})->help_wanted());
    EXPECT_TRUE(Scan({"x", "y", "--bogus", "--top_k=abc", help, "--set"})->help_wanted());
    EXPECT_TRUE(Scan({"--set", help})->help_wanted());
  }
  EXPECT_FALSE(Scan({"--", "--help"})->help_wanted());
  EXPECT_EQ(Scan({"--help", "--top_k=abc"})->GetInt("top_k"), 5);
}

// G9
TEST(VerbFlagsTest, G9BoolsTakeTheirValueBehindAnEqualsSign) {
  ExpectRefused({"x", "--amp", "false"}, "unexpected argument 'false' behind --amp; write --amp=true or --amp=false");
  ExpectRefused({"x", "--noamp", "1"}, "unexpected argument '1' behind --noamp; write --amp=true or --amp=false");
  ExpectRefused({"x", "--noamp=true"}, "'--noamp=true': --noamp takes no value; write --amp=true or --amp=false");
  EXPECT_THAT(ScanVerbArguments(Check(), {"x", "--amp", "false"}), Fails(ExitCode::kFlag, HasSubstr("unexpected argument 'false'")));
  EXPECT_TRUE(Scan({"--amp", "x"})->GetBool("amp"));
  EXPECT_TRUE(Scan({"x", "--amp=true"})->GetBool("amp"));
  EXPECT_FALSE(Scan({"x", "--amp=false"})->GetBool("amp"));
  EXPECT_FALSE(Scan({"x", "--noamp"})->GetBool("amp"));
}

TEST(VerbFlagsTest, UndeclaredFlagIsABugOfMica) {
  EXPECT_DEATH(Scan({"x"})->GetString("bogus"), "declares no flag");
  EXPECT_DEATH(Scan({"x"})->GetString("top_k"), "declares no flag of this type");
}

}  // namespace
}  // namespace mica
