// The time of day, and the age of this process.
#ifndef MICA_BASE_PROCESS_CLOCK_H_
#define MICA_BASE_PROCESS_CLOCK_H_

#include <string>

namespace mica {

std::string UtcNow();  // "2026-01-31T12:00:00Z"

// Resolution 10 ms; includes the loading of libraries. A program that began by exec in the place of
// another, as `bazel run` starts it, counts from its own beginning.
double SecondsSinceProcessStart();

}  // namespace mica

#endif  // MICA_BASE_PROCESS_CLOCK_H_
