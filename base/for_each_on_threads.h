// Work in memory, shared by a few threads.
//   ForEachOnThreads(arrays.size(), ThreadsFor(bytes), [&](size_t i) { sums[i] = Sum(arrays[i]); });
#ifndef MICA_BASE_FOR_EACH_ON_THREADS_H_
#define MICA_BASE_FOR_EACH_ON_THREADS_H_

#include <cstddef>
#include <cstdint>

#include "absl/functional/function_ref.h"

namespace mica {

// How many threads are worth their start for reading that many bytes of memory: 1 to 4.
size_t ThreadsFor(uint64_t bytes);

// Calls work(i) for each i below `count`, this thread and `threads` - 1 others in turn as they come
// free. Fewer where the system grants no more. Returns once all is done. `work` must not throw.
void ForEachOnThreads(size_t count, size_t threads, absl::FunctionRef<void(size_t)> work);

}  // namespace mica

#endif  // MICA_BASE_FOR_EACH_ON_THREADS_H_
