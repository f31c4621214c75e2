// Checks how batches are mixed before anything is built from it.
//   ValidateBatchMixingConfig(experiment.batch_mixing(), "batch_mixing", &problems);
#ifndef MICA_DATA_LOADER_BATCH_MIXING_VALIDATION_H_
#define MICA_DATA_LOADER_BATCH_MIXING_VALIDATION_H_

#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "data/loader/batch_mixing.pb.h"

namespace mica {

void ValidateBatchMixingConfig(const BatchMixingConfig& config, absl::string_view path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_DATA_LOADER_BATCH_MIXING_VALIDATION_H_
