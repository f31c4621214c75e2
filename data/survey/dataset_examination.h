// A data set opened: its samples listed, their pictures looked at, everything that is wrong with
// them reported at once.
//   MICA_ASSIGN_OR_RETURN(const OpenedDataset dataset,
//                         OpenDataset(experiment.dataset(), experiment.decode()));
#ifndef MICA_DATA_SURVEY_DATASET_EXAMINATION_H_
#define MICA_DATA_SURVEY_DATASET_EXAMINATION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/decode/decode.pb.h"
#include "data/index/dataset.pb.h"
#include "data/index/index_builder.h"
#include "data/picture/picture_region.h"
#include "data/survey/picture_facts.h"
#include "data/survey/picture_survey.h"

namespace mica {

// A picture that cannot be used and is none of the samples.
struct DroppedPicture {
  std::string path;
  PictureProblem problem;
};

// Everything that is known of a data set, good or bad. Problems of pictures are in the survey,
// others in the draft. CheckDataset() has not been called.
struct DatasetExamination {
  DatasetDraft draft;
  PictureSurvey survey;

  // Left out, if the config says DROP: then no sample of the draft has a picture that cannot be
  // used, and splits, subsets and ids are those of the samples that can.
  std::vector<DroppedPicture> dropped;
};

// `config` must be valid and its paths absolute. The fingerprint is complete: it knows the sizes of
// the pictures' files. `options.cache_file` is set from the user's cache folder. Where pictures are
// dropped, the samples are listed and looked at again without them. Pictures that `decode` rejects
// cannot be used either; packed pixels are judged by their channels.
DatasetExamination ExamineDataset(const DatasetConfig& config, SurveyOptions options, const DecodeConfig& decode = DecodeConfig());

// The pictures that `decode` rejects get a problem: they cannot be used.
void RejectPictures(const DecodeConfig& decode, PictureSurvey* survey);

// The size of a picture whose header is known, upright as `decode` wants it.
PictureSize UprightSize(const DecodeConfig& decode, const PictureFacts& facts);

// The size, upright, that all pictures share; nullopt if they differ.
std::optional<PictureSize> CommonSize(const PictureSurvey& survey, const DecodeConfig& decode);

// Takes the samples whose pictures cannot be used out of the draft and the survey; ids count anew.
// Returns how many.
int64_t DropUnusable(DatasetExamination* examination);

// "PATH: is empty …" for each picture that cannot be used, in the order of samples.
std::vector<std::string> UnusablePictures(const DatasetExamination& examination);

struct OpenedDataset {
  DatasetIndex index;
  PictureSurvey survey;
};

// Reads the headers of all pictures (pixels that are packed raw have none). Pictures that cannot be
// used are an error or left out with a warning, as config.on_bad_sample() says. Errors end with
// exit code 3 and list every problem. The index knows its common_size.
absl::StatusOr<OpenedDataset> OpenDataset(const DatasetConfig& config, const DecodeConfig& decode = DecodeConfig());

}  // namespace mica

#endif  // MICA_DATA_SURVEY_DATASET_EXAMINATION_H_
