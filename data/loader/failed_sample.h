#ifndef MICA_DATA_LOADER_FAILED_SAMPLE_H_
#define MICA_DATA_LOADER_FAILED_SAMPLE_H_

#include <cstdint>
#include <string>

namespace mica {

// A sample that was left out, because it could not be prepared. Torch-free.
struct FailedSample {
  int64_t id = 0;      // ImageRecord::id
  std::string reason;  // with its path
};

}  // namespace mica

#endif  // MICA_DATA_LOADER_FAILED_SAMPLE_H_
