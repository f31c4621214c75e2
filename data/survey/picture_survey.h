// Looks at the pictures of an index, with several threads.
//   const PictureSurvey survey = SurveyPictures(index, options);
//   for (const ImageRecord& record : index.records) … survey.facts[record.id].width_px
#ifndef MICA_DATA_SURVEY_PICTURE_SURVEY_H_
#define MICA_DATA_SURVEY_PICTURE_SURVEY_H_

#include <cstdint>
#include <functional>
#include <string>

#include "data/index/dataset_index.h"
#include "data/survey/picture_facts.h"

namespace mica {

struct SurveyOptions {
  SurveyDepth depth = SurveyDepth::kHeaders;

  // What earlier surveys know is read from here, and what this one finds is kept here. "": nowhere.
  // A cache that cannot be read or written costs time, nothing else.
  std::string cache_file;

  // Called now and then from the calling thread, with how many pictures are done. Returns whether
  // to go on; if not, pictures not looked at have depth kNothing.
  std::function<bool(int64_t done)> progress;
};

// Everything that is wrong is in the survey: a file that cannot be opened or has vanished is a
// problem of its picture. Opens regular files alone, so nothing hangs. Blocks. With two threads and
// a warm page cache, 50,000 pictures take about 0.1 s for headers and 0.05 s from the cache.
PictureSurvey SurveyPictures(const DatasetIndex& index, const SurveyOptions& options);

// "FOLDER/survey-0123456789abcdef": the cache file of a data set, by what messages call it. "" if
// `folder` is.
std::string CacheFileOf(const std::string& folder, const std::string& origin);

}  // namespace mica

#endif  // MICA_DATA_SURVEY_PICTURE_SURVEY_H_
