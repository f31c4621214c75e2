#include "data/index/sources/csv_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
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
using ::testing::SizeIs;
using ::testing::StartsWith;

class CsvListTest : public testing::Test {
 protected:
  CsvListTest() {
    for (const char* name : {"a.jpg", "b.jpg", "e,f.jpg"}) WriteTestFile(absl::StrCat(folder_, "/", name), "x");
  }

  SampleList List(absl::string_view text, const std::string& settings) {
    WriteTestFile(path_, text);
    auto config = ParseTextOrDie<CsvConfig>(settings);
    config.set_csv_file(path_);
    return CsvList(config).List();
  }

  // "path=label" of each sample; the problems if there are some.
  std::vector<std::string> Samples(absl::string_view text, const std::string& settings) {
    const SampleList list = List(text, settings);
    if (!list.problems.empty()) return list.problems;
    std::vector<std::string> samples;
    for (const ImageRecord& record : list.records) {
      samples.push_back(absl::StrCat(list.files[record.file].relative_path(), "=", record.label < 0 ? "" : list.labels[record.label].text));
    }
    return samples;
  }

  std::vector<std::string> Problems(absl::string_view text, const std::string& settings) { return List(text, settings).problems; }

  const std::string folder_ = MakeTestFolder("csv_list");
  const std::string path_ = folder_ + "/labels.csv";
  const std::string columns_ = "path_column: \"path\" label_column: \"label\" ";
  const std::string one_hot_ = "path_column: \"path\" label_columns: [\"MEL\", \"NV\", \"BCC\"] ";
};

TEST_F(CsvListTest, ReadsColumnsByName) {
  EXPECT_THAT(Samples("label,age,path\r\ndog,7,b.jpg\r\n\"big, old cat\",8,\"e,f.jpg\"\r\n", columns_),
              ElementsAre("b.jpg=dog", "e,f.jpg=big, old cat"));
  EXPECT_THAT(Samples("\xEF\xBB\xBFpath,label\na.jpg,1", columns_), ElementsAre("a.jpg=1"));
}

// As of Kaggle's "Dog Breed Identification".
TEST_F(CsvListTest, AddsTheSuffix) {
  EXPECT_THAT(Samples("id,breed\na,pug\nb,whippet\n", "path_column: \"id\" label_column: \"breed\" path_suffix: \".jpg\""),
              ElementsAre("a.jpg=pug", "b.jpg=whippet"));
  EXPECT_THAT(Problems("id,breed\na,pug\n", "path_column: \"id\" label_column: \"breed\""),
              ElementsAre(EndsWith("set csv { path_suffix: \".jpg\" }")));
}

TEST_F(CsvListTest, SamplesOfOneValueAreAGroup) {
  const SampleList list = List("path,label,patient\na.jpg,x,p7\nb.jpg,y,p8\n\"e,f.jpg\",y,p7\n", columns_ + "group_column: \"patient\"");
  EXPECT_THAT(list.problems, IsEmpty());
  EXPECT_THAT(list.groups, ElementsAre("p7", "p8"));
  ASSERT_THAT(list.records, SizeIs(3));
  EXPECT_EQ(list.records[0].group, 0);
  EXPECT_EQ(list.records[1].group, 1);
  EXPECT_EQ(list.records[2].group, 0);
  EXPECT_THAT(Problems("path,label,patient\na.jpg,x,\n", columns_ + "group_column: \"patient\""),
              ElementsAre(HasSubstr(":2: group is empty")));
}

TEST_F(CsvListTest, WithoutLabelsOnlyPathsAreRead) {
  EXPECT_THAT(Samples("path,label\na.jpg,\nb.jpg,7\n", "path_column: \"path\" labels: NONE"), ElementsAre("a.jpg=", "b.jpg="));
  const auto unlabelled = ParseTextOrDie<CsvConfig>("labels: NONE"), labelled = ParseTextOrDie<CsvConfig>("");
  EXPECT_FALSE(CsvList(unlabelled).IsLabelled());
  EXPECT_TRUE(CsvList(labelled).IsLabelled());
}

// As of ISIC 2019, which writes 1.0 and 0.0.
TEST_F(CsvListTest, OneColumnAClass) {
  const SampleList list = List("path,MEL,NV,BCC\na.jpg,0.0,1.0,0.0\nb.jpg,True,False,FALSE\n\"e,f.jpg\",0,1,0\n", one_hot_);
  EXPECT_THAT(list.problems, IsEmpty());
  EXPECT_FALSE(list.labels_are_numbers);
  ASSERT_THAT(list.labels, SizeIs(3));
  EXPECT_EQ(list.labels[0].text, "MEL");
  EXPECT_EQ(list.labels[1].text, "NV");
  EXPECT_EQ(list.labels[2].text, "BCC");
  EXPECT_EQ(list.labels[2].samples, 0);
  EXPECT_EQ(list.labels[2].first_place, path_ + ":1");
  ASSERT_THAT(list.records, SizeIs(3));
  EXPECT_EQ(list.records[0].label, 1);
  EXPECT_EQ(list.records[1].label, 0);
  EXPECT_EQ(list.records[2].label, 1);
}

TEST_F(CsvListTest, NamesOfColumnsMayBeNumbers) {
  const SampleList list = List("path,0,1\na.jpg,0,1\n", "path_column: \"path\" label_columns: [\"0\", \"1\"]");
  EXPECT_THAT(list.problems, IsEmpty());
  EXPECT_FALSE(list.labels_are_numbers);
}

TEST_F(CsvListTest, EachRowHasOneOne) {
  EXPECT_THAT(Problems("path,MEL,NV,BCC\na.jpg,0,0,0\nb.jpg,1,0,1\na.jpg,1,1,1\nb.jpg,0,0.5,1\na.jpg,,1,0\na.jpg,1,0,0\n", one_hot_),
              ElementsAre(path_ + ":2: none of the 3 label_columns is 1; expected one",
                          path_ + ":3: 2 of the 3 label_columns are 1 (\"MEL\", \"BCC\"); mica trains classifiers of one label a sample",
                          HasSubstr(":4: 3 of the 3 label_columns are 1 (\"MEL\", \"NV\", …)"),
                          path_ + ":5: column \"NV\" is \"0.5\"; expected 0 or 1", path_ + ":6: column \"MEL\" is \"\"; expected 0 or 1"));
}

// M1
TEST_F(CsvListTest, NamesTheColumnsThatThereAre) {
  EXPECT_THAT(Problems("id,breed\na,pug\n", columns_),
              ElementsAre(path_ + ":1: has no column \"path\", as csv.path_column says; columns are \"id\", \"breed\"",
                          path_ + ":1: has no column \"label\", as csv.label_column says; columns are \"id\", \"breed\""));
  EXPECT_THAT(Problems("path,MEL,NV,BBC\n", one_hot_), ElementsAre(HasSubstr("has no column \"BCC\", as csv.label_columns says")));
  EXPECT_THAT(Problems("path,label\n", columns_ + "group_column: \"patient\""),
              ElementsAre(HasSubstr("has no column \"patient\", as csv.group_column")));
  EXPECT_THAT(Problems("path,label,label\n", columns_), ElementsAre(HasSubstr("stands twice in the header")));
  EXPECT_THAT(Problems("path,x,x,label\na.jpg,,,cat\n", columns_), IsEmpty()) << "columns that nobody needs may be anything";
}

// M2
TEST_F(CsvListTest, EveryRowHasTheFieldsOfTheHeader) {
  EXPECT_THAT(Problems("path,label\na.jpg,cat,x\nb.jpg\n", columns_),
              ElementsAre(path_ + ":2: 3 fields, but the header has 2; a field with commas stands in double quotes",
                          HasSubstr(":3: 1 field, but")));
}

// M3
TEST_F(CsvListTest, NamesTheLineOfAQuote) {
  EXPECT_THAT(Problems("path,label\n\na.jpg,\"cat\nb.jpg,dog\n", columns_),
              ElementsAre(path_ + ":3: the quote that opens here is never closed"));
  EXPECT_THAT(Problems("\"path,label\n", columns_), ElementsAre(path_ + ":1: the quote that opens here is never closed"));
}

TEST_F(CsvListTest, AFileThatIsNoTableIsNamed) {
  EXPECT_THAT(Problems("", columns_), ElementsAre(path_ + ": lists no samples"));
  EXPECT_THAT(Problems("path,label\n", columns_), ElementsAre(path_ + ": lists no samples"));
  EXPECT_THAT(Problems("path,label\na\xe9.jpg,cat\n", columns_),
              ElementsAre(HasSubstr(":2: byte 0xe9 at offset 12 of the file is not UTF-8")));
}

void ValidateCsvList(const CsvConfig& config, absl::string_view path, ConfigProblems* problems) {
  CsvList(config).Validate(path, problems);
}

TEST(CsvListValidationTest, SaysWhichFieldIsWrong) {
  const ValidationTable<CsvConfig> table(ValidateCsvList, "csv");
  const std::string file = "csv_file: \"/d/x.csv\" path_column: \"p\" ";
  const std::string one_hot = file + "label_columns: [\"a\", \"b\"] ";
  table.ExpectValid(file + "label_column: \"l\" path_suffix: \"_small.jpg\" group_column: \"g\" label_offset: -1 root_folder: \"/d\"");
  table.ExpectValid(one_hot + "labels: NAMES");
  table.ExpectValid(file + "labels: NONE");
  table.ExpectErrors({
      {"path_column: \"p\" label_column: \"l\"", "csv.csv_file is required"},
      {"csv_file: \"/d/x.csv\" label_column: \"l\"", "csv.path_column is required"},
      {file, "csv.label_column or label_columns is required"},
      {file + "label_column: \"p\"", "csv.label_column is path_column too (\"p\")"},
      {file + "label_column: \"l\" labels: NONE", "csv.label_column cannot stand beside labels: NONE"},
      {one_hot + "labels: NONE", "csv.label_columns cannot stand beside labels: NONE"},
      {file + "labels: NONE label_offset: 1", "csv.label_offset cannot stand beside labels: NONE"},
      {file + "label_column: \"l\" labels: NAMES label_offset: 1", "csv.label_offset has no effect beside labels: NAMES"},
      {file + "label_column: \"l\" labels: LABELS_UNSPECIFIED", "csv.labels must be AUTO, NAMES, NUMBERS or NONE"},
      {file + "label_column: \"l\" path_suffix: \"/x.jpg\"", "csv.path_suffix is \"/x.jpg\"; it cannot hold slashes"},
      {file + "label_column: \"l\" group_column: \"p\"", "csv.group_column is path_column too (\"p\")"},
      {file + "label_column: \"l\" group_column: \"l\"", "csv.group_column is label_column too (\"l\")"},
      {one_hot + "label_column: \"l\"", "csv.label_column cannot stand beside label_columns"},
      {one_hot + "labels: NUMBERS", "csv.labels cannot be NUMBERS beside label_columns"},
      {one_hot + "label_offset: 1", "csv.label_offset has no effect beside label_columns"},
      {one_hot + "label_columns: \"a\"", "csv.label_columns[2] is \"a\" again"},
      {one_hot + "label_columns: \"p\"", "csv.label_columns[2] is path_column too"},
      {one_hot + "label_columns: \"\"", "csv.label_columns[2] is empty"},
      {one_hot + "group_column: \"a\"", "csv.label_columns[0] is group_column too"},
      {file + "label_columns: \"a\"", "csv.label_columns must be at least 2"},
  });
}

// Thousands of broken tables: each has samples or problems, and both are sound.
TEST_F(CsvListTest, EveryTextIsReadOrRefusedWithAReason) {
  Rng rng(42, static_cast<RngStream>(0), 0, 0);
  constexpr char kBytes[] = {',', '"', '\n', '\r', '\0', '/', '.', 'x', '0', '1', ' ', '\xff', '\xc3', '\xa9', '\x1b'};
  const std::string settings[] = {columns_, columns_ + "group_column: \"MEL\"", one_hot_, "path_column: \"path\" labels: NONE",
                                  columns_ + "labels: NUMBERS"};
  int read = 0;
  constexpr int kTexts = 20000;
  for (int i = 0; i < kTexts; ++i) {
    std::string text = "path,label,MEL,NV,BCC\na.jpg,1,0,1,0\r\n\"b.jpg\",2,1,0,0\n\n\"e,f.jpg\",1,0,0,1\n./a.jpg,1,0,1,0\n";
    for (uint64_t change = rng.UniformBelow(4); change > 0; --change) {
      const size_t place = rng.UniformBelow(text.size());
      if (rng.UniformBelow(2) == 0) {
        text.erase(place, rng.UniformBelow(3));
      } else {
        text.insert(place, 1, kBytes[rng.UniformBelow(sizeof(kBytes))]);
      }
    }
    SCOPED_TRACE(absl::CHexEscape(text));
    const SampleList list = List(text, settings[rng.UniformBelow(std::size(settings))]);
    ASSERT_TRUE(!list.problems.empty() || !list.records.empty());
    for (const std::string& problem : list.problems) ASSERT_TRUE(absl::StartsWith(problem, path_)) << problem;
    if (!list.problems.empty()) continue;
    ++read;
    for (const ImageRecord& record : list.records) {
      ASSERT_LT(record.file, static_cast<int32_t>(list.files.size()));
      ASSERT_LT(record.label, static_cast<int32_t>(list.labels.size()));
      ASSERT_LT(record.group, static_cast<int32_t>(list.groups.size()));
    }
  }
  EXPECT_GT(read, kTexts / 10);
  EXPECT_LT(read, kTexts * 9 / 10);
}

}  // namespace
}  // namespace mica
