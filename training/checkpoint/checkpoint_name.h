// Names of checkpoint folders: "step-000001875", the number of optimizer steps done, in nine digits
// or more.
//   CheckpointName(1875) == "step-000001875"
//   StepOfCheckpoint("step-000001875") == 1875; StepOfCheckpoint("step-1875") has no value
#ifndef MICA_TRAINING_CHECKPOINT_CHECKPOINT_NAME_H_
#define MICA_TRAINING_CHECKPOINT_CHECKPOINT_NAME_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace mica {

std::string CheckpointName(int64_t step);

// The step in a name as CheckpointName writes it; none for any other text.
std::optional<int64_t> StepOfCheckpoint(absl::string_view name);

// The files of a checkpoint that hold arrays.
constexpr char kModelFile[] = "model.safetensors";
constexpr char kOptimizerFile[] = "optimizer.safetensors";  // absent if the optimizer has no state

// The format in which checkpoints are written. Formats from 1 on can be read.
constexpr int kCheckpointFormat = 2;

}  // namespace mica

#endif  // MICA_TRAINING_CHECKPOINT_CHECKPOINT_NAME_H_
