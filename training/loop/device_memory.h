// How much of a GPU's memory this process holds.
//   report.device_memory_mib = DeviceMemoryMib(device);
#ifndef MICA_TRAINING_LOOP_DEVICE_MEMORY_H_
#define MICA_TRAINING_LOOP_DEVICE_MEMORY_H_

namespace c10 {
struct Device;
}

namespace mica {

// What LibTorch's allocator has taken from the device, used or kept for later; 0 for the CPU.
double DeviceMemoryMib(const c10::Device& device);

}  // namespace mica

#endif  // MICA_TRAINING_LOOP_DEVICE_MEMORY_H_
