#include "data/index/sources/table_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::Optional;

// What is said of a column that is sought in this header.
std::vector<std::string> ProblemsOf(absl::string_view header, absl::string_view name) {
  CsvScanner scanner(header);
  EXPECT_TRUE(scanner.Next());
  LineProblems problems("x.csv");
  TableHeader(scanner.fields(), scanner.line(), &problems).Find(name, "csv.label_column");
  std::vector<std::string> messages;
  problems.MoveTo(&messages);
  return messages;
}

TEST(TableHeaderTest, FindsColumns) {
  CsvScanner scanner("id,\"the \"\"label\"\"\",path\n");
  ASSERT_TRUE(scanner.Next());
  LineProblems problems("x.csv");
  TableHeader header(scanner.fields(), 1, &problems);
  EXPECT_THAT(header.Find("id", "f"), Optional(0));
  EXPECT_THAT(header.Find("the \"label\"", "f"), Optional(1));
  EXPECT_THAT(header.Find("path", "f"), Optional(2));
  EXPECT_THAT(header.names(), ElementsAre("id", "the \"label\"", "path"));
  EXPECT_EQ(problems.count(), 0);
}

// M1
TEST(TableHeaderTest, SaysWhichColumnsThereAre) {
  EXPECT_THAT(
      ProblemsOf("path,label\n", "lable"),
      ElementsAre("x.csv:1: has no column \"lable\", as csv.label_column says; columns are \"path\", \"label\"; did you mean \"label\"?"));
  EXPECT_THAT(ProblemsOf("\nid,breed\n", "path"),
              ElementsAre("x.csv:2: has no column \"path\", as csv.label_column says; columns are \"id\", \"breed\""));
}

TEST(TableHeaderTest, SaysWhatElseMayBeWrong) {
  EXPECT_THAT(ProblemsOf("cats/1.jpg,cat\n", "path"),
              ElementsAre(EndsWith("this looks like no header: list_file { delimiter: COMMA } reads tables without one")));
  EXPECT_THAT(ProblemsOf("path;label\n", "path"), ElementsAre(EndsWith("separated by semicolons: save it with commas")));
  EXPECT_THAT(ProblemsOf("path\tlabel\n", "path"), ElementsAre(EndsWith("list_file { delimiter: TAB path_column_name: … } reads those")));
}

TEST(TableHeaderTest, ANeededColumnStandsOnce) {
  EXPECT_THAT(ProblemsOf("a,b,a\n", "a"), ElementsAre("x.csv:1: column \"a\" (csv.label_column) stands twice in the header; rename one"));
  EXPECT_THAT(ProblemsOf("a,b,a\n", "b"), IsEmpty());
}

}  // namespace
}  // namespace mica
