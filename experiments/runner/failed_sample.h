#ifndef MICA_EXPERIMENTS_RUNNER_FAILED_SAMPLE_H_
#define MICA_EXPERIMENTS_RUNNER_FAILED_SAMPLE_H_

#include <cstdint>
#include <string>

namespace mica {

// A sample that turned out to be broken while it was prepared.
struct FailedSample {
  int64_t id = 0;      // of its record
  std::string reason;  // "PATH: …"
};

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_FAILED_SAMPLE_H_
