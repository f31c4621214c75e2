#include "data/index/sources/line_problems.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(LineProblemsTest, BeginWithTheirLines) {
  LineProblems problems("/d/x.txt");
  problems.Add(7, "is bad");
  problems.Add(3, [] { return "is worse"; });
  std::vector<std::string> messages = {"before"};
  problems.MoveTo(&messages);
  EXPECT_THAT(messages, ElementsAre("before", "/d/x.txt:7: is bad", "/d/x.txt:3: is worse"));
  problems.MoveTo(&messages);
  EXPECT_THAT(messages, SizeIs(3));
}

TEST(LineProblemsTest, ShowTenAndCountTheOthers) {
  LineProblems problems("x.txt");
  int made = 0;
  for (int line = 1; line <= 10; ++line) problems.Add(line, "is bad");
  for (int line = 11; line <= 1000; ++line) {
    problems.Add(line, [&] {
      ++made;
      return "is bad";
    });
  }
  std::vector<std::string> messages;
  EXPECT_EQ(problems.count(), 1000);
  problems.MoveTo(&messages);
  ASSERT_THAT(messages, SizeIs(11));
  EXPECT_EQ(messages[10], "x.txt: 1000 problems in its lines; the first 10 are shown");
  EXPECT_EQ(made, 0);
}

TEST(ShownFieldTest, IsShortAndHarmless) {
  EXPECT_EQ(ShownField("caf\xc3\xa9"), "\"caf\xc3\xa9\"");
  EXPECT_EQ(ShownField("a\nb"), "\"a\\nb\"");
  EXPECT_EQ(ShownField(std::string(80, 'x')), absl::StrCat("\"", std::string(80, 'x'), "\""));
  EXPECT_EQ(ShownField(std::string(81, 'x')), absl::StrCat("\"", std::string(80, 'x'), "…\""));
  EXPECT_EQ(ShownField(absl::StrCat(std::string(79, 'x'), "é")), absl::StrCat("\"", std::string(79, 'x'), "…\""))
      << "cut between characters";
}

TEST(ShownFieldsTest, AreAtMostTwelve) {
  EXPECT_EQ(ShownFields({}), "");
  EXPECT_EQ(ShownFields({"a", "b"}), "\"a\", \"b\"");
  EXPECT_EQ(ShownFields(std::vector<std::string>(13, "a")), ShownFields(std::vector<std::string>(12, "a")) + ", …");
}

TEST(CountedTest, OneIsSingular) {
  EXPECT_EQ(Counted(0, "field"), "0 fields");
  EXPECT_EQ(Counted(1, "field"), "1 field");
  EXPECT_EQ(Counted(2, "field"), "2 fields");
}

}  // namespace
}  // namespace mica
