// The device on which a run computes.
#ifndef MICA_EXPERIMENTS_RUNNER_DEVICE_H_
#define MICA_EXPERIMENTS_RUNNER_DEVICE_H_

#include <c10/core/Device.h>

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "experiments/experiment.pb.h"

namespace mica {

// AUTO becomes the first CUDA device if this build and this machine have one, else the CPU. CUDA
// without such a device is a config error, exit code 2.
absl::StatusOr<c10::Device> ResolveDevice(Experiment::Device device);

// The number of CPU threads for arithmetic. `asked`, unless that is 0. Then one per core, but only
// one in all if a step's forward pass has so few multiply-adds that threads would wait for each
// other longer than they compute. The result depends only on experiment and machine, so that a run
// repeats to the last bit.
int CpuThreads(int asked, int64_t multiply_adds_per_image, int64_t batch_size);

// Makes the device's work repeatable and sets the number of CPU threads.
void PrepareDevice(c10::Device device, int cpu_threads);

// "cpu" or "cuda:0".
std::string DeviceName(c10::Device device);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_DEVICE_H_
