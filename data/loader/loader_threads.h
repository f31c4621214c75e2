// How many threads read samples where loader.threads says `asked`: see loader.proto.
#ifndef MICA_DATA_LOADER_LOADER_THREADS_H_
#define MICA_DATA_LOADER_LOADER_THREADS_H_

#include <algorithm>
#include <thread>

namespace mica {

inline int LoaderThreads(int asked) {
  return asked > 0 ? asked : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

}  // namespace mica

#endif  // MICA_DATA_LOADER_LOADER_THREADS_H_
