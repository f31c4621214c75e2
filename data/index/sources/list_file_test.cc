#include "data/index/sources/list_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/config/parse_text_or_die.h"
#include "base/config/validation_table.h"
#include "base/rng.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class ListFileTest : public testing::Test {
 protected:
  ListFileTest() {
    for (const char* name : {"a.jpg", "b.jpg", "c d.jpg", "e,f.jpg"}) WriteTestFile(absl::StrCat(folder_, "/", name), "x");
  }

  SampleList List(absl::string_view text, const std::string& settings = "") {
    WriteTestFile(path_, text);
    auto config = ParseTextOrDie<ListFileConfig>(settings);
    config.set_list_file(path_);
    return ListFile(config).List();
  }

  // "path=label" of each sample; the problems if there are some.
  std::vector<std::string> Samples(absl::string_view text, const std::string& settings = "") {
    const SampleList list = List(text, settings);
    if (!list.problems.empty()) return list.problems;
    std::vector<std::string> samples;
    for (const ImageRecord& record : list.records) {
      samples.push_back(absl::StrCat(list.files[record.file].relative_path(), "=", record.label < 0 ? "" : list.labels[record.label].text));
    }
    return samples;
  }

  std::vector<std::string> Problems(absl::string_view text, const std::string& settings = "") { return List(text, settings).problems; }

  const std::string folder_ = MakeTestFolder("list_file");
  const std::string path_ = folder_ + "/train.txt";
};

TEST_F(ListFileTest, ReadsPathsAndLabels) {
  EXPECT_THAT(Samples("b.jpg\tdog\nc d.jpg\tbig cat\na.jpg\tdog\n"), ElementsAre("b.jpg=dog", "c d.jpg=big cat", "a.jpg=dog"));
  EXPECT_THAT(Samples("\xEF\xBB\xBF"
                      "a.jpg\t0\r\n\r\n\nb.jpg\t1"),
              ElementsAre("a.jpg=0", "b.jpg=1"));
}

TEST_F(ListFileTest, ReadsTheOtherDelimiters) {
  EXPECT_THAT(Samples("a.jpg,1\n\"e,f.jpg\",2\n", "delimiter: COMMA"), ElementsAre("a.jpg=1", "e,f.jpg=2"));
  EXPECT_THAT(Samples("a.jpg   1\n b.jpg\t2 \n", "delimiter: SPACE"), ElementsAre("a.jpg=1", "b.jpg=2"));
  EXPECT_THAT(Samples("\"e,f.jpg\"\t\"say \"\"hi\"\"\"\n"), ElementsAre("e,f.jpg=say \"hi\""));
}

// As CUB-200-2011's images.txt, from 1.
TEST_F(ListFileTest, ColumnsAreChosen) {
  EXPECT_THAT(Samples("1 a.jpg 7 x\n2 b.jpg 8 x\n", "delimiter: SPACE path_column: 1 label_column: 2"), ElementsAre("a.jpg=7", "b.jpg=8"));
  EXPECT_THAT(Samples("cat\ta.jpg\n", "path_column: 1 label_column: 0"), ElementsAre("a.jpg=cat"));
  const SampleList list = List("a.jpg\t1\nb.jpg\t2\n", "label_offset: -1");
  EXPECT_TRUE(list.labels_are_numbers);
  EXPECT_EQ(list.label_offset, -1);
}

TEST_F(ListFileTest, ColumnsAreNamed) {
  const std::string names = "path_column_name: \"file\" label_column_name: \"kind\"";
  EXPECT_THAT(Samples("kind\tid\tfile\ncat\t1\ta.jpg\n", names), ElementsAre("a.jpg=cat"));
  EXPECT_THAT(Samples("file,kind\n\"e,f.jpg\",cat\n", "delimiter: COMMA " + names), ElementsAre("e,f.jpg=cat"));
  EXPECT_THAT(Samples("file\na.jpg\nb.jpg\n", "path_column_name: \"file\" labels: NONE"), ElementsAre("a.jpg=", "b.jpg="));
}

TEST_F(ListFileTest, WithoutLabelsOnlyPathsAreNeeded) {
  EXPECT_THAT(Samples("a.jpg\nb.jpg\t7\n", "labels: NONE"), ElementsAre("a.jpg=", "b.jpg="));
  const auto unlabelled = ParseTextOrDie<ListFileConfig>("labels: NONE"), labelled = ParseTextOrDie<ListFileConfig>("");
  EXPECT_FALSE(ListFile(unlabelled).IsLabelled());
  EXPECT_TRUE(ListFile(labelled).IsLabelled());
}

TEST_F(ListFileTest, NumbersThatAreNamesStayNames) {
  const SampleList list = List("a.jpg\t10\nb.jpg\t2\n", "labels: NAMES");
  EXPECT_FALSE(list.labels_are_numbers);
  EXPECT_THAT(list.problems, IsEmpty());
}

// M2
TEST_F(ListFileTest, NamesTheLineOfTooFewFields) {
  EXPECT_THAT(Problems("a.jpg\t1\n\nb.jpg\n"),
              ElementsAre(path_ + ":3: 1 field, expected at least 2 separated by tabs; without labels, set list_file { labels: NONE }"));
  EXPECT_THAT(Problems("a.jpg\t1\n", "label_column: 4"), ElementsAre(EndsWith(":1: 2 fields, expected at least 5 separated by tabs")));
}

TEST_F(ListFileTest, ProposesTheDelimiterThatFits) {
  EXPECT_THAT(Problems("a.jpg,1\nb.jpg,2\n"),
              ElementsAre(HasSubstr(":1: 1 field, expected at least 2 separated by tabs"),
                          path_ + ":1: most lines have 2 fields separated by commas: set list_file { delimiter: COMMA }"));
  EXPECT_THAT(Problems("a.jpg 1\nb.jpg 2\n", "delimiter: COMMA").back(),
              HasSubstr("2 fields separated by blanks: set list_file { delimiter: SPACE }"));
  EXPECT_THAT(Problems("file,kind\na.jpg,cat\n", "path_column_name: \"file\" label_column_name: \"kind\"").back(),
              HasSubstr("delimiter: COMMA"));
}

TEST_F(ListFileTest, APathWithBlanksIsNamedWhereBlanksSeparate) {
  EXPECT_THAT(Problems("a.jpg 1\nc d.jpg 2\n", "delimiter: SPACE"),
              ElementsAre(path_ + ":2: 3 fields, but line 1 has 2; paths and labels with blanks need a list with delimiter: TAB or COMMA"));
}

TEST_F(ListFileTest, MoreFieldsThanNeededDoNotCount) {
  EXPECT_THAT(Samples("a.jpg\t1\nb.jpg\t2\tx\ty\n"), ElementsAre("a.jpg=1", "b.jpg=2"));
}

TEST_F(ListFileTest, BelowAHeaderAllLinesHaveItsFields) {
  const std::string names = "path_column_name: \"file\" label_column_name: \"kind\"";
  EXPECT_THAT(Problems("file\tkind\na.jpg\tcat\tx\n", names), ElementsAre(path_ + ":2: 3 fields, but the header has 2"));
  EXPECT_THAT(Problems("file,kind\ne,f.jpg,cat\n", "delimiter: COMMA " + names),
              ElementsAre(path_ + ":2: 3 fields, but the header has 2; a field with commas stands in double quotes"));
}

TEST_F(ListFileTest, NamesTheColumnsThatThereAre) {
  EXPECT_THAT(
      Problems("path\tlabel\na.jpg\tcat\n", "path_column_name: \"path\" label_column_name: \"lable\""),
      ElementsAre(path_ + ":1: has no column \"lable\", as list_file.label_column_name says; columns are \"path\", \"label\"; did you mean "
                          "\"label\"?"));
}

TEST_F(ListFileTest, AHeaderThatWasNotNamedIsNoSample) {
  EXPECT_THAT(Problems("Path\tlabel\na.jpg\tcat\n"),
              ElementsAre(path_ + ":1: looks like a header; set list_file { path_column_name: \"Path\" label_column_name: \"label\" }"));
}

TEST_F(ListFileTest, OnlyTheFirstLineCanBeAHeader) {
  WriteTestFile(folder_ + "/image", "x");
  EXPECT_THAT(Samples("a.jpg\tcat\nimage\tdog\n"), ElementsAre("a.jpg=cat", "image=dog"));
  EXPECT_THAT(Samples("./image\tdog\n"), ElementsAre("image=dog"));
}

TEST_F(ListFileTest, ReportsAllBadLines) {
  EXPECT_THAT(Problems("a.jpg\t1\nb.jpg\n../x.jpg\t1\nb.jpg\t\na.jpg\t2\n"),
              ElementsAre(HasSubstr(":2: 1 field"), HasSubstr(":3: path"), HasSubstr(":4: the label of \"b.jpg\" is empty"),
                          HasSubstr(":5: \"a.jpg\" has the label \"2\"")));
  std::string many;
  for (int i = 0; i < 100; ++i) absl::StrAppend(&many, i, ".jpg\t\n");
  EXPECT_THAT(Problems(many), AllOf(SizeIs(11), testing::Contains(EndsWith(": 100 problems in its lines; the first 10 are shown"))));
}

TEST_F(ListFileTest, QuotesThatAreWrongAreNamed) {
  EXPECT_THAT(Problems("a.jpg,1\n\"b.jpg,2\nc.jpg,3\n", "delimiter: COMMA"),
              ElementsAre(path_ + ":2: the quote that opens here is never closed"));
  EXPECT_THAT(Problems("a.jpg,1\nb\"x.jpg,2\nb.jpg,\n", "delimiter: COMMA"),
              ElementsAre(HasSubstr(":2: a quote inside"), HasSubstr(":3: the label of")));
}

TEST_F(ListFileTest, AFileThatIsNoListIsNamed) {
  EXPECT_THAT(Problems(""), ElementsAre(path_ + ": lists no samples"));
  EXPECT_THAT(Problems("file\tkind\n", "path_column_name: \"file\" label_column_name: \"kind\""),
              ElementsAre(path_ + ": lists no samples"));
  EXPECT_THAT(Problems("\xff\xfe"
                       "a"),
              ElementsAre(HasSubstr("is UTF-16")));
  auto config = ParseTextOrDie<ListFileConfig>("");
  config.set_list_file(folder_ + "/none.txt");
  EXPECT_THAT(ListFile(config).List().problems, ElementsAre(StartsWith(folder_ + "/none.txt: cannot open")));
  EXPECT_EQ(ListFile(config).Origin(), folder_ + "/none.txt");
}

TEST_F(ListFileTest, AWrongRootIsNamed) {
  EXPECT_THAT(
      Problems("a.jpg\t1\nb.jpg\t2\n", "root_folder: \"/nowhere\""),
      ElementsAre(AllOf(HasSubstr(":1: /nowhere/a.jpg does not exist: there is no \"/nowhere\""),
                        EndsWith(absl::StrCat("; but ", folder_, "/a.jpg exists: set list_file { root_folder: \"", folder_, "\" }")))));
}

void ValidateListFile(const ListFileConfig& config, absl::string_view path, ConfigProblems* problems) {
  ListFile(config).Validate(path, problems);
}

TEST(ListFileValidationTest, SaysWhichFieldIsWrong) {
  const ValidationTable<ListFileConfig> table(ValidateListFile, "list_file");
  const std::string file = "list_file: \"/d/x.txt\" ";
  table.ExpectValid(file);
  table.ExpectValid(file + "delimiter: SPACE path_column: 1 label_column: 0 label_offset: -1");
  table.ExpectValid(file + "path_column: 1 labels: NONE");
  table.ExpectValid(file + "path_column_name: \"p\" label_column_name: \"l\" labels: NAMES root_folder: \"/d\"");
  table.ExpectValid(file + "path_column_name: \"p\" labels: NONE");
  table.ExpectErrors({
      {"", "list_file.list_file is required"},
      {file + "path_column: -1", "list_file.path_column must be 0 or more (got -1)"},
      {file + "label_column: -1", "list_file.label_column must be 0 or more (got -1)"},
      {file + "path_column: 1", "list_file.label_column is path_column too (1)"},
      {file + "label_column_name: \"l\"", "list_file.path_column_name is required beside label_column_name"},
      {file + "path_column_name: \"p\"", "list_file.label_column_name is required beside path_column_name"},
      {file + "path_column_name: \"p\" label_column_name: \"p\"", "list_file.label_column_name is path_column_name too"},
      {file + "path_column_name: \"p\" label_column_name: \"l\" labels: NONE",
       "list_file.label_column_name cannot stand beside labels: NONE"},
      {file + "path_column_name: \"p\" label_column_name: \"l\" path_column: 2",
       "list_file.path_column cannot stand beside path_column_name"},
      {file + "path_column_name: \"p\" label_column_name: \"l\" label_column: 2",
       "list_file.label_column cannot stand beside path_column_name"},
      {file + "labels: NAMES label_offset: 1", "list_file.label_offset has no effect beside labels: NAMES"},
      {file + "labels: NONE label_offset: 1", "list_file.label_offset has no effect beside labels: NONE"},
      {file + "labels: LABELS_UNSPECIFIED", "list_file.labels must be AUTO, NAMES, NUMBERS or NONE"},
      {file + "delimiter: DELIMITER_UNSPECIFIED", "list_file.delimiter must be TAB, COMMA or SPACE"},
  });
}

// Thousands of broken lists: each has samples or problems, and both are sound.
TEST_F(ListFileTest, EveryTextIsReadOrRefusedWithAReason) {
  Rng rng(42, static_cast<RngStream>(0), 0, 0);
  constexpr char kBytes[] = {'\t', ',', ' ', '"', '\n', '\r', '\0', '/', '\\', '.', 'x', '1', '-', '\xff', '\xc3', '\xa9', '\x1b'};
  const std::string settings[] = {"",
                                  "delimiter: COMMA",
                                  "delimiter: SPACE",
                                  "labels: NONE",
                                  "labels: NAMES path_column: 1 label_column: 0",
                                  "path_column_name: \"a.jpg\" label_column_name: \"1\"",
                                  "delimiter: COMMA path_column_name: \"a.jpg\" labels: NONE"};
  int read = 0;
  constexpr int kTexts = 20000;
  for (int i = 0; i < kTexts; ++i) {
    const char delimiter = "\t, "[rng.UniformBelow(3)];
    std::string text = "a.jpg#1\nb.jpg#2\r\n\"a.jpg\"#1\n\n./b.jpg#2\n";
    for (char& letter : text) letter = letter == '#' ? delimiter : letter;
    for (uint64_t change = rng.UniformBelow(4); change > 0; --change) {
      const size_t place = rng.UniformBelow(text.size());
      if (rng.UniformBelow(2) == 0) {
        text.erase(place, rng.UniformBelow(3));
      } else {
        text.insert(place, 1, kBytes[rng.UniformBelow(sizeof(kBytes))]);
      }
    }
    const std::string& setting = settings[rng.UniformBelow(std::size(settings))];
    SCOPED_TRACE(absl::StrCat(setting, ": ", absl::CHexEscape(text)));
    const SampleList list = List(text, setting);
    ASSERT_TRUE(!list.problems.empty() || !list.records.empty());
    for (const std::string& problem : list.problems) ASSERT_TRUE(absl::StartsWith(problem, path_)) << problem;
    if (!list.problems.empty()) continue;
    ++read;
    int64_t labelled = 0, counted = 0;
    for (const ImageRecord& record : list.records) {
      ASSERT_LT(record.file, static_cast<int32_t>(list.files.size()));
      ASSERT_LT(record.label, static_cast<int32_t>(list.labels.size()));
      labelled += record.label >= 0;
    }
    for (const ListedLabel& label : list.labels) counted += label.samples;
    ASSERT_EQ(labelled, counted);
    for (const SampleFile& file : list.files) ASSERT_TRUE(absl::StartsWith(file.path, folder_ + "/")) << file.path;
  }
  EXPECT_GT(read, kTexts / 20);
  EXPECT_LT(read, kTexts * 9 / 10);
}

}  // namespace
}  // namespace mica
