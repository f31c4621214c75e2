#include "experiments/runner/device.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <thread>

#include "base/error.h"

namespace mica {

absl::StatusOr<c10::Device> ResolveDevice(Experiment::Device device) {
  const bool has_cuda = at::hasCUDA();
  switch (device) {
    case Experiment::CPU:
      return c10::Device(c10::kCPU);
    case Experiment::CUDA:
      if (has_cuda) return c10::Device(c10::kCUDA, 0);
      return ConfigError(
          "device is CUDA, but this build or this machine has none; write device: AUTO or device: CPU, or build with --config=cuda on "
          "a machine with an NVIDIA GPU");
    case Experiment::AUTO:
      return has_cuda ? c10::Device(c10::kCUDA, 0) : c10::Device(c10::kCPU);
    case Experiment::DEVICE_UNSPECIFIED:
      return ConfigError("device must be AUTO, CPU or CUDA");
  }
  return absl::InternalError("Experiment.device: unknown value");  // an enum can hold any integer
}

void PrepareDevice(c10::Device device, int cpu_threads) {
  at::set_num_threads(cpu_threads > 0 ? cpu_threads : static_cast<int>(std::max(1u, std::thread::hardware_concurrency())));
  if (device.is_cuda()) {
    at::globalContext().setDeterministicAlgorithms(/*mode=*/true, /*warn_only=*/false);
    at::globalContext().setBenchmarkCuDNN(false);
  }
}

std::string DeviceName(c10::Device device) {
  return device.str();
}

}  // namespace mica
