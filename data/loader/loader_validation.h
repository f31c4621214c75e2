// Checks the loader's settings before anything is built from them.
//   ValidateLoaderConfig(config, "loader", &problems);
#ifndef MICA_DATA_LOADER_LOADER_VALIDATION_H_
#define MICA_DATA_LOADER_LOADER_VALIDATION_H_

#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "data/loader/loader.pb.h"

namespace mica {

constexpr double kMaxTimeoutSeconds = 1e6;

void ValidateLoaderConfig(const LoaderConfig& config, absl::string_view path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_DATA_LOADER_LOADER_VALIDATION_H_
