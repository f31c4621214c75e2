#include "data/loader/available_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(AvailableMemoryTest, AGroupMayAllowLess) {
  EXPECT_THAT(GroupAllowsBytes("1000000\n", "400000\n"), Optional(600000));
  EXPECT_THAT(GroupAllowsBytes("1000\n", "4000\n"), Optional(0));
  EXPECT_EQ(GroupAllowsBytes("max\n", "400000\n"), std::nullopt);
  EXPECT_EQ(GroupAllowsBytes("", ""), std::nullopt);
}

TEST(AvailableMemoryTest, ThisProcessHasSome) {
  EXPECT_THAT(AvailableMemoryBytes(), Optional(testing::Gt(1000000)));
}

}  // namespace
}  // namespace mica
