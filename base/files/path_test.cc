#include "base/files/path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::HasSubstr;

// Sets a variable, or unsets it if nullptr, until the end of a test.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    Set(value);
  }
  ~ScopedVariable() { Set(old_.has_value() ? old_->c_str() : nullptr); }

 private:
  void Set(const char* value) { value == nullptr ? unsetenv(name_) : setenv(name_, value, 1); }

  const char* const name_;
  std::optional<std::string> old_;
};

TEST(ResolvePathTest, TakesRelativePathsFromTheBaseFolder) {
  EXPECT_THAT(ResolvePath("data", "/project/experiments"), IsOkAndHolds("/project/experiments/data"));
  EXPECT_THAT(ResolvePath("../data", "/project/experiments"), IsOkAndHolds("/project/data"));
  EXPECT_THAT(ResolvePath("./a/./b/../c", "/project"), IsOkAndHolds("/project/a/c"));
  EXPECT_THAT(ResolvePath(".", "/project"), IsOkAndHolds("/project"));
  EXPECT_THAT(ResolvePath("..", "/project"), IsOkAndHolds("/"));
  EXPECT_THAT(ResolvePath("", "/project"), IsOkAndHolds("/project"));
}

TEST(ResolvePathTest, KeepsAbsolutePaths) {
  EXPECT_THAT(ResolvePath("/data/mnist", "/project"), IsOkAndHolds("/data/mnist"));
  EXPECT_THAT(ResolvePath("/data//mnist/", "/project"), IsOkAndHolds("/data/mnist"));
  EXPECT_THAT(ResolvePath("/../../data", "/project"), IsOkAndHolds("/data"));
  EXPECT_THAT(ResolvePath("/", "/project"), IsOkAndHolds("/"));
}

TEST(ResolvePathTest, ExpandsALeadingTilde) {
  const ScopedVariable home("HOME", "/home/me");
  EXPECT_THAT(ResolvePath("~", "/any"), IsOkAndHolds("/home/me"));
  EXPECT_THAT(ResolvePath("~/data", "/any"), IsOkAndHolds("/home/me/data"));
  EXPECT_THAT(ResolvePath("~/../you", "/any"), IsOkAndHolds("/home/you"));
}

TEST(ResolvePathTest, OtherTildesAreLetters) {
  const ScopedVariable home("HOME", "/home/me");
  EXPECT_THAT(ResolvePath("~you/data", "/any"), IsOkAndHolds("/any/~you/data"));
  EXPECT_THAT(ResolvePath("a/~/b~", "/any"), IsOkAndHolds("/any/a/~/b~"));
}

TEST(ResolvePathTest, ExpandsVariables) {
  const ScopedVariable root("MICA_TEST_ROOT", "/mnt/sets");
  const ScopedVariable name("MICA_TEST_NAME", "mnist");
  EXPECT_THAT(ResolvePath("${MICA_TEST_ROOT}/x", "/any"), IsOkAndHolds("/mnt/sets/x"));
  EXPECT_THAT(ResolvePath("a-${MICA_TEST_NAME}-b/${MICA_TEST_NAME}", "/any"), IsOkAndHolds("/any/a-mnist-b/mnist"));
  EXPECT_THAT(ResolvePath("a}${MICA_TEST_NAME}", "/any"), IsOkAndHolds("/any/a}mnist"));
  EXPECT_THAT(ResolvePath("${MICA_TEST_ROOT}/../${MICA_TEST_NAME}", "/any"), IsOkAndHolds("/mnt/mnist"));
}

TEST(ResolvePathTest, ExpandsOnceOnly) {
  const ScopedVariable variable("MICA_TEST_ROOT", "${MICA_TEST_ROOT}/~");
  EXPECT_THAT(ResolvePath("${MICA_TEST_ROOT}", "/any"), IsOkAndHolds("/any/${MICA_TEST_ROOT}/~"));
}

TEST(ResolvePathTest, NamesAnUnsetVariable) {
  const ScopedVariable variable("MICA_TEST_ROOT", nullptr);
  const ScopedVariable home("HOME", nullptr);
  for (const auto& [path, name] : {std::pair("a/${MICA_TEST_ROOT}/b", "MICA_TEST_ROOT"), std::pair("~/b", "HOME")}) {
    const absl::Status status = ResolvePath(path, "/any").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), HasSubstr(std::string("environment variable ") + name + " is not set"));
  }
  EXPECT_THAT(ResolvePath("a/b", "/any"), IsOkAndHolds("/any/a/b")) << "a path without them needs neither";
}

TEST(ResolvePathTest, SignsThatAreNoVariableStay) {
  EXPECT_THAT(ResolvePath("$HOME/a", "/any"), IsOkAndHolds("/any/$HOME/a"));
  EXPECT_THAT(ResolvePath("a${b", "/any"), IsOkAndHolds("/any/a${b"));
  EXPECT_THAT(ResolvePath("a}b{", "/any"), IsOkAndHolds("/any/a}b{"));
}

TEST(UserFolderTest, IsWhereBazelRunWasCalled) {
  const ScopedVariable variable("BUILD_WORKING_DIRECTORY", "/home/me/project");
  EXPECT_EQ(UserFolder(), "/home/me/project");
}

TEST(UserFolderTest, IsTheProcessFolderElsewhere) {
  const std::string current = std::filesystem::current_path().string();
  const ScopedVariable variable("BUILD_WORKING_DIRECTORY", nullptr);
  EXPECT_EQ(UserFolder(), current);
  const ScopedVariable empty("BUILD_WORKING_DIRECTORY", "");
  EXPECT_EQ(UserFolder(), current);
}

TEST(UserFolderTest, SurvivesTheRemovalOfTheFolder) {
  const std::filesystem::path before = std::filesystem::current_path();
  const std::string folder = testing::TempDir() + "/gone";
  std::filesystem::create_directory(folder);
  std::filesystem::current_path(folder);
  std::filesystem::remove(folder);
  const ScopedVariable variable("BUILD_WORKING_DIRECTORY", nullptr);
  EXPECT_EQ(UserFolder(), "/");
  std::filesystem::current_path(before);
}

TEST(FolderNameTest, IsAllBeforeTheLastPart) {
  EXPECT_EQ(FolderName("/a/b.txt"), "/a");
  EXPECT_EQ(FolderName("a/b/c"), "a/b");
  EXPECT_EQ(FolderName("b.txt"), ".");
  EXPECT_EQ(FolderName(""), ".");
  EXPECT_EQ(FolderName("/b.txt"), "/");
  EXPECT_EQ(FolderName("/"), "/");
}

TEST(BaseNameTest, IsTheLastPart) {
  EXPECT_EQ(BaseName("/a/b.txt"), "b.txt");
  EXPECT_EQ(BaseName("b.txt"), "b.txt");
  EXPECT_EQ(BaseName("/a/.hidden"), ".hidden");
  EXPECT_EQ(BaseName("/"), "");
}

TEST(PlainPathPartTest, CanNeitherLeaveItsFolderNorHide) {
  for (const std::string& name : {std::string("a"), std::string("lr 0.1, käse"), std::string("a.b-c_d"), std::string(100, 'a')}) {
    EXPECT_TRUE(IsPlainPathPart(name)) << name;
  }
  for (const std::string& name : {std::string(), std::string("."), std::string(".."), std::string(".a"), std::string("a/b"),
                                  std::string("a\n"), std::string("a\0b", 3), std::string("\xff"), std::string(101, 'a')}) {
    EXPECT_FALSE(IsPlainPathPart(name)) << name;
  }
}

}  // namespace
}  // namespace mica
