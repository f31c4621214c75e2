#include "training/loop/device_memory.h"

#include <c10/core/Device.h>
#include <gtest/gtest.h>

namespace mica {
namespace {

TEST(DeviceMemoryTest, TheCpuHasNone) {
  EXPECT_EQ(DeviceMemoryMib(c10::kCPU), 0);
}

}  // namespace
}  // namespace mica
