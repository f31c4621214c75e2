#include "base/for_each_on_threads.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

namespace mica {

size_t ThreadsFor(uint64_t bytes) {
  constexpr uint64_t kBytesOfAThread = uint64_t{8} << 20;  // its start takes as long as reading 1 MB
  constexpr unsigned kMost = 4;                            // more do not get more from one memory
  return std::clamp<uint64_t>(bytes / kBytesOfAThread, 1, std::clamp(std::thread::hardware_concurrency(), 1u, kMost));
}

void ForEachOnThreads(size_t count, size_t threads, absl::FunctionRef<void(size_t)> work) {
  std::atomic<size_t> next(0);
  const auto run = [&] {
    for (size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::thread> others;
  for (size_t thread = 1; thread < std::min(threads, count); ++thread) {
    try {
      others.emplace_back(run);
    } catch (const std::system_error&) {
      break;  // the system grants no more
    }
  }
  run();
  for (std::thread& other : others) other.join();
}

}  // namespace mica
