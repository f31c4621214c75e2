#include "training/loop/device_memory.h"

#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/Device.h>

namespace mica {

double DeviceMemoryMib(const c10::Device& device) {
  if (device.is_cpu()) return 0;
  auto* const allocator = dynamic_cast<c10::DeviceAllocator*>(c10::GetAllocator(device.type()));
  if (allocator == nullptr || !allocator->initialized()) return 0;
  constexpr size_t kAllPools = 0;
  constexpr double kMib = 1 << 20;
  return static_cast<double>(allocator->getDeviceStats(device.index()).reserved_bytes[kAllPools].current) / kMib;
}

}  // namespace mica
