#include "data/loader/loader_validation.h"

#include <cstdint>

namespace mica {

void ValidateLoaderConfig(const LoaderConfig& config, absl::string_view path, ConfigProblems* problems) {
  problems->Require(config.batch_size() >= 1, JoinPath(path, "batch_size"), "must be at least 1", int64_t{config.batch_size()});
  if (!config.shuffle()) {
    problems->Warning(JoinPath(path, "shuffle"),
                      "is false: every epoch sees the samples in file order, which hurts training where files are sorted by class");
  }
}

}  // namespace mica
