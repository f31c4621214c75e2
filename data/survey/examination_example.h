// Examinations for tests, without files.
//   DatasetExamination examination = ExampleExamination({"cat", "dog"});
//   AddExample({"cat/1.jpg", /*label=*/0}, &examination);
#ifndef MICA_DATA_SURVEY_EXAMINATION_EXAMPLE_H_
#define MICA_DATA_SURVEY_EXAMINATION_EXAMPLE_H_

#include <string>
#include <utility>
#include <vector>

#include "data/survey/dataset_examination.h"

namespace mica {

inline DatasetExamination ExampleExamination(std::vector<std::string> classes) {
  DatasetExamination examination;
  examination.draft.origin = "/d";
  examination.draft.labels.origin = "/d";
  examination.draft.has_classes = true;
  examination.draft.index.classes = ClassMap(std::move(classes));
  examination.survey.depth = SurveyDepth::kPixels;
  return examination;
}

struct ExamplePicture {
  std::string path;  // below /d
  int32_t label = 0;
  Split split = Split::kTrain;
  uint64_t content = 0;  // 0: unlike all others
  int32_t width_px = 40;
  int32_t height_px = 30;
  uint64_t look = 0;  // the perceptual hash; 0: unlike all others
  float brightness = 100;
};

// Adds a sound JPEG. Returns its facts, which the next call may move.
inline PictureFacts& AddExample(const ExamplePicture& picture, DatasetExamination* examination) {
  DatasetIndex& index = examination->draft.index;
  const auto id = static_cast<int64_t>(index.records.size());
  SampleFile& file = index.files.emplace_back();
  file.path = "/d/" + picture.path;
  file.relative_begin = 3;
  ImageRecord& record = index.records.emplace_back();
  record.id = id;
  record.file = static_cast<int32_t>(id);
  record.label = picture.label;
  record.split = picture.split;
  PictureFacts& facts = examination->survey.facts.emplace_back();
  facts.depth = SurveyDepth::kPixels;
  facts.width_px = picture.width_px;
  facts.height_px = picture.height_px;
  facts.channels = 3;
  facts.picture_bytes = 1000;
  facts.brightness = picture.brightness;
  facts.content_hash = picture.content != 0 ? picture.content : 1000000 + static_cast<uint64_t>(id);
  facts.has_perceptual_hash = true;
  // Multiples of an odd number with many bits differ in many bits.
  facts.perceptual_hash = picture.look != 0 ? picture.look : (static_cast<uint64_t>(id) + 1) * 0x9e3779b97f4a7c15u;
  return facts;
}

inline void AddExampleProblem(int64_t id, PictureProblem problem, DatasetExamination* examination) {
  examination->survey.facts[id].problem = static_cast<int32_t>(examination->survey.problems.size());
  examination->survey.problems.push_back(std::move(problem));
}

}  // namespace mica

#endif  // MICA_DATA_SURVEY_EXAMINATION_EXAMPLE_H_
