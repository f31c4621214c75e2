#include "data/index/sources/path_pattern.h"

#include <fnmatch.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::string Expanded(absl::string_view pattern) {
  const auto paths = ExpandBraces(pattern);
  return paths.ok() ? absl::StrJoin(*paths, " ") : absl::StrCat("error: ", paths.status().message());
}

// The right sides are what bash 5.2 prints for "echo PATTERN".
TEST(PathPatternTest, BracesExpandAsInBash) {
  EXPECT_EQ(Expanded("/d/a.tar"), "/d/a.tar");
  EXPECT_EQ(Expanded("{a,b}"), "a b");
  EXPECT_EQ(Expanded("x{a,b}y{1,2}z"), "xay1z xay2z xby1z xby2z");
  EXPECT_EQ(Expanded("{a,b{1..3},c}"), "a b1 b2 b3 c");
  EXPECT_EQ(Expanded("{8..11}"), "8 9 10 11");
  EXPECT_EQ(Expanded("{08..11}"), "08 09 10 11");
  EXPECT_EQ(Expanded("{8..011}"), "008 009 010 011");
  EXPECT_EQ(Expanded("{3..1}"), "3 2 1");
  EXPECT_EQ(Expanded("{5..5}"), "5");
  EXPECT_EQ(Expanded("{,a}b"), "b ab");
  EXPECT_EQ(Expanded("{a}"), "{a}");
  EXPECT_EQ(Expanded("{}"), "{}");
  EXPECT_EQ(Expanded("{a{1,2}}"), "{a1} {a2}");
  EXPECT_EQ(Expanded("a}b"), "a}b");
  EXPECT_EQ(Expanded("/{t,v}/s-{00..01}.tar"), "/t/s-00.tar /t/s-01.tar /v/s-00.tar /v/s-01.tar");
}

TEST(PathPatternTest, RefusesWhatStandsForNothingOrTooMuch) {
  EXPECT_EQ(Expanded("/d/{0..9"), "error: \"{0..9\": the brace is never closed");
  EXPECT_THAT(Expanded("{a..e}"), HasSubstr("\"{a..e}\": is no range of numbers of at most 15 digits, as {000..012}"));
  EXPECT_THAT(Expanded("{0..9..2}"), HasSubstr("is no range of numbers"));
  EXPECT_THAT(Expanded("{0..9999999999999999999}"), HasSubstr("is no range of numbers"));
  EXPECT_THAT(Expanded("{0..999999999999999}"), HasSubstr("stand for more than 100000 paths"));
  EXPECT_THAT(Expanded("{0..99999}{0,1}"), HasSubstr("stand for more than 100000 paths"));
  EXPECT_THAT(Expanded(std::string(4097, 'a')), HasSubstr("a path has at most 4096 bytes"));
  EXPECT_THAT(Expanded(absl::StrCat(std::string(4000, 'a'), "{0..99999}")), HasSubstr("64 MiB of text"));
  EXPECT_EQ(ExpandBraces("{0..99999}")->size(), 100000);
  const auto nested = [](size_t depth) { return absl::StrCat(std::string(depth, '{'), std::string(depth, '}')); };
  EXPECT_EQ(Expanded(nested(20)), nested(20));
  EXPECT_THAT(Expanded(nested(21)), HasSubstr("braces within each other more than 20 deep"));
  EXPECT_THAT(Expanded(nested(2048)), HasSubstr("braces within each other more than 20 deep"));
}

// fnmatch(3) is the reference.
TEST(PathPatternTest, WildcardsMatchAsFnmatch) {
  std::mt19937 random(7);
  const auto draw = [&](absl::string_view letters) {
    std::string text(random() % 7, ' ');
    for (char& letter : text) letter = letters[random() % letters.size()];
    return text;
  };
  int matches = 0;
  for (int i = 0; i < 50000; ++i) {
    const std::string name = draw("ab.");
    const std::string pattern = draw("ab.*?*");
    const bool expected = fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
    ASSERT_EQ(MatchesWildcards(name, pattern), expected) << name << " " << pattern;
    matches += expected;
  }
  EXPECT_GT(matches, 1000);
  EXPECT_FALSE(MatchesWildcards(std::string(3000, 'a'), absl::StrCat("a*a*a*a*a*a*a*a*a*a*a*a*a*", "b")));
}

class FindFilesTest : public testing::Test {
 protected:
  FindFilesTest() {
    for (const char* const name : {"t-10.tar", "t-2.tar", "t-1.tar", "v-1.tar", ".t-9.tar", "notes.txt"}) WriteTestFile(Path(name), "x");
    mkdir(Path("t-folder.tar").c_str(), 0755);
  }
  std::string Path(absl::string_view name) const { return absl::StrCat(folder_, "/", name); }

  const std::string folder_ = MakeTestFolder("path_pattern");
};

TEST_F(FindFilesTest, WildcardsAreSortedByBytesAndBracesKeepTheirOrder) {
  EXPECT_THAT(FindFiles(Path("t-*.tar")).paths, ElementsAre(Path("t-1.tar"), Path("t-10.tar"), Path("t-2.tar")));
  EXPECT_THAT(FindFiles(Path("t-?.tar")).paths, ElementsAre(Path("t-1.tar"), Path("t-2.tar")));
  EXPECT_THAT(FindFiles(Path("{v,t}-?.tar")).paths, ElementsAre(Path("v-1.tar"), Path("t-1.tar"), Path("t-2.tar")));
  EXPECT_THAT(FindFiles(Path("t-{2,10}.tar")).paths, ElementsAre(Path("t-2.tar"), Path("t-10.tar")));
  EXPECT_THAT(FindFiles(Path(".t*")).paths, ElementsAre(Path(".t-9.tar")));
  EXPECT_THAT(FindFiles(Path("{t-1,t-*}.tar")).paths, ElementsAre(Path("t-1.tar"), Path("t-10.tar"), Path("t-2.tar"))) << "each once";
  EXPECT_THAT(FindFiles(Path("t-*.tar")).problems, IsEmpty());
}

TEST_F(FindFilesTest, SaysWhatIsThereInstead) {
  EXPECT_THAT(FindFiles(Path("x-*.tar")).problems,
              ElementsAre(absl::StrCat(
                  folder_, ": no file there matches \"x-*.tar\"; it holds .t-9.tar, notes.txt, t-1.tar, t-10.tar, t-2.tar, … (6 files)")));
  EXPECT_THAT(FindFiles(Path("t-{1..4}.tar")).problems,
              ElementsAre(AllOf(StartsWith("2 of the 4 paths that "), HasSubstr(Path("t-3.tar: No such file or directory")))));
  EXPECT_THAT(FindFiles(Path("t-3.tar")).problems, ElementsAre(StartsWith(Path("t-3.tar: No such file or directory"))));
  EXPECT_THAT(FindFiles(Path("none/*.tar")).problems, ElementsAre(StartsWith(Path("none: folder cannot be read (No such file"))));
  EXPECT_THAT(FindFiles(Path("*/t.tar")).problems, ElementsAre(HasSubstr("may stand only in the last part of a path")));
  EXPECT_THAT(FindFiles(Path("{0..99999}*.tar")).problems, SizeIs(10));
  EXPECT_THAT(FindFiles(Path("{a,b")).problems, ElementsAre("\"{a,b\": the brace is never closed"));
}

}  // namespace
}  // namespace mica
