// The pictures that `mica predict` is asked about, as far as they are known without decoding them.
//   MICA_ASSIGN_OR_RETURN(const PredictionInput input, NamedInput(paths, class_names, decode));
//   MICA_ASSIGN_OR_RETURN(const PredictionInput input,
//                         SplitInput(std::move(index), Split::kTest, &checkpoint));
//   MICA_ASSIGN_OR_RETURN(const PredictionInput input,
//                         SamplesInput(std::move(index), {60017, 60342}, &checkpoint));
// Torch-free.
#ifndef MICA_EXPERIMENTS_RUNNER_PREDICTION_INPUT_H_
#define MICA_EXPERIMENTS_RUNNER_PREDICTION_INPUT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "data/decode/decode.pb.h"
#include "data/index/dataset_index.h"
#include "eval/report/submission_template.h"
#include "training/checkpoint/checkpoint_reader.h"

namespace mica {

struct PredictionInput {
  DatasetIndex index;  // its classes are the model's
  Split split = Split::kUnlabelled;

  // All that was asked for, in its order, also what cannot be read.
  std::vector<SubmittedPicture> pictures;
  std::vector<int64_t> records;  // of each picture: the id of its record, -1 if it cannot be read

  // "PATH: reason" of each picture that cannot be read and of each folder without pictures.
  std::vector<std::string> problems;
  std::vector<std::string> warnings;
};

// Files and folders (named_pictures.h). Reads the headers of all pictures; those that `decode`
// rejects cannot be read either. A DataError (exit code 3) if none of them can be used.
absl::StatusOr<PredictionInput> NamedInput(absl::Span<const std::string> paths, std::vector<std::string> class_names,
                                           const DecodeConfig& decode);

// A split of the model's own data. Errors if the data's classes are not those of the checkpoint, if
// there is one (exit code 4), or the split has no samples (1).
absl::StatusOr<PredictionInput> SplitInput(DatasetIndex index, Split split, const Checkpoint* checkpoint);

// Samples of the model's own data by their ids, as predictions.csv has them. The input's index
// holds these alone, in this order and renumbered from 0, as its split. Errors as above (4), or of
// ids that are not there or twice (1).
absl::StatusOr<PredictionInput> SamplesInput(DatasetIndex index, absl::Span<const int64_t> ids, const Checkpoint* checkpoint);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_PREDICTION_INPUT_H_
