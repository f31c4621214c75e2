// What a data set is like, as far as the choice of an experiment depends on it.
//   MICA_ASSIGN_OR_RETURN(const ExaminedData data, ExamineData(found.readings));
//   data.facts.train_per_class   // {212, 58}
// Facts come from the index of all samples and from the headers of pictures: all of up to 20,000
// samples, else 2,000 drawn over the classes. Some are decoded where headers do not tell.
#ifndef MICA_EXPERIMENTS_PROPOSAL_DATA_FACTS_H_
#define MICA_EXPERIMENTS_PROPOSAL_DATA_FACTS_H_

#include <google/protobuf/repeated_field.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/augment/transform.pb.h"
#include "data/decode/decode.pb.h"
#include "data/index/dataset.pb.h"
#include "data/index/dataset_index.h"
#include "data/picture/picture_region.h"
#include "experiments/proposal/data_readings.h"

namespace mica {

struct DataFacts {
  DatasetConfig dataset;  // with the validation split that was drawn, if any; paths absolute
  std::string in_words;   // of the reading

  std::vector<std::string> class_names;
  std::vector<int64_t> train_per_class;
  int64_t train = 0;
  int64_t validation = 0;
  int64_t test = 0;
  bool validation_is_drawn = false;  // by dataset.validation_fraction
  std::string why_no_validation;     // "" if there is a validation split

  int64_t looked_at = 0;       // pictures whose headers were read
  bool looked_at_all = true;   // of all samples
  int64_t broken = 0;          // of them
  std::string broken_example;  // "PATH: why"
  std::string formats;         // "JPEG 40, PNG 2"; "" for packed pixels

  bool is_packed = false;  // IDX, CIFAR: pixels that need no decoding
  bool all_grey = false;
  int64_t with_alpha = 0;     // pictures with an alpha channel or a transparent colour
  bool shows_ground = false;  // of some of them the ground behind shows
  bool has_one_size = false;  // all pictures have median_size
  PictureSize median_size;    // median height and median width
  PictureSize smallest, largest;
  double mean_pixels = 0;  // of a picture
};

struct ExaminedData {
  DataFacts facts;
  DatasetIndex index;                       // of all samples, those included that cannot be used
  std::vector<std::string> other_readings;  // in words, with why the first ones do not hold
};

// The first reading that holds. If none does, the error is that of the first. DataErrors (exit code
// 3), among them: one class alone, all pictures broken. Without a validation split in the data,
// 0.2 of the samples are drawn (0.15 of 2,000 or more), by the first of 20 split seeds that leaves
// every class of two pictures something to validate on, or else the best of them.
absl::StatusOr<ExaminedData> ExamineData(const std::vector<DataReading>& readings);

// Mean and standard deviation of each channel on [0, 1], of what `transforms` make of up to 512
// training pictures drawn over the classes. The same for the same data.
struct MeasuredChannels {
  int channels = 0;  // 1 or 3; 0 if no picture could be prepared
  std::array<double, 3> mean = {};
  std::array<double, 3> std = {};
  int64_t pictures = 0;
};
MeasuredChannels MeasureChannels(const DatasetIndex& index, const DecodeConfig& decode,
                                 const google::protobuf::RepeatedPtrField<TransformConfig>& transforms);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_PROPOSAL_DATA_FACTS_H_
