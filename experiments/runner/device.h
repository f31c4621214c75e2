// Where a run computes.
#ifndef MICA_EXPERIMENTS_RUNNER_DEVICE_H_
#define MICA_EXPERIMENTS_RUNNER_DEVICE_H_

#include <c10/core/Device.h>

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "experiments/experiment.pb.h"

namespace mica {

// AUTO becomes the first CUDA device where this build and this machine have one, else the CPU. CUDA without one is a config error, exit
// code 2.
absl::StatusOr<c10::Device> ResolveDevice(Experiment::Device device);

// How many threads the CPU's arithmetic gets: `asked` unless that is 0, else as many as there are cores, but only one where the forward
// pass of a step has so few multiply-adds that threads would wait for one another longer than they compute. What comes out depends on
// nothing but experiment and machine, so that a run repeats to the last bit.
int CpuThreads(int asked, int64_t multiply_adds_per_image, int64_t batch_size);

// Makes what runs on the device repeatable and gives the CPU's arithmetic its threads.
void PrepareDevice(c10::Device device, int cpu_threads);

// "cpu" or "cuda:0"
std::string DeviceName(c10::Device device);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_DEVICE_H_
