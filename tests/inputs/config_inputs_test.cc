// What the binary says of bad experiments: exit code 2, the place, and the essential words. The
// names of the cases carry the ids of docs/faults.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/config/text_mutator.h"
#include "base/testing/test_files.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// The tiny experiment with the first occurrence of `old_text` replaced.
std::string With(absl::string_view old_text, absl::string_view new_text) {
  std::string text = TinyExperiment::Text();
  const size_t place = text.find(std::string(old_text));
  EXPECT_NE(place, std::string::npos) << old_text;
  return text.replace(place, old_text.size(), std::string(new_text));
}

std::string WithEnd(absl::string_view line) {
  return absl::StrCat(TinyExperiment::Text(), line, "\n");
}

std::string WithRate(absl::string_view rate) {
  return With("learning_rate: 0.1", absl::StrCat("learning_rate: ", rate));
}

struct Case {
  std::string id;
  std::string text;  // of bad.textproto

  // How the lines on stderr begin after "error: "; FILE stands for the file's name.
  std::vector<std::string> lines;
};

std::ostream& operator<<(std::ostream& stream, const Case& row) {
  return stream << row.id;
}

constexpr char kRateRule[] = "FILE:7:19: optimizer.sgd.learning_rate must be finite and > 0";

std::vector<Case> Cases() {
  using namespace std::string_literals;
  return {
      {"C1UnknownField", WithEnd("lerning_rate: 0.1"), {"FILE:10:1: unknown field \"lerning_rate\" in Experiment"}},
      {"C1UnknownFieldHasANeighbour",
       With("learning_rate: 0.1", "learning_rate: 0.1 momentun: 0.9"),
       {"FILE:7:38: unknown field \"momentun\" in SgdConfig; did you mean \"momentum\"?"}},
      {"C2EnumName", With("CPU", "GPU"), {"FILE:2:9: device: \"GPU\" is not a Device; one of AUTO, CPU, CUDA"}},
      {"C3EnumNumber", With("CPU", "9"), {"FILE:2:9: device: number 9 is not a known Device; write a name"}},
      {"C4TextForNumber", With("epochs: 3", "epochs: \"5\""), {"FILE:9:19: trainer.epochs: expected a whole number, got text \"5\""}},
      {"C5FractionForNumber", With("epochs: 3", "epochs: 1.5"), {"FILE:9:19: trainer.epochs: expected a whole number, got 1.5"}},
      {"C4DecimalComma", WithRate("0,1"), {"FILE:7:34: \"0,1\" is not a number: a decimal point is written \".\"; write 0.1"}},
      {"C4Thousands",
       With("epochs: 3", "epochs: 1,000"),
       {"FILE:9:19: \"1,000\" is not a number: a decimal point is written \".\" and there are no thousands separators; write 1000 or "
        "1.000"}},
      {"C4Percent", WithRate("10%"), {"FILE:7:34: \"10%\" is not a number: there are no percents; write 0.1"}},
      {"C4Dash", WithRate("\xe2\x88\x92\x31"), {"FILE:7:34: U+2212 is a dash; write a minus sign (-)"}},
      {"C6TooLarge",
       With("epochs: 3", "epochs: 3000000000"),
       {"FILE:9:19: trainer.epochs: 3000000000 is too large; largest is 2147483647"}},
      {"C7Negative", WithEnd("seed: -1"), {"FILE:10:7: seed must be 0 or more, got -1"}},
      {"C8Octal", With("epochs: 3", "epochs: 010"), {"FILE:9:19: leading zero means octal in protobuf text (8); write 10 or 8"}},
      {"C9Twice", With("epochs: 3", "epochs: 1\n  epochs: 2"), {"FILE:10:3: trainer.epochs is specified multiple times, first on line 9"}},
      {"C10TwoArms",
       With("constant {}", "constant {} cosine {}"),
       {"FILE:8:24: schedule.cosine (line 8) and constant (line 8) exclude each other; choose one"}},
      {"C11OpenString", With("\"tiny\"", "\"tiny"), {"FILE:1:7: unclosed string that began at 1:7"}},
      {"C11WindowsPath",
       WithEnd("include: \"C:\\new\\test\""),
       {"FILE:10:1: include[0]: there is no \"C:\\new\\test\", and it holds \"\\n\", a control character: \"\\\" begins an escape"}},
      {"C11WindowsUser",
       WithEnd("include: \"C:\\Users\\me\""),
       {"FILE:10:15: expected eight hex digits up to 10ffff for \\U escape sequence; \"\\\" begins an escape: write \"/\" in paths"}},
      {"C12OpenBrace", With("cpu_threads: 1 }", "cpu_threads: 1"), {"FILE:9:9: '{' opened at 9:9 is never closed"}},
      {"C13ExtraBrace", WithEnd("}"), {"FILE:10:1: unmatched '}'"}},
      {"C14NoColon", With("epochs: 3", "epochs 3"), {"FILE:9:18: expected \":\", found \"3\""}},
      {"C15Yes", With("batch_size: 8", "shuffle: yes"), {"FILE:4:19: loader.shuffle: "}},
      {"C16Yaml",
       "name: tiny\nmodel:\n  linear:\n    hidden_units: 10\n",
       {"FILE:2:1: this looks like YAML/JSON; experiments are protobuf text"}},
      {"C16Json", "{\"name\": \"tiny\"}", {"FILE:1:1: this looks like YAML/JSON; experiments are protobuf text"}},
      {"C16Comment", "// a comment\n" + TinyExperiment::Text(), {"FILE:1:1: comments begin with #, not with //"}},
      {"C16Ini", "[optimizer]\nlearning_rate = 0.1\n", {"FILE:1:1: this looks like TOML or INI; experiments are protobuf text"}},
      {"C16WebPage",
       "<!DOCTYPE html>\n<html lang=\"en\">\n",
       {"FILE: this is a web page, expected protobuf text; download the file itself"}},
      {"C18Nul", With("tiny", "ti\0y"s), {"FILE: not a text file (byte 0 at offset 9)"}},
      {"C18Binary",
       "\x7f"
       "ELF\x02\x01\x01\0\0\0"s,
       {"FILE: not a text file (byte "}},
      {"C19Nesting",
       absl::StrCat("model ", std::string(20000, '{')),
       {"FILE:1:8: expected a field's name", "FILE:1:107: nesting deeper than 100"}},
      {"C20InfiniteInF32", WithRate("1e60"), {"FILE:7:19: optimizer.sgd.learning_rate must be at most 3.4028235e+38"}},
      {"C20ZeroInF32",
       WithRate("1e-300"),
       {"FILE:7:19: optimizer.sgd.learning_rate must be at least 1.1754944e-38, as it is a 32-bit number"}},
      {"C20Overflow", WithRate("1e400"), {kRateRule}},
      {"C20Nan", WithRate("nan"), {absl::StrCat(kRateRule, " (got nan)")}},
      {"C20MinusInf", WithRate("-inf"), {absl::StrCat(kRateRule, " (got -inf)")}},
      {"C20Negative", WithRate("-0.1"), {absl::StrCat(kRateRule, " (got -0.1)")}},
      {"C20Zero", WithRate("0"), {absl::StrCat(kRateRule, " (got 0)")}},
      {"C21Empty",
       "",
       {"FILE: name is required", "FILE: dataset is required", "FILE: model is required", "FILE: loss is required",
        "FILE: optimizer is required", "FILE: schedule is required", "FILE: trainer.epochs is required"}},
      {"C26NotUtf8", With("tiny", "ti\xffny"), {"FILE:1:7: name: byte 0xff is not UTF-8"}},
      {"C27Cycle",
       "include: \"cycle.textproto\"",
       {"cycle.textproto:1:1: files include each other in a circle: FILE -> cycle.textproto -> FILE"}},
      {"C27CycleOfOne", "include: \"bad.textproto\"", {"FILE:1:1: files include each other in a circle: FILE -> FILE"}},
      {"C27Missing",
       WithEnd("include: \"nope.textproto\""),
       {"FILE:10:1: include FOLDER/nope.textproto: cannot open: No such file or directory"}},
      {"C27Folder", WithEnd("include: \"data\""), {"FILE:10:1: include FOLDER/data: is a folder"}},
      {"C27Device", WithEnd("include: \"/dev/zero\""), {"FILE:10:1: include /dev/zero: not a regular file"}},
      {"C27OutsideTheFolderIsNoExperiment",
       WithEnd("include: \"/etc/passwd\""),
       {"/etc/passwd:1:1: unknown field \"root\" in Experiment", "/etc/passwd:1:7: expected"}},
      {"C27UnknownVariable", WithEnd("include: \"${NOT_SET}/x\""), {"FILE:10:1: include[0]: the environment variable NOT_SET is not set"}},
      {"C27ErrorInsideAnInclude", WithEnd("include: \"broken.textproto\""), {"broken.textproto:2:7: seed must be 0 or more"}},
      {"SeveralErrorsAtOnce",
       absl::StrCat("nam: 1\n",
                    absl::StrReplaceAll(TinyExperiment::Text(),
                                        {{"epochs: 3", "epochs: 0"}, {"batch_size: 8", "batch_size: 0"}, {"_rate: 0.1", "_rate: nan"}})),
       {"FILE:1:1: unknown field \"nam\" in Experiment; did you mean \"name\"?", "FILE:5:10: loader.batch_size must be at least 1 (got 0)",
        "FILE:8:19: optimizer.sgd.learning_rate", "FILE:10:11: trainer.epochs must be"}},
      {"ErrorsOfSpellingBesideOneThatStops",
       absl::StrCat("nam: 1 modell {}\n", With("epochs: 3", "epochs: \"5\"")),
       {"FILE:1:1: unknown field \"nam\"", "FILE:1:8: unknown field \"modell\"", "FILE:10:19: trainer.epochs: expected a whole number"}},
  };
}

void WriteIncludedFiles(const TinyExperiment& tiny) {
  WriteTestFile(tiny.Path("cycle.textproto"), "include: \"bad.textproto\"");
  WriteTestFile(tiny.Path("broken.textproto"), "# comment\nseed: -1");
}

class ConfigInputsTest : public testing::TestWithParam<Case> {};

TEST_P(ConfigInputsTest, IsRefusedWithEveryError) {
  const TinyExperiment tiny("config_" + GetParam().id);
  WriteTestFile(tiny.Path("bad.textproto"), GetParam().text);
  WriteIncludedFiles(tiny);
  const MicaResult result = RunMica({{"check", "bad.textproto"}, tiny.folder()});
  EXPECT_EQ(result.exit_code, 2) << result;
  EXPECT_THAT(result.out, IsEmpty());
  const std::vector<std::string> lines = absl::StrSplit(result.err, '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), GetParam().lines.size()) << result;
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string expected = absl::StrReplaceAll(GetParam().lines[i], {{"FILE", "bad.textproto"}, {"FOLDER", tiny.folder()}});
    EXPECT_THAT(lines[i], StartsWith("error: " + expected));
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, ConfigInputsTest, testing::ValuesIn(Cases()), [](const auto& info) { return info.param.id; });

TEST(ConfigInputsTest, C17AByteOrderMarkIsNoMistake) {
  const TinyExperiment tiny("bom");
  WriteTestFile(tiny.Path("bom.textproto"), "\xef\xbb\xbf" + TinyExperiment::Text());
  const MicaResult result = RunMica({{"check", "bom.textproto"}, tiny.folder()});
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.err, IsEmpty());
}

// train refuses with the same words and leaves nothing behind.
TEST(ConfigInputsTest, TrainRefusesAsCheckDoes) {
  const TinyExperiment tiny("train_refuses");
  WriteTestFile(tiny.Path("bad.textproto"), WithRate("nan"));
  const MicaResult check = RunMica({{"check", "bad.textproto"}, tiny.folder()});
  const MicaResult train = RunMica({{"train", "bad.textproto"}, tiny.folder()});
  EXPECT_EQ(train.exit_code, 2) << train;
  EXPECT_EQ(train.err, check.err);
  EXPECT_FALSE(std::filesystem::exists(tiny.Path("runs")));
}

TEST(ConfigInputsTest, CheckReportsEveryFileOfMany) {
  const TinyExperiment tiny("many");
  WriteTestFile(tiny.Path("bad.textproto"), WithRate("0"));
  const MicaResult result = RunMica({{"check", "bad.textproto", "x.textproto", "missing.textproto"}, tiny.folder()});
  EXPECT_EQ(result.exit_code, 2) << result;
  EXPECT_THAT(result.err, HasSubstr("error: bad.textproto:7:19: "));
  EXPECT_THAT(result.err, HasSubstr(absl::StrCat("error: ", tiny.Path("missing.textproto"), ": cannot open: No such file or directory")));
  EXPECT_THAT(result.out, HasSubstr("# x.textproto: valid. 48 train, 0 validation, 24 test, 3 classes, 1x8x8 pixels"));
}

TEST(ConfigInputsTest, AFileOfTooManyBytesIsRefused) {
  const TinyExperiment tiny("too_many_bytes");
  WriteTestFile(tiny.Path("bad.textproto"), absl::StrCat(std::string(1 << 20, '#'), "\n", TinyExperiment::Text()));
  const MicaResult result = RunMica({{"check", "bad.textproto"}, tiny.folder()});
  EXPECT_EQ(result.exit_code, 2) << result;
  EXPECT_THAT(result.err, HasSubstr("at most 1048576 are read here; expected an experiment, a text of some lines"));
}

// A model too large for memory is refused before it takes any.
TEST(ConfigInputsTest, AModelBeyondReasonIsAConfigError) {
  const TinyExperiment tiny("huge_model");
  const MicaResult result = RunMica({{"check", "x.textproto", "--set=model { linear { hidden_units: 2147483647 } }"}, tiny.folder()});
  EXPECT_EQ(result.exit_code, 2) << result;
  EXPECT_THAT(result.err, HasSubstr("--set:1:18: model.linear.hidden_units must be 1 to 65536 (got 2147483647)"));
}

// Hundreds of damaged experiments: each is valid or refused, and none crashes the process.
TEST(ConfigInputsTest, DamagedExperimentsNeverCrash) {
  constexpr int kFiles = 400;
  const TinyExperiment tiny("damaged");
  TextMutator mutator(20240611);
  MicaCommand command = {{"check"}, tiny.folder()};
  for (int i = 0; i < kFiles; ++i) {
    const std::string name = absl::StrCat("m", i, ".textproto");
    WriteTestFile(tiny.Path(name), mutator.Mutate(TinyExperiment::Text()));
    command.arguments.push_back(name);
  }
  const MicaResult result = RunMica(command);
  EXPECT_THAT(result.exit_code, testing::AnyOf(2, 3)) << result.err;
  EXPECT_THAT(result.out, HasSubstr(": valid. "));
  for (const char* const sign : {"bug of mica", "Check failed", "terminate called"}) EXPECT_THAT(result.err, Not(HasSubstr(sign)));
  int unnamed = 0;  // errors of the data name only the data
  for (int i = 0; i < kFiles; ++i) {
    const std::string name = absl::StrCat("m", i, ".textproto");
    const bool valid = absl::StrContains(result.out, absl::StrCat("# ", name, ": valid."));
    unnamed += !valid && !absl::StrContains(result.err, absl::StrCat("error: ", name, ":"));
  }
  int errors_of_data = 0;
  for (const absl::string_view line : absl::StrSplit(result.err, '\n')) errors_of_data += absl::StartsWith(line, "error: /");
  EXPECT_LE(unnamed, errors_of_data) << result.err;
  EXPECT_LT(unnamed, kFiles / 10);
}

}  // namespace
}  // namespace mica
