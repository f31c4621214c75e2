// The state of a run in a checkpoint's manifest, written and read.
#ifndef MICA_TRAINING_OBSERVERS_CHECKPOINT_STATE_H_
#define MICA_TRAINING_OBSERVERS_CHECKPOINT_STATE_H_

#include "training/checkpoint/checkpoint.pb.h"
#include "training/loop/train_state.h"

namespace mica {

void WriteTrainState(const TrainState& state, CheckpointReport* manifest);

// What WriteTrainState wrote, to the bit, but for times, speed and memory of the best row. Fields that an
// older format lacks are those of a new state.
TrainState ReadTrainState(const CheckpointReport& manifest);

}  // namespace mica

#endif  // MICA_TRAINING_OBSERVERS_CHECKPOINT_STATE_H_
