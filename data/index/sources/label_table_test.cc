#include "data/index/sources/label_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

// The list of these labels, each in a line of its own.
SampleList ListOf(const std::vector<std::string>& labels, const LabelRules& rules) {
  LabelTable table;
  int line = 0;
  for (const std::string& label : labels) {
    ++line;
    table.Add(label, [&] { return absl::StrCat("x.txt:", line); });
  }
  SampleList list;
  list.origin = "x.txt";
  table.MoveTo(rules, &list);
  return list;
}

SampleList ListOf(const std::vector<std::string>& labels, SourceConfig::Labels kind = SourceConfig::AUTO, int64_t offset = 0) {
  return ListOf(labels, {kind, offset, "list_file"});
}

TEST(IsWholeNumberTest, TakesWhatAnInt64IsWrittenAs) {
  for (const char* text : {"0", "12", "-1", "007", "-0", "9223372036854775807", "-9223372036854775808"})
    EXPECT_TRUE(IsWholeNumber(text)) << text;
}

TEST(IsWholeNumberTest, TakesNothingElse) {
  for (const char* text :
       {"", "-", "+1", " 1", "1 ", "1\n", "1.0", "1e3", "0x10", "1,000", "cat", "--1", "- 1", "9223372036854775808", "١"}) {
    EXPECT_FALSE(IsWholeNumber(text)) << text;
  }
}

TEST(LabelTableTest, CountsSamplesAndRemembersFirstPlaces) {
  LabelTable table;
  int asked = 0;
  const auto place = [&](const char* text) {
    return [&asked, text] {
      ++asked;
      return std::string(text);
    };
  };
  EXPECT_EQ(table.Add("cat", place("x:1")), 0);
  EXPECT_EQ(table.Add("cat", place("x:2")), 0);
  EXPECT_EQ(table.Add("dog", place("x:3")), 1);
  EXPECT_EQ(table.Add("cat", place("x:4")), 0);
  EXPECT_EQ(table.AddClass("owl", "x:5"), 2);
  EXPECT_EQ(table.AddClass("dog", "x:6"), 1);
  EXPECT_EQ(asked, 2) << "the place of a known label is not made";
  EXPECT_EQ(table.text(1), "dog");

  SampleList list;
  table.MoveTo({SourceConfig::AUTO, 0, "csv"}, &list);
  ASSERT_THAT(list.labels, SizeIs(3));
  EXPECT_EQ(list.labels[0].text, "cat");
  EXPECT_EQ(list.labels[0].first_place, "x:1");
  EXPECT_EQ(list.labels[0].samples, 3);
  EXPECT_EQ(list.labels[1].samples, 1);
  EXPECT_EQ(list.labels[2].text, "owl");
  EXPECT_EQ(list.labels[2].first_place, "x:5");
  EXPECT_EQ(list.labels[2].samples, 0);
}

TEST(LabelTableTest, IsEmptyAfterItsLabelsAreMoved) {
  LabelTable table;
  SampleList first, second;
  table.Add("cat", [] { return "x:1"; });
  table.MoveTo({}, &first);
  EXPECT_EQ(table.Add("dog", [] { return "y:1"; }), 0);
  table.MoveTo({}, &second);
  ASSERT_THAT(second.labels, SizeIs(1));
  EXPECT_EQ(second.labels[0].text, "dog");
}

TEST(LabelTableTest, AutoTellsNumbersFromNames) {
  EXPECT_TRUE(ListOf({"3", "-1", "007"}).labels_are_numbers);
  EXPECT_FALSE(ListOf({"cat", "3.5"}).labels_are_numbers);
  EXPECT_FALSE(ListOf({}).labels_are_numbers);
  EXPECT_THAT(ListOf({"3", "-1"}).problems, IsEmpty());
  EXPECT_THAT(ListOf({"cat", "dog"}).problems, IsEmpty());
}

TEST(LabelTableTest, AutoRefusesAMixtureAndShowsBoth) {
  const SampleList list = ListOf({"3", "2", "cat", "4"});
  EXPECT_THAT(list.problems, ElementsAre("x.txt:3: label \"cat\" is a name, but \"3\" (x.txt:1) is a number; correct them, or set "
                                         "list_file { labels: NAMES }"));
}

// As names, 10 would come before 2 and most labels would be others.
TEST(LabelTableTest, NumbersWithBlanksOrZeroFractionsAreNoNames) {
  EXPECT_THAT(ListOf({" 0", " 1", " 10"}).problems,
              ElementsAre("x.txt:1: label \" 0\" is a whole number written otherwise, with blanks or a fraction of 0; write \"0\", or set "
                          "list_file { labels: NAMES }"));
  EXPECT_THAT(ListOf({"3.0", "1.0"}, SourceConfig::NUMBERS).problems, ElementsAre(HasSubstr("write \"3\"")));
  EXPECT_THAT(ListOf({"0", "2 "}).problems, ElementsAre(HasSubstr("x.txt:2: label \"2 \"")));
  EXPECT_THAT(ListOf({" 0", "1"}, SourceConfig::NAMES).problems, IsEmpty());
  EXPECT_THAT(ListOf({"v1.0", "2.5", "1.0.0"}).problems, IsEmpty());
}

TEST(LabelTableTest, NamesMayBeNumbers) {
  const SampleList list = ListOf({"3", "cat"}, SourceConfig::NAMES);
  EXPECT_FALSE(list.labels_are_numbers);
  EXPECT_THAT(list.problems, IsEmpty());
}

TEST(LabelTableTest, NumbersMustBeNumbers) {
  EXPECT_TRUE(ListOf({"3"}, SourceConfig::NUMBERS).labels_are_numbers);
  const SampleList list = ListOf({"3", "1.5"}, SourceConfig::NUMBERS);
  EXPECT_TRUE(list.labels_are_numbers);
  EXPECT_THAT(list.problems, ElementsAre(StartsWith("x.txt:2: label \"1.5\" is no whole number")));
}

TEST(LabelTableTest, TheOffsetIsForNumbers) {
  EXPECT_EQ(ListOf({"1", "2"}, SourceConfig::AUTO, -1).label_offset, -1);
  EXPECT_THAT(ListOf({"1", "2"}, SourceConfig::AUTO, -1).problems, IsEmpty());
  EXPECT_THAT(ListOf({"cat"}, SourceConfig::AUTO, -1).problems,
              ElementsAre("x.txt: its labels are names, so label_offset cannot be added; leave it out of list_file"));
}

TEST(LabelTableTest, SaysHowToBeginElsewhere) {
  EXPECT_EQ(ListOf({"1"}).begin_labels_at(1), "set list_file { label_offset: -1 }");
}

TEST(LabelTableTest, TextInMessagesIsCutAndHarmless) {
  const SampleList list = ListOf({"1", "\x1b[31m" + std::string(100000, 'x')});
  ASSERT_THAT(list.problems, SizeIs(1));
  EXPECT_THAT(list.problems[0], HasSubstr("\\x1b[31mxxx"));
  EXPECT_LT(list.problems[0].size(), 300);
}

// M6
TEST(LabelTableTest, WarnsOfNearTwins) {
  EXPECT_THAT(ListOf({"cat", "dog", " cat"}).warnings,
              ElementsAre("x.txt:3: label \" cat\" differs from \"cat\" (x.txt:1) only in capitals, blanks, leading zeros or Unicode form; "
                          "they are two classes"));
  EXPECT_THAT(ListOf({"cat", "Cat"}).warnings, SizeIs(1));
  EXPECT_THAT(ListOf({"1", "01"}, SourceConfig::NAMES).warnings, SizeIs(1));
  EXPECT_THAT(ListOf({"0", "000", "10"}, SourceConfig::NAMES).warnings, SizeIs(1));
  EXPECT_THAT(ListOf({"cat", "cats", "c at"}).warnings, IsEmpty());
  EXPECT_THAT(ListOf({"1", "01"}).warnings, IsEmpty()) << "as numbers they are one class";
}

// D9: "é" as one code point and as two, and capitals beyond ASCII.
TEST(LabelTableTest, D9WarnsOfTwinsInUnicode) {
  EXPECT_THAT(ListOf({"caf\xc3\xa9", "cafe\xcc\x81"}).warnings, ElementsAre(HasSubstr("or Unicode form; they are two classes")));
  EXPECT_THAT(ListOf({"\xc3\x84pfel", "\xc3\xa4pfel"}).warnings, SizeIs(1));
  EXPECT_THAT(ListOf({"caf\xe9", "caf\xe8", "cafe", "caf\xc3\xa9"}).warnings, IsEmpty());
}

TEST(LabelTableTest, ShowsTenNearTwinsAndCountsTheOthers) {
  std::vector<std::string> labels;
  for (int i = 0; i < 1000; ++i) labels.push_back(absl::StrCat("name", i));
  for (int i = 0; i < 1000; ++i) labels.push_back(absl::StrCat("NAME", i));
  const SampleList list = ListOf(labels);
  ASSERT_THAT(list.warnings, SizeIs(11));
  EXPECT_EQ(list.warnings[10], "1000 labels are such twins of others; the first 10 are shown");
}

// W17
TEST(LabelTableTest, WarnsOfSeveralLabelsInOne) {
  const auto warns = Contains(AllOf(StartsWith("x.txt:3: label \""), HasSubstr("looks like several labels")));
  EXPECT_THAT(ListOf({"scab", "rust", "scab rust", "rust complex", "complex"}).warnings, warns);  // Plant Pathology 2021
  EXPECT_THAT(ListOf({"cat", "dog", "cat, dog", "dog,owl", "owl"}).warnings, warns);
  EXPECT_THAT(ListOf({"cat", "dog", "cat|dog", "dog|cat"}).warnings, warns);
  EXPECT_THAT(ListOf({"1", "2", "1;2", "2;1"}, SourceConfig::NAMES).warnings, warns);
}

// Planet: Understanding the Amazon from Space: "primary" is never alone.
TEST(LabelTableTest, WarnsOfMixturesWhosePartsAreNeverAlone) {
  const std::vector<std::string> parts = {"clear", "primary", "water", "road", "habitation"};
  std::vector<std::string> labels;
  for (unsigned set = 0; set < 32; ++set) {
    std::string label;
    for (size_t i = 0; i < parts.size(); ++i) {
      if ((set >> i & 1) != 0) absl::StrAppend(&label, label.empty() ? "" : " ", parts[i]);
    }
    if (label.find(' ') != std::string::npos) labels.push_back(label);
  }
  EXPECT_THAT(ListOf(labels).warnings, Contains(HasSubstr("looks like several labels")));
}

TEST(LabelTableTest, NamesOfSeveralWordsAreNoSeveralLabels) {
  EXPECT_THAT(ListOf({"retriever", "golden retriever", "flat-coated retriever"}).warnings, IsEmpty());
  EXPECT_THAT(ListOf({"golden retriever", "golden eagle", "bald eagle", "labrador retriever"}).warnings, IsEmpty());
  EXPECT_THAT(ListOf({"tench, Tinca tinca", "goldfish, Carassius auratus", "crane", "crane, machine"}).warnings, IsEmpty());  // ImageNet
  EXPECT_THAT(ListOf({"bell pepper", "bell", "pepper"}).warnings, IsEmpty()) << "one may be chance";
  std::vector<std::string> grid;
  for (const char* colour : {"red", "green", "blue", "white", "black"}) {
    for (const char* shape : {"circle", "square", "star", "cross", "ring"}) grid.push_back(absl::StrCat(colour, " ", shape));
  }
  EXPECT_THAT(ListOf(grid).warnings, IsEmpty());
}

}  // namespace
}  // namespace mica
