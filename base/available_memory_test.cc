#include "base/available_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>

#include "base/testing/test_files.h"

namespace mica {
namespace {

using testing::Optional;

TEST(AvailableMemoryTest, IsReadFromTheSystemsText) {
  EXPECT_THAT(MemAvailableBytes("MemTotal:       24588240 kB\nMemFree:  1 kB\nMemAvailable:   23016804 kB\n"),
              Optional(23016804 * int64_t{1024}));
  EXPECT_EQ(MemAvailableBytes("MemTotal:       24588240 kB\n"), std::nullopt);
  EXPECT_EQ(MemAvailableBytes("MemAvailable: lots\n"), std::nullopt);
  EXPECT_EQ(MemAvailableBytes(""), std::nullopt);
}

// Folders of control groups, as the kernel mounts them.
class GroupsTest : public testing::Test {
 protected:
  void SetGroup(const std::string& group, const std::string& limit, const std::string& used, const std::string& stat = "") {
    std::filesystem::create_directories(root_ + group);
    WriteTestFile(root_ + group + "/memory.max", limit + "\n");
    WriteTestFile(root_ + group + "/memory.current", used + "\n");
    WriteTestFile(root_ + group + "/memory.stat", stat);
  }

  const std::string root_ = MakeTestFolder("available_memory");
};

TEST_F(GroupsTest, AllowTheirLimitLessWhatIsUsed) {
  SetGroup("", "1000000", "400000");
  EXPECT_THAT(GroupsAllowBytes("0::/\n", root_), Optional(600000));
  SetGroup("", "1000", "4000");
  EXPECT_THAT(GroupsAllowBytes("0::/\n", root_), Optional(0));
  SetGroup("", "max", "4000");
  EXPECT_EQ(GroupsAllowBytes("0::/\n", root_), std::nullopt);
  EXPECT_EQ(GroupsAllowBytes("", root_), std::nullopt);
}

TEST_F(GroupsTest, FilesThatTheKernelKeepsAreFree) {
  SetGroup("", "1000000", "900000", "anon 100000\ninactive_file 700000\nactive_file 100000\n");
  EXPECT_THAT(GroupsAllowBytes("0::/\n", root_), Optional(800000));
  SetGroup("", "1000000", "900000", "inactive_file 950000\n");
  EXPECT_THAT(GroupsAllowBytes("0::/\n", root_), Optional(1000000));
}

TEST_F(GroupsTest, TheLeastOfAllParentsCounts) {
  SetGroup("/slice", "5000", "1000");
  SetGroup("/slice/job", "max", "1000");
  SetGroup("/slice/job/step", "9000", "1000");
  EXPECT_THAT(GroupsAllowBytes("0::/slice/job/step\n", root_), Optional(4000));
  EXPECT_THAT(GroupsAllowBytes("0::/slice/job/other:name\n", root_), Optional(4000));
  EXPECT_EQ(GroupsAllowBytes("0::/../outside\n", root_), std::nullopt);
  SetGroup("", "3000", "0");
  EXPECT_THAT(GroupsAllowBytes("0::/../outside\n", root_), Optional(3000));
}

TEST_F(GroupsTest, Version1HasOtherNames) {
  std::filesystem::create_directories(root_ + "/memory/job");
  WriteTestFile(root_ + "/memory/memory.limit_in_bytes", "9223372036854771712\n");
  WriteTestFile(root_ + "/memory/memory.usage_in_bytes", "5000\n");
  WriteTestFile(root_ + "/memory/job/memory.limit_in_bytes", "7000\n");
  WriteTestFile(root_ + "/memory/job/memory.usage_in_bytes", "5000\n");
  WriteTestFile(root_ + "/memory/job/memory.stat", "inactive_file 1\ntotal_inactive_file 2000\n");

  EXPECT_THAT(GroupsAllowBytes("9:name=systemd:/\n4:hugetlb,memory:/job\n0::/\n", root_), Optional(4000));
}

TEST_F(GroupsTest, TheTotalIsTheMachinesOrTheLeastLimitAndSwap) {
  const std::string machine = "MemTotal:  1000 kB\nMemAvailable:  10 kB\nSwapTotal:  2 kB\n";
  EXPECT_THAT(TotalMemoryBytes(machine, "", root_), Optional(1002 * 1024));
  EXPECT_THAT(TotalMemoryBytes("MemTotal: 1000 kB\n", "", root_), Optional(1000 * 1024));
  SetGroup("/slice", "5000", "4000");
  SetGroup("/slice/job", "max", "4000");
  EXPECT_THAT(TotalMemoryBytes(machine, "0::/slice/job\n", root_), Optional(5000 + 2 * 1024));
  SetGroup("/slice", "9223372036854771712", "4000");
  EXPECT_THAT(TotalMemoryBytes(machine, "0::/slice/job\n", root_), Optional(1002 * 1024));
  EXPECT_EQ(TotalMemoryBytes("", "", root_), std::nullopt);
}

TEST_F(GroupsTest, TheTotalHasNoMoreSwapThanTheGroupsAllow) {
  const std::string machine = "MemTotal:  1000 kB\nSwapTotal:  2 kB\n";
  SetGroup("/pod", "5000", "0");
  for (const auto& [limit, total] : {std::pair("0", 5000), std::pair("100", 5100), std::pair("max", 5000 + 2 * 1024)}) {
    WriteTestFile(root_ + "/pod/memory.swap.max", std::string(limit) + "\n");
    EXPECT_THAT(TotalMemoryBytes(machine, "0::/pod\n", root_), Optional(total)) << limit;
  }
  std::filesystem::create_directories(root_ + "/memory/job");
  WriteTestFile(root_ + "/memory/job/memory.limit_in_bytes", "7000\n");
  WriteTestFile(root_ + "/memory/job/memory.memsw.limit_in_bytes", "7300\n");  // both together
  EXPECT_THAT(TotalMemoryBytes(machine, "4:memory:/job\n", root_), Optional(7300));
}

TEST(AvailableMemoryTest, ThisProcessHasSome) {
  EXPECT_THAT(AvailableMemoryBytes(), Optional(testing::Gt(1000000)));
  EXPECT_GE(TotalMemoryBytes(), AvailableMemoryBytes());
}

}  // namespace
}  // namespace mica
