// How the folders of checkpoints are called: "step-000001875", the optimizer steps done in nine digits or more.
//   CheckpointName(1875) == "step-000001875"; StepOfCheckpoint("step-000001875") == 1875; StepOfCheckpoint("step-1875") has no value
#ifndef MICA_TRAINING_CHECKPOINT_CHECKPOINT_NAME_H_
#define MICA_TRAINING_CHECKPOINT_CHECKPOINT_NAME_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace mica {

std::string CheckpointName(int64_t step);

// The step of a name that CheckpointName gives, of no other.
std::optional<int64_t> StepOfCheckpoint(absl::string_view name);

// The files of a checkpoint that hold arrays.
constexpr char kModelFile[] = "model.safetensors";
constexpr char kOptimizerFile[] = "optimizer.safetensors";  // absent where the optimizer remembers nothing

// The format that checkpoints are written in. Older ones from 1 on are read too.
constexpr int kCheckpointFormat = 2;

}  // namespace mica

#endif  // MICA_TRAINING_CHECKPOINT_CHECKPOINT_NAME_H_
