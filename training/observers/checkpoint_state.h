// Writes the state of a run into a checkpoint's manifest and reads it back.
#ifndef MICA_TRAINING_OBSERVERS_CHECKPOINT_STATE_H_
#define MICA_TRAINING_OBSERVERS_CHECKPOINT_STATE_H_

#include "training/checkpoint/checkpoint.pb.h"
#include "training/loop/train_state.h"

namespace mica {

void WriteTrainState(const TrainState& state, CheckpointReport* manifest);

// Reads what WriteTrainState wrote, to the bit, except times, speed and memory of the best row.
// Fields that an older format lacks get the values of a new state.
TrainState ReadTrainState(const CheckpointReport& manifest);

}  // namespace mica

#endif  // MICA_TRAINING_OBSERVERS_CHECKPOINT_STATE_H_
