// Facts about this process and machine that a run records.
#ifndef MICA_EXPERIMENTS_RUNNER_ENVIRONMENT_H_
#define MICA_EXPERIMENTS_RUNNER_ENVIRONMENT_H_

#include <string>

namespace mica {

std::string HostName();
std::string LibTorchVersion();  // "2.11.0"
std::string LinkedLibraries();  // name and version of each library that touches data, one per line

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_ENVIRONMENT_H_
