#include "base/files/write_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace mica {
namespace {

using testing::HasSubstr;

TEST(WriteErrorTest, AFullDiskIsToldWithTheBytesNeededAndFree) {
  EXPECT_EQ(WriteRemedy(ENOSPC, FreeSpace{8192, 100, 1000}, 44780),
            "; needs 44780 bytes, 8192 bytes are free; free space or choose another folder");
  EXPECT_EQ(WriteRemedy(ENOSPC, FreeSpace{8192, 100, 1000}, 0), "; 8192 bytes are free; free space or choose another folder");
  EXPECT_EQ(WriteRemedy(ENOSPC, std::nullopt, 0), "; an unknown number of bytes are free; free space or choose another folder");
}

TEST(WriteErrorTest, ADiskThatTakesNoMoreFilesIsToldApart) {
  EXPECT_EQ(WriteRemedy(ENOSPC, FreeSpace{8331264, 0, 2048}, 120),
            "; no more files can be created there, all 2048 inodes are in use, although 8331264 bytes are free; remove files or choose "
            "another folder");
  EXPECT_THAT(WriteRemedy(ENOSPC, FreeSpace{100, 0, 2048}, 120), HasSubstr("needs 120 bytes, 100 bytes are free"));
}

// Btrfs and others make inodes as they are needed, and say 0 of 0.
TEST(WriteErrorTest, AFileSystemWithoutALimitOnFilesIsJustFull) {
  EXPECT_THAT(WriteRemedy(ENOSPC, FreeSpace{4096, 0, 0}, 0), HasSubstr("4096 bytes are free; free space"));
}

TEST(WriteErrorTest, AQuotaMayBeOfFilesToo) {
  EXPECT_THAT(WriteRemedy(EDQUOT, FreeSpace{8192, 100, 1000}, 9), HasSubstr("your quota of bytes or files may be less"));
}

TEST(WriteErrorTest, TheFreeSpaceOfAFolderIsKnown) {
  const auto free = FreeSpaceAt(testing::TempDir());
  ASSERT_TRUE(free.has_value());
  EXPECT_GT(free->bytes, 0);
  EXPECT_FALSE(FreeSpaceAt("/nowhere").has_value());
}

TEST(WriteErrorTest, UnknownErrorsHaveNoRemedy) {
  EXPECT_EQ(WriteRemedy(EIO, FreeSpace{}, 0), "");
}

}  // namespace
}  // namespace mica
