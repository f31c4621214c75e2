// Where a run computes.
#ifndef MICA_EXPERIMENTS_RUNNER_DEVICE_H_
#define MICA_EXPERIMENTS_RUNNER_DEVICE_H_

#include <c10/core/Device.h>

#include <string>

#include "absl/status/statusor.h"
#include "experiments/experiment.pb.h"

namespace mica {

// AUTO becomes the first CUDA device where this build and this machine have one, else the CPU. CUDA without one is a config error, exit
// code 2.
absl::StatusOr<c10::Device> ResolveDevice(Experiment::Device device);

// Makes what runs on the device repeatable and gives the CPU's arithmetic its threads (0: as many as there are cores).
void PrepareDevice(c10::Device device, int cpu_threads);

// "cpu" or "cuda:0"
std::string DeviceName(c10::Device device);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_DEVICE_H_
