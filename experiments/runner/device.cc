#include "experiments/runner/device.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <thread>

#include "base/error.h"

namespace mica {
namespace {

// Measured on 2 cores (docs/performance.md): for linear models, two threads are slower than one up
// to 1.6 million multiply-adds per step, and faster from 3.2 million on.
constexpr int64_t kWorthSharing = 2'500'000;

}  // namespace

absl::StatusOr<c10::Device> ResolveDevice(Experiment::Device device) {
  const bool has_cuda = at::hasCUDA();
  switch (device) {
    case Experiment::CPU:
      return c10::Device(c10::kCPU);
    case Experiment::CUDA:
      if (has_cuda) return c10::Device(c10::kCUDA, 0);
      return WithFields(
          ConfigError("device is CUDA, but this build or this machine has none; write device: AUTO or device: CPU, or build with "
                      "--config=cuda on a machine with an NVIDIA GPU"),
          {"device"});
    case Experiment::AUTO:
      return has_cuda ? c10::Device(c10::kCUDA, 0) : c10::Device(c10::kCPU);
    case Experiment::DEVICE_UNSPECIFIED:
      return ConfigError("device must be AUTO, CPU or CUDA");
  }
  return absl::InternalError("Experiment.device: unknown value");
}

int CpuThreads(int asked, int64_t multiply_adds_per_image, int64_t batch_size) {
  if (asked > 0) return asked;
  if (multiply_adds_per_image < kWorthSharing / batch_size) return 1;
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

void PrepareDevice(c10::Device device, int cpu_threads) {
  at::set_num_threads(cpu_threads);
  if (device.is_cuda()) {
    at::globalContext().setDeterministicAlgorithms(/*mode=*/true, /*warn_only=*/false);
    at::globalContext().setBenchmarkCuDNN(false);
  }
}

std::string DeviceName(c10::Device device) {
  return device.str();
}

}  // namespace mica
