#include "experiments/runner/device.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(DeviceTest, CpuIsTheCpuEverywhere) {
  EXPECT_THAT(ResolveDevice(Experiment::CPU), IsOkAndHolds(c10::Device(c10::kCPU)));
}

TEST(DeviceTest, AutoTakesCudaWhereThereIsOne) {
  const auto device = ResolveDevice(Experiment::AUTO);

  ASSERT_THAT(device, IsOk());
  EXPECT_EQ(DeviceName(*device), at::hasCUDA() ? "cuda:0" : "cpu");
}

TEST(DeviceTest, CudaWithoutOneIsAConfigErrorThatSaysWhatToDo) {
  const auto device = ResolveDevice(Experiment::CUDA);

  if (at::hasCUDA()) {
    EXPECT_THAT(device, IsOkAndHolds(c10::Device(c10::kCUDA, 0)));
  } else {
    EXPECT_THAT(device, Fails(ExitCode::kConfig, AllOf(HasSubstr("device: CPU"), HasSubstr("--config=cuda"))));
  }
}

TEST(DeviceTest, UnspecifiedListsWhatIsAllowed) {
  EXPECT_THAT(ResolveDevice(Experiment::DEVICE_UNSPECIFIED), Fails(ExitCode::kConfig, HasSubstr("AUTO, CPU or CUDA")));
}

TEST(DeviceTest, TheCpuGetsTheThreadsAskedFor) {
  PrepareDevice(c10::kCPU, /*cpu_threads=*/1);
  EXPECT_EQ(at::get_num_threads(), 1);

  PrepareDevice(c10::kCPU, /*cpu_threads=*/2);
  EXPECT_EQ(at::get_num_threads(), 2);
}

TEST(DeviceTest, SmallModelsGetOneThreadUnlessAskedOtherwise) {
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  constexpr int64_t kLinear = 7940, kTinyVgg = 1133860;

  EXPECT_EQ(CpuThreads(/*asked=*/0, kLinear, /*batch_size=*/32), 1);
  EXPECT_EQ(CpuThreads(/*asked=*/0, kTinyVgg, /*batch_size=*/32), cores);
  EXPECT_EQ(CpuThreads(/*asked=*/3, kLinear, /*batch_size=*/32), 3);
  EXPECT_EQ(CpuThreads(/*asked=*/1, kTinyVgg, /*batch_size=*/32), 1);
}

}  // namespace
}  // namespace mica
