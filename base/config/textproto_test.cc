#include "base/config/textproto.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/config/textproto_example.pb.h"

namespace mica {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Parsed {
  ExampleConfig config;
  FieldLocations locations;
  TextprotoErrors errors;

  std::string PlaceOf(absl::string_view path) const {
    const SourcePosition* position = locations.Find(path);
    return position == nullptr ? "" : position->ToString();
  }
};

Parsed Parse(absl::string_view text, absl::string_view source = "x") {
  Parsed parsed;
  ParseTextproto(text, source, &parsed.config, &parsed.locations, &parsed.errors);
  return parsed;
}

std::vector<std::string> ErrorsOf(absl::string_view text) {
  return Parse(text).errors.messages;
}

Parsed Merge(const std::vector<std::string>& layers) {
  Parsed merged;
  for (const std::string& text : layers) {
    const Parsed layer = Parse(text, absl::StrCat("layer", &text - layers.data()));
    EXPECT_THAT(layer.errors.messages, IsEmpty());
    MergeLayer(layer.config, layer.locations, &merged.config, &merged.locations);
  }
  return merged;
}

ExampleConfig Config(absl::string_view text) {
  const Parsed parsed = Parse(text);
  EXPECT_THAT(parsed.errors.messages, IsEmpty());
  return parsed.config;
}

MATCHER_P(EqualsText, text, text) {
  *result_listener << arg.DebugString();
  return MessageDifferencer::Equals(arg, Config(text));
}

TEST(TextprotoTest, ReadsEveryKindOfField) {
  const Parsed parsed = Parse(
      "name: 'a' \"b\"  # comment\nepochs: -3 seed: 0x10, amp: true; device: CUDA\nstage < learning_rate: 1e-3 >\n"
      "stages [{ layers: [\"p\", \"q\"] }, {}] sizes: 1 sizes: [2, 3] constant {} rate32: inf");
  EXPECT_THAT(parsed.errors.messages, IsEmpty());
  EXPECT_FALSE(parsed.errors.stopped);
  EXPECT_EQ(parsed.config.name(), "ab");
  EXPECT_EQ(parsed.config.seed(), 16);
  EXPECT_EQ(parsed.config.sizes_size(), 3);
  EXPECT_TRUE(parsed.config.has_constant());
}

TEST(TextprotoTest, KnowsThePlaceOfEachField) {
  const Parsed parsed = Parse("name: \"a\"\n\tstage {\tlearning_rate: 1\n layers: []}\nsizes: [1,\n 2]\nsizes: 3\nstages { momentum: 0 }");
  ASSERT_THAT(parsed.errors.messages, IsEmpty());
  EXPECT_EQ(parsed.PlaceOf("name"), "x:1:1");
  EXPECT_EQ(parsed.PlaceOf("stage.learning_rate"), "x:2:10");  // a tab counts as one column
  EXPECT_EQ(parsed.PlaceOf("stage.layers"), "x:3:2");
  EXPECT_EQ(parsed.PlaceOf("sizes"), "x:4:1");
  EXPECT_EQ(parsed.PlaceOf("sizes[1]"), "x:5:2");
  EXPECT_EQ(parsed.PlaceOf("sizes[2]"), "x:6:1");
  EXPECT_EQ(parsed.PlaceOf("stages[0].momentum"), "x:7:10");
  EXPECT_EQ(parsed.PlaceOf("stage.momentum"), "x:2:2");  // unset, so the place of its message
  EXPECT_EQ(parsed.PlaceOf("epochs"), "");
}

// Each text and its only message. Rows from the matrix of bad inputs carry their id.
struct BadText {
  const char* id;
  std::string text;
  std::string message;
};

class BadTextTest : public testing::TestWithParam<BadText> {};

TEST_P(BadTextTest, SaysWhatAndWhere) {
  const Parsed parsed = Parse(GetParam().text);
  EXPECT_THAT(parsed.errors.messages, ElementsAre(GetParam().message));
}

std::string Repeat(int times, absl::string_view text) {
  return absl::StrJoin(std::vector<absl::string_view>(times, text), "");
}

INSTANTIATE_TEST_SUITE_P(
    Matrix, BadTextTest,
    testing::Values(
        BadText{"C1", "epochs: 1\nephocs: 2", "x:2:1: unknown field \"ephocs\" in ExampleConfig; did you mean \"epochs\"?"},
        BadText{"C1", "stage { part { zzzzzzz { deep: [1, {a: 'b'}] } } }",
                "x:1:16: unknown field \"zzzzzzz\" in ExamplePartConfig; its fields are count"},
        BadText{"C1", "constant { rate: -1 }", "x:1:12: unknown field \"rate\" in ExampleConstantConfig; it has no fields"},
        BadText{"C1", "[a.b]: 1", "x:1:1: unknown extension \"a.b\" in ExampleConfig; there are no extensions"},
        BadText{"C2", "device: TPU", "x:1:9: device: \"TPU\" is not a Device; one of CPU, CUDA; did you mean \"CPU\"?"},
        BadText{"C3", "device: 9", "x:1:9: device: number 9 is not a known Device; write a name: CPU, CUDA"},
        BadText{"C4", "epochs: \"5\"", "x:1:9: epochs: expected a whole number, got text \"5\""},
        BadText{"C4", "sizes: [1, abc]", "x:1:12: sizes[1]: expected a whole number, got abc"},
        BadText{"C5", "epochs: 1.5", "x:1:9: epochs: expected a whole number, got 1.5"},
        BadText{"C6", "epochs: 3000000000", "x:1:9: epochs: 3000000000 is too large; largest is 2147483647"},
        BadText{"C6", "epochs: -3000000000", "x:1:9: epochs: -3000000000 is too small; smallest is -2147483648"},
        BadText{"C6", "steps: 9223372036854775808", "x:1:8: steps: 9223372036854775808 is too large; largest is 9223372036854775807"},
        BadText{"C7", "seed: -1", "x:1:7: seed must be 0 or more, got -1"},
        BadText{"C8", "epochs: 010", "x:1:9: leading zero means octal in protobuf text (8); write 10 or 8"},
        BadText{"C8", "epochs: 007", "x:1:9: leading zero means octal in protobuf text (7); write 7"},
        BadText{"C8", "epochs: 080", "x:1:9: leading zero means octal in protobuf text; write 80"},
        BadText{"C8", "stage { learning_rate: 010 }", "x:1:24: leading zero means octal in protobuf text (8); write 10 or 8"},
        BadText{"C9", "epochs: 1\n\tepochs: 2", "x:2:2: epochs is specified multiple times, first on line 1; keep one"},
        BadText{"C9", "stage {}\nstage {}", "x:2:1: stage is specified multiple times, first on line 1; keep one"},
        BadText{"C10", "constant {}\ncosine {}", "x:2:1: cosine (line 2) and constant (line 1) exclude each other; choose one"},
        BadText{"C11", "name: \"abc\nepochs: 1", "x:1:7: unclosed string that began at 1:7"},
        BadText{"C11", "name: 'abc\\'", "x:1:7: unclosed string that began at 1:7"},
        BadText{"C12", "epochs: 1\n\nstage {\n  momentum: 1\nunknown_here: 2", "x:3:7: '{' opened at 3:7 is never closed"},
        BadText{"C13", "stage {}\n}", "x:2:1: unmatched '}'"},
        BadText{"C13", "stage { ]", "x:1:9: unmatched ']'; '{' opened at 1:7 is still open"},
        BadText{"C14", "epochs 1", "x:1:8: expected \":\", found \"1\""},
        BadText{"C14", "epochs:", "x:1:7: expected a whole number for epochs, found the end"},
        BadText{"C14", "epochs: {}", "x:1:9: expected a whole number for epochs, found \"{\""},
        BadText{"C14", "stage: 1", "x:1:8: expected \"{\", found \"1\""},
        BadText{"C14", "stage.momentum: 1",
                "x:1:6: expected \"{\", as in stage { … }, since fields within a field stand in braces, found \".\""},
        BadText{"C14", "epochs:\nname: \"x\"", "x:1:7: epochs has no value; expected a whole number"},
        BadText{"", "name: 3d_model",
                "x:1:7: \"3d_model\" is not a number: write numbers as 1000, 0.001 or 1e-3, without a unit, and text in quotes"},
        BadText{"C15", "amp: yes", "x:1:6: amp: expected true or false, got yes"},
        BadText{"C15", "amp: 2", "x:1:6: amp: expected true or false, got 2"},
        BadText{"C16", "stage:\n  momentum: 1\n",
                "x:1:1: this looks like YAML/JSON; experiments are protobuf text: field: value and message { … }"},
        BadText{"C16", "name: data/x\nlabels:\n- a\n- b\n",
                "x:2:1: this looks like YAML/JSON; experiments are protobuf text: field: value and message { … }"},
        BadText{"C16", "---\nname: x\n", "x:1:1: this looks like YAML/JSON; experiments are protobuf text: field: value and message { … }"},
        BadText{"C16", "{\"name\": \"x\"}",
                "x:1:1: this looks like YAML/JSON; experiments are protobuf text: field: value and message { … }"},
        BadText{"C18", std::string("name: \"abc\0\"", 12), "x: not a text file (byte 0 at offset 10)"},
        BadText{"C18", std::string("\xff\xfen\0a\0", 6), "x: not a text file (byte 0 at offset 3); it looks like UTF-16, save it as UTF-8"},
        BadText{"C18", "# caf\xe9\nepochs: 1", "x:1:6: byte 0xe9 is not UTF-8"},
        BadText{"C19", absl::StrCat("stage { ", Repeat(20000, "nested { ")), "x:1:907: nesting deeper than 100"},
        BadText{"C26", "name: \"a\xff\"", "x:1:7: name: byte 0xff is not UTF-8"},
        BadText{"C26", "name: 'a' '\\xff'", "x:1:7: name: byte 0xff is not UTF-8"},
        BadText{"C26", "labels: ['a', '\\355\\240\\200']", "x:1:15: labels[1]: byte 0xed is not UTF-8"},
        BadText{"", "name: a", "x:1:7: name: expected text in quotes, got a"},
        BadText{"", "rate32: fast", "x:1:9: rate32: expected a decimal number, got fast"},
        BadText{"", "rate32: 0x10", "x:1:9: rate32: expected a decimal number, got 0x10"},
        BadText{"", "epochs: 1 : 2", "x:1:11: expected a field's name, found \":\""},
        BadText{"", "name: “x”", "x:1:7: \"“\" stands outside of a string; there only ASCII is allowed, and quotes are \" or '"},
        BadText{"", "name: '\\q'",
                "x:1:9: invalid escape sequence in string literal; \"\\\" begins an escape: write \"/\" in paths, or \"\\\\\""},
        BadText{"", "name: \"C:\\Users\\me\"",
                "x:1:12: expected eight hex digits up to 10ffff for \\U escape sequence; \"\\\" begins an escape: write \"/\" in paths, or "
                "\"\\\\\""},
        BadText{"", "name: \"D:\\xyz\"",
                "x:1:12: expected hex digits for escape sequence; \"\\\" begins an escape: write \"/\" in paths, or \"\\\\\""},
        // Numbers.
        BadText{"", "stage { learning_rate: 1,5 }", "x:1:24: \"1,5\" is not a number: a decimal point is written \".\"; write 1.5"},
        BadText{"", "epochs: 1,000\nname: 'a'",
                "x:1:9: \"1,000\" is not a number: a decimal point is written \".\" and there are no thousands separators; write 1000 or "
                "1.000"},
        BadText{"", "epochs: 1_000", "x:1:9: \"1_000\" is not a number: there are no thousands separators; write 1000"},
        BadText{"", "epochs: 1'000", "x:1:9: \"1'000\" is not a number: there are no thousands separators; write 1000"},
        BadText{"", "epochs: 1 000", "x:1:9: \"1 000\" is not a number: there are no thousands separators; write 1000"},
        BadText{"", "epochs: 1.000", "x:1:9: epochs: expected a whole number, got 1.000; write 1 or 1000"},
        BadText{"", "epochs: 1e3", "x:1:9: epochs: expected a whole number, got 1e3; write 1000"},
        BadText{"", "epochs: 5.", "x:1:9: epochs: expected a whole number, got 5.; write 5"},
        BadText{"", "rate32: 10%", "x:1:9: \"10%\" is not a number: there are no percents; write 0.1"},
        BadText{"", "rate32: +1", "x:1:9: \"+1\" is not a number: the sign + is not written; write 1"},
        BadText{"", "rate32: \xe2\x88\x92\x31", "x:1:9: U+2212 is a dash; write a minus sign (-)"},
        BadText{"", "rate32: 1\xc2\xa0", "x:1:10: U+00A0 is a special space; write a plain space"},
        BadText{"", "name\xe2\x80\x8b: 'a'", "x:1:5: U+200B is an invisible character; delete it"},
        BadText{"", "name: 'a'\xc2\x85", "x:1:10: U+0085 is a control character; delete it"},
        // Other languages.
        BadText{"", "// a comment, don't\nepochs: 1", "x:1:1: comments begin with #, not with //"},
        BadText{"", "epochs: 1 // it's one", "x:1:11: comments begin with #, not with //"},
        BadText{"", "epochs: 1// one", "x:1:10: comments begin with #, not with //"},
        BadText{"", "/* two\nlines */\nepochs: 1", "x:1:1: comments begin with #, not with /*"},
        BadText{"", "epochs: 1\n-- one", "x:2:1: comments begin with #, not with --"},
        BadText{"", "epochs: 1\n; seed: 2", "x:2:1: comments begin with #, not with ;"},
        BadText{"", "% one\nepochs: 1", "x:1:1: comments begin with #, not with %"},
        BadText{"", "\n<!DOCTYPE html>\n<html>",
                "x: this is a web page, expected protobuf text; download the file itself, not the page that shows it; code hosts give the "
                "file itself under \"Raw\""},
        BadText{
            "", "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n",
            "x: this is a Git LFS pointer, not the file that it stands for, expected protobuf text; fetch that with \"git lfs install\" "
            "and \"git lfs pull\", or download it from the repository's web page"},
        BadText{"", "PK\x03\x04", "x: not a text file (byte 3 at offset 2); it is a zip archive"},
        BadText{"", "[optimizer]\nepochs = 1",
                "x:1:1: this looks like TOML or INI; experiments are protobuf text: field: value and message { … }"},
        BadText{"", "epochs = 1\nname = 'x'",
                "x:1:1: this looks like TOML, INI or Python; experiments are protobuf text: field: value and message { … }"},
        BadText{"", "import torch\n", "x:1:1: this looks like Python; experiments are protobuf text: field: value and message { … }"},
        BadText{"", "name: 'x' epochs = 1", "x:1:18: expected \":\", as in epochs: value, found \"=\""},
        BadText{"", "epochs: 1\n<<<<<<< HEAD\nseed: 1\n=======\nseed: 2\n>>>>>>> b",
                "x:2:1: git could not merge here; keep one of the two versions and delete the lines of <, = and >"},
        BadText{"", "```textproto\nepochs: 1\n```", "x:1:1: ``` encloses code in Markdown; delete this line"},
        BadText{"", std::string((1 << 20) + 1, ' '), "x: 1048577 bytes are too many for a config; at most 1048576 are read"}));

TEST(TextprotoTest, WhatFollowsABadNumberIsJudgedToo) {
  EXPECT_THAT(ErrorsOf("stage { learning_rate: 1,5 momentum: 10% }\nzz: 1\nepochs: 1_0\nseed: -1"),
              ElementsAre(HasSubstr("x:1:24: \"1,5\""), HasSubstr("x:1:38: \"10%\""), HasSubstr("x:2:1: unknown field \"zz\""),
                          HasSubstr("x:3:9: \"1_0\""), HasSubstr("x:4:7: seed")));
}

// Separators and slashes that are none of another language's comments.
TEST(TextprotoTest, CommentsOfOtherLanguagesAreNotSeenWhereThereAreNone) {
  EXPECT_THAT(ErrorsOf("epochs: 1; seed: 2,\nname: 'https://x/*y*/ -- % ;'; # // /* --\nsizes: [1,2]; rate32: .5 ;\n"), IsEmpty());
  EXPECT_THAT(ErrorsOf("seed: 1,epochs: 2"), IsEmpty());
  EXPECT_THAT(ErrorsOf("name: a//b"), ElementsAre(HasSubstr("expected text in quotes, got a"), HasSubstr("found \"/\"")));
}

TEST(TextprotoTest, ReportsEveryUnknownFieldAndReadsTheRest) {
  const Parsed parsed = Parse("a: 1\nepochs: 3\nb { c: [1] }\nstage { d < e: 'f' > momentum: 0.5 }");
  EXPECT_THAT(parsed.errors.messages, ElementsAre(HasSubstr("x:1:1: unknown field \"a\""), HasSubstr("x:3:1: unknown field \"b\""),
                                                  HasSubstr("x:4:9: unknown field \"d\"")));
  EXPECT_FALSE(parsed.errors.stopped);
  EXPECT_THAT(parsed.config, EqualsText("epochs: 3 stage { momentum: 0.5 }"));
}

TEST(TextprotoTest, ReportsWhatStopsTheParserTogetherWithAllElse) {
  const Parsed parsed = Parse("a: 1\nepochs: x\nseed: -1\nb: 2\nname 'x'\nc: 3");
  EXPECT_THAT(parsed.errors.messages,
              ElementsAre(HasSubstr("x:1:1: unknown field \"a\""), HasSubstr("x:2:9: epochs"), HasSubstr("x:3:7: seed"),
                          HasSubstr("x:4:1: unknown field \"b\""), HasSubstr("x:5:6: expected \":\"")));
  EXPECT_TRUE(parsed.errors.stopped);
}

// C11: the unknown field before the break is reported; nothing after the break is.
TEST(TextprotoTest, ReportsUnknownFieldsInFrontOfABreak) {
  EXPECT_THAT(ErrorsOf("a: 1\nname: \"abc\nb: 2"), ElementsAre(HasSubstr("unknown field \"a\""), HasSubstr("unclosed string")));
}

TEST(TextprotoTest, LimitsTheCountOfMessages) {
  const std::vector<std::string> errors = ErrorsOf(Repeat(1000, "zz: 1\n"));
  EXPECT_EQ(errors.size(), 101);
  EXPECT_EQ(errors.back(), "x: and 900 more errors");
}

// C17
TEST(TextprotoTest, ReadsOverAByteOrderMark) {
  const Parsed parsed = Parse("\xef\xbb\xbfname: \"x\"");
  EXPECT_THAT(parsed.config, EqualsText("name: 'x'"));
  EXPECT_EQ(parsed.PlaceOf("name"), "x:1:1");
}

// C21
TEST(TextprotoTest, AcceptsAnEmptyText) {
  EXPECT_THAT(ErrorsOf(""), IsEmpty());
  EXPECT_THAT(ErrorsOf("# only a comment"), IsEmpty());
}

// C19: the parser skips unknown fields by recursion too.
TEST(TextprotoTest, RefusesDeepNestingOfUnknownFields) {
  EXPECT_THAT(ErrorsOf(absl::StrCat("a: ", Repeat(20000, "["))), Contains("x:1:104: nesting deeper than 100"));
  EXPECT_THAT(ErrorsOf(Repeat(20000, "a <")), Contains("x:1:303: nesting deeper than 100"));
}

// C19: the limit itself.
TEST(TextprotoTest, Reads100LevelsOfNesting) {
  const std::string inner = absl::StrCat("stage { ", Repeat(99, "nested { "), Repeat(99, "} "), "}");
  EXPECT_THAT(ErrorsOf(inner), IsEmpty());
}

TEST(FieldLocationsTest, ErasesAFieldWithAllBelow) {
  FieldLocations locations;
  for (const char* path : {"a", "a.b", "a[0]", "a[0].b", "ab", "a_file", "b.a"}) locations.Set(path, {"x", 1, 1});
  locations.Erase("a");
  std::vector<std::string> left;
  for (const auto& [path, position] : locations.all()) left.push_back(path);
  EXPECT_THAT(left, ElementsAre("a_file", "ab", "b.a"));
}

TEST(MergeLayerTest, LaterValuesWin) {
  const Parsed merged = Merge({"name: 'a' epochs: 1 stage { momentum: 0.1 learning_rate: 1 }", "epochs: 2 stage { momentum: 0.2 }"});
  EXPECT_THAT(merged.config, EqualsText("name: 'a' epochs: 2 stage { momentum: 0.2 learning_rate: 1 }"));
  EXPECT_EQ(merged.PlaceOf("name"), "layer0:1:1");
  EXPECT_EQ(merged.PlaceOf("epochs"), "layer1:1:1");
  EXPECT_EQ(merged.PlaceOf("stage.learning_rate"), "layer0:1:43");
}

TEST(MergeLayerTest, ANamedListReplacesAtAnyDepth) {
  const Parsed merged = Merge({"labels: ['a', 'b'] sizes: 1 stage { layers: ['p', 'q'] } stages { layers: 'r' } stages {}",
                               "labels: 'c' sizes: [] stage { layers: [] } stages { momentum: 1 }"});
  EXPECT_THAT(merged.config, EqualsText("labels: 'c' stage {} stages { momentum: 1 }"));
  EXPECT_EQ(merged.PlaceOf("labels[0]"), "layer1:1:1");
  EXPECT_FALSE(merged.locations.Contains("labels[1]"));
  EXPECT_FALSE(merged.locations.Contains("stages[0].layers"));
}

TEST(MergeLayerTest, AListThatIsNotNamedStays) {
  EXPECT_THAT(Merge({"labels: 'a' stage { layers: 'p' }", "epochs: 1 stage {}"}).config,
              EqualsText("labels: 'a' epochs: 1 stage { layers: 'p' }"));
}

TEST(MergeLayerTest, AnotherArmReplacesTheArmBelow) {
  const Parsed merged = Merge({"cosine { floor_fraction: 0.5 }", "constant {}"});
  EXPECT_THAT(merged.config, EqualsText("constant {}"));
  EXPECT_FALSE(merged.locations.Contains("cosine"));
  EXPECT_FALSE(merged.locations.Contains("cosine.floor_fraction"));
  EXPECT_THAT(Merge({"cosine { floor_fraction: 0.5 }", "steps: 3"}).config, EqualsText("steps: 3"));
  EXPECT_THAT(Merge({"cosine { floor_fraction: 0.5 }", "steps: 3", "cosine {}"}).config, EqualsText("cosine {}"));
}

TEST(MergeLayerTest, KeepsThePresenceOfEmptyMessages) {
  const Parsed merged = Merge({"epochs: 1", "constant {} empty {}"});
  EXPECT_TRUE(merged.config.has_constant());
  EXPECT_TRUE(merged.config.has_empty());
}

TEST(FillDefaultsTest, WritesWhatTheSchemaSays) {
  ExampleConfig config;
  FillDefaults(&config);
  EXPECT_THAT(config, EqualsText("seed: 42 device: CPU stage { momentum: 0.9 part { count: 7 } }"));
}

TEST(FillDefaultsTest, FillsTheChosenArmAndElementsOfLists) {
  ExampleConfig config = Config("cosine {} seed: 1 stage { momentum: 0 nested { learning_rate: 3 } } stages {}");
  FillDefaults(&config);
  EXPECT_THAT(config, EqualsText("cosine { floor_fraction: 0 } seed: 1 device: CPU stages { momentum: 0.9 part { count: 7 } }"
                                 "stage { momentum: 0 part { count: 7 } nested { learning_rate: 3 momentum: 0.9 part { count: 7 } } }"));
}

TEST(PrintTextprotoTest, ReadsBackEqual) {
  ExampleConfig config = Config("name: 'a\\n\\t\"\\'\\\\ é €' labels: ['', 'x'] constant {} device: CUDA sizes: [1, -2]");
  for (const double value : {0.1, 1e-3, 1.0 / 3, 5e-324, 1e22, -0.0, 0.1 + 0.2, std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::max(), 2.5e-5}) {
    config.mutable_stage()->set_learning_rate(value);
    config.set_rate32(static_cast<float>(1.0 / 3));
    EXPECT_THAT(Config(PrintTextproto(config)), EqualsText(PrintTextproto(config)));
    EXPECT_EQ(Config(PrintTextproto(config)).SerializeAsString(), config.SerializeAsString());
  }
  EXPECT_THAT(PrintTextproto(config), HasSubstr("é €"));
  EXPECT_THAT(PrintTextproto(config), HasSubstr("learning_rate: 2.5e-05\n"));
}

}  // namespace
}  // namespace mica
