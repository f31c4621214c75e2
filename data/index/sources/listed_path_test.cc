#include "data/index/sources/listed_path.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/rng.h"

namespace mica {
namespace {

struct Case {
  const char* written;
  const char* path;
  const char* relative;
};

TEST(ListedPathTest, IsAbsoluteAndPlain) {
  const Case cases[] = {
      {"1.jpg", "/d/set/1.jpg", "1.jpg"},
      {"cats/1.jpg", "/d/set/cats/1.jpg", "cats/1.jpg"},
      {"cats\\1.jpg", "/d/set/cats/1.jpg", "cats/1.jpg"},
      {"./a//b/./c.jpg", "/d/set/a/b/c.jpg", "a/b/c.jpg"},
      {"a/../b.jpg", "/d/set/b.jpg", "b.jpg"},
      {"a b.jpg", "/d/set/a b.jpg", "a b.jpg"},
      {".hidden/..x", "/d/set/.hidden/..x", ".hidden/..x"},
      {"caf\xc3\xa9.jpg", "/d/set/caf\xc3\xa9.jpg", "caf\xc3\xa9.jpg"},
      {"/e/1.jpg", "/e/1.jpg", "e/1.jpg"},
      {"/e//x/../1.jpg", "/e/1.jpg", "e/1.jpg"},
      {"/../1.jpg", "/1.jpg", "1.jpg"},
      {"/d/set/1.jpg", "/d/set/1.jpg", "1.jpg"},
      {"/d/settee/1.jpg", "/d/settee/1.jpg", "d/settee/1.jpg"},
      {"\\e\\1.jpg", "/e/1.jpg", "e/1.jpg"},
  };
  for (const Case& expected : cases) {
    const ListedPath path(expected.written, "", "/d/set");
    EXPECT_EQ(path.problem, "") << expected.written;
    EXPECT_EQ(path.path, expected.path);
    EXPECT_EQ(path.path.substr(path.relative_begin), expected.relative);
  }
}

TEST(ListedPathTest, TheSuffixIsAdded) {
  EXPECT_EQ(ListedPath("cats/1", ".jpg", "/d").path, "/d/cats/1.jpg");
  EXPECT_EQ(ListedPath("", ".jpg", "/d").problem, "is empty");
}

TEST(ListedPathTest, TheRootMayBeTheFileSystem) {
  const ListedPath path("e/1.jpg", "", FolderPrefix("/"));
  EXPECT_EQ(path.path, "/e/1.jpg");
  EXPECT_EQ(path.relative_begin, 1);
  EXPECT_EQ(ListedPath("../1.jpg", "", "").problem, "leaves the dataset root");
  EXPECT_EQ(FolderPrefix("/d/"), "/d");
  EXPECT_EQ(FolderPrefix("/d"), "/d");
}

// M4
TEST(ListedPathTest, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "is empty"},
      {"../../etc/passwd", "leaves the dataset root"},
      {"a/../../set/1.jpg", "leaves the dataset root"},
      {"..\\1.jpg", "leaves the dataset root"},
      {"1.jpg ", "has a blank at an end"},
      {" 1.jpg", "has a blank at an end"},
      {"a\nb.jpg", "holds a control character"},
      {"a\x7f.jpg", "holds a control character"},
      {"a\xc2\x85.jpg", "holds a control character"},
      {"a/", "names a folder"},
      {"a/.", "names a folder"},
      {"a/b/..", "names a folder"},
      {".", "names a folder"},
      {"/", "names a folder"},
      {"/..", "names a folder"},
      {"C:\\data\\1.jpg", "is one of another computer (Windows)"},
      {"d:/1.jpg", "is one of another computer (Windows)"},
      {"\\\\server\\share\\1.jpg", "is one of another computer (Windows)"},
      {"https://example.org/1.jpg", "is an address"},
  };
  for (const auto& [written, problem] : cases) EXPECT_TRUE(absl::StartsWith(ListedPath(written, "", "/d/set").problem, problem)) << written;
  EXPECT_EQ(ListedPath(std::string(4096, 'x'), "", "/d").problem, "is longer than a path can be (4095 bytes)");
  EXPECT_EQ(ListedPath(std::string(4092, 'x'), "", "/d").problem, "");
}

TEST(ListedPathTest, NormalisesAsTheStandardLibrary) {
  Rng rng(1, static_cast<RngStream>(0), 0, 0);
  const absl::string_view parts[] = {"a", "bb", ".", "..", "", "...", "c.jpg"};
  int usable = 0;
  constexpr int kPaths = 20000;
  for (int i = 0; i < kPaths; ++i) {
    std::string written = rng.UniformBelow(3) == 0 ? "/" : "";
    for (uint64_t part = rng.UniformBelow(6); part > 0; --part) absl::StrAppend(&written, parts[rng.UniformBelow(7)], part > 1 ? "/" : "");
    const ListedPath path(written, "", "/d/set");
    const auto normal = (std::filesystem::path("/d/set") / written).lexically_normal();
    if (!path.problem.empty()) {
      const bool can_be_refused =
          written.empty() || absl::StrContains(written, "..") || normal.filename().empty() || absl::EndsWith(written, ".");
      ASSERT_TRUE(can_be_refused) << written << " " << path.problem;
      continue;
    }
    ++usable;
    ASSERT_EQ(path.path, normal.string()) << written;
  }
  EXPECT_GT(usable, kPaths / 4);
}

}  // namespace
}  // namespace mica
