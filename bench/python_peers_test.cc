#include "bench/python_peers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Stands in for python3. `-m venv` makes bin/python, another such script; `-m pip` logs to `calls`
// and fails if `broken` exists.
constexpr char kFakePython[] = R"(#!/bin/sh
case "$1 $2" in
  "-m venv") mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
  "-m pip") echo "$@" >> FOLDER/calls; test ! -e FOLDER/broken || { echo "no network" >&2; exit 1; } ;;
  "-c import sys"*) echo cpython-311 ;;
  "-c import torch"*) test ! -e FOLDER/unusable ;;
  *) exit 9 ;;
esac
)";

class PythonPeersTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = absl::StrCat(testing::TempDir(), testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
    std::string script = kFakePython;
    for (size_t at; (at = script.find("FOLDER")) != std::string::npos;) script.replace(at, 6, folder_);
    Write("python3", script);
    std::filesystem::permissions(folder_ + "/python3", std::filesystem::perms::owner_all);
    Write("requirements.txt", "torch==2.11.0\n");
    options_ = {folder_ + "/requirements.txt", folder_ + "/cache", folder_ + "/python3"};
  }

  void Write(const std::string& name, const std::string& text) const { std::ofstream(folder_ + "/" + name) << text; }

  absl::StatusOr<std::string> Install() {
    log_.str("");
    return InstallPythonPeers(options_, log_);
  }

  int CountOfCached() const {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ + "/cache")) count += entry.exists();
    return count;
  }

  std::string folder_;
  PythonPeersOptions options_;
  std::ostringstream log_;
};

TEST_F(PythonPeersTest, InstallsOnce) {
  const auto python = Install();
  ASSERT_THAT(python, IsOk());
  EXPECT_THAT(*python, AllOf(StartsWith(folder_ + "/cache/cpython-311-"), EndsWith("/bin/python")));
  EXPECT_TRUE(std::filesystem::exists(*python));
  EXPECT_THAT(log_.str(), HasSubstr("Installing the Python peers"));

  EXPECT_THAT(Install(), IsOkAndHolds(*python));
  EXPECT_EQ(log_.str(), "");
  EXPECT_EQ(CountOfCached(), 1);
}

TEST_F(PythonPeersTest, PipIsGivenTheRequirementsAndTheEnvironment) {
  ASSERT_THAT(Install(), IsOk());
  EXPECT_THAT(*ReadFile(folder_ + "/calls"),
              AllOf(HasSubstr("-m pip --python " + folder_ + "/cache/"), HasSubstr("--requirement " + folder_ + "/requirements.txt")));
}

TEST_F(PythonPeersTest, OtherRequirementsGetAnotherEnvironment) {
  ASSERT_THAT(Install(), IsOk());
  Write("requirements.txt", "torch==2.12.0\n");
  ASSERT_THAT(Install(), IsOk());
  EXPECT_EQ(CountOfCached(), 2);
}

TEST_F(PythonPeersTest, AnInstallationThatFailsLeavesNothingBehind) {
  Write("broken", "");
  EXPECT_THAT(Install(), Fails(ExitCode::kData, AllOf(HasSubstr("no network"), HasSubstr("--python=FILE"))));
  EXPECT_EQ(CountOfCached(), 0);
  std::filesystem::remove(folder_ + "/broken");
  EXPECT_THAT(Install(), IsOk());
}

TEST_F(PythonPeersTest, PackagesThatCannotBeImportedAreNoEnvironment) {
  Write("unusable", "");
  EXPECT_THAT(Install(), Fails(ExitCode::kData, HasSubstr("cannot be imported")));
  EXPECT_EQ(CountOfCached(), 0);
}

TEST_F(PythonPeersTest, SaysThatPythonIsMissing) {
  options_.base_python = folder_ + "/nope";
  EXPECT_THAT(Install(), Fails(ExitCode::kData, AllOf(HasSubstr("the peers need " + folder_ + "/nope"), HasSubstr("apt-get install"))));
}

TEST(PythonPeersCacheFolderTest, FollowsTheUsersChoice) {
  setenv("XDG_CACHE_HOME", "/caches", 1);
  EXPECT_THAT(PythonPeersCacheFolder(), IsOkAndHolds("/caches/mica-bench"));
  setenv("HOME", "/home/me", 1);
  for (const char* const unusable : {"", "relative"}) {
    setenv("XDG_CACHE_HOME", unusable, 1);
    EXPECT_THAT(PythonPeersCacheFolder(), IsOkAndHolds("/home/me/.cache/mica-bench"));
  }
}

}  // namespace
}  // namespace mica
