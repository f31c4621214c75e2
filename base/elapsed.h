// How long a stage took, as text for the log.
//   const auto start = std::chrono::steady_clock::now();
//   …
//   VLOG(1) << "data_read seconds=" << ElapsedSeconds(start);  // seconds=0.312
#ifndef MICA_BASE_ELAPSED_H_
#define MICA_BASE_ELAPSED_H_

#include <chrono>
#include <string>

#include "base/number_format.h"

namespace mica {

inline std::string ElapsedSeconds(std::chrono::steady_clock::time_point start) {
  return FormatFixed(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), 3);
}

}  // namespace mica

#endif  // MICA_BASE_ELAPSED_H_
