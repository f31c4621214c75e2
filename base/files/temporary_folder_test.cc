#include "base/files/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(TemporaryFolderTest, IsRemovedWithItsFilesByItsLastOwner) {
  setenv("TMPDIR", testing::TempDir().c_str(), 1);
  auto created = TemporaryFolder::Create();
  ASSERT_THAT(created, IsOk());
  std::optional<TemporaryFolder> folder(*std::move(created));
  const std::string path = folder->path();
  EXPECT_THAT(path, StartsWith(testing::TempDir()));
  std::filesystem::create_directories(path + "/runs/a");
  std::ofstream(path + "/runs/a/file") << "text";
  { const TemporaryFolder other = *TemporaryFolder::Create(); }
  EXPECT_TRUE(std::filesystem::exists(path));
  folder.reset();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(TemporaryFolderTest, AParentThatIsMissingIsAnError) {
  setenv("TMPDIR", "/nope", 1);
  EXPECT_THAT(TemporaryFolder::Create(), Fails(ExitCode::kOutput, HasSubstr("/nope/mica-")));
}

}  // namespace
}  // namespace mica
