// One piece of mica's work in bench/index.cc, in a process of its own:
//   index_work tree FOLDER PICTURES DIFFERENT WIDTH HEIGHT   makes a data set (picture_tree.h)
//   index_work list FOLDER           lists it, with classes and splits
//   index_work content FOLDER        lists it and hashes every file
//   index_work pixels FOLDER         lists it and decodes every file
//   index_work again FOLDER CACHE    lists it; what was found out about files is kept in CACHE
//   index_work hashes FILE PICTURES  writes perceptual hashes of pictures
//   index_work near FILE             finds near duplicates among them
// Prints seconds=S count=N: of samples, or of pairs. `tree` and `hashes` print nothing.
#include <glog/logging.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "bench/picture_tree.h"
#include "data/index/dataset.pb.h"
#include "data/index/index_builder.h"
#include "data/survey/dataset_examination.h"
#include "data/survey/near_duplicates.h"
#include "data/survey/perceptual_hash.h"
#include "data/survey/picture_survey.h"

namespace mica {
namespace {

using Words = std::vector<std::string>;
using Clock = std::chrono::steady_clock;

constexpr int kMaxDistance = 4;

DatasetConfig ConfigOf(const std::string& folder) {
  DatasetConfig config;
  config.add_pool()->mutable_class_folders()->set_folder(folder);
  config.set_validation_fraction(0.1);
  config.set_test_fraction(0.1);
  return config;
}

// Whatever is wrong with the data makes the measurement worthless.
absl::Status Report(Clock::time_point start, size_t count, const DatasetDraft& draft) {
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  if (!draft.problems.empty()) return DataError(absl::StrJoin(draft.problems, "\n"));
  std::cout << "seconds=" << FormatNumber(seconds) << " count=" << count << "\n";
  return absl::OkStatus();
}

absl::Status List(const Words& words) {
  const auto start = Clock::now();
  const DatasetDraft draft = ListDataset(ConfigOf(words[0]));
  return Report(start, draft.index.records.size(), draft);
}

absl::Status Survey(const std::string& folder, SurveyDepth depth) {
  const auto start = Clock::now();
  const DatasetDraft draft = ListDataset(ConfigOf(folder));
  SurveyOptions options;
  options.depth = depth;
  const PictureSurvey survey = SurveyPictures(draft.index, options);
  if (!survey.problems.empty()) return DataError(survey.problems[0].message);
  return Report(start, survey.facts.size(), draft);
}

absl::Status Content(const Words& words) {
  return Survey(words[0], SurveyDepth::kContent);
}

absl::Status Pixels(const Words& words) {
  return Survey(words[0], SurveyDepth::kPixels);
}

absl::Status Again(const Words& words) {
  setenv("XDG_CACHE_HOME", words[1].c_str(), /*overwrite=*/1);
  const auto start = Clock::now();
  SurveyOptions options;
  options.depth = SurveyDepth::kContent;
  const DatasetExamination examination = ExamineDataset(ConfigOf(words[0]), options);
  return Report(start, examination.survey.facts.size(), examination.draft);
}

absl::Status Tree(const Words& words) {
  PictureTreeSpec spec;
  const bool are_numbers = absl::SimpleAtoi(words[1], &spec.pictures) && absl::SimpleAtoi(words[2], &spec.different) &&
                           absl::SimpleAtoi(words[3], &spec.width_px) && absl::SimpleAtoi(words[4], &spec.height_px);
  if (!are_numbers) return FlagError("tree: PICTURES, DIFFERENT, WIDTH and HEIGHT must be whole numbers");
  return MakePictureTree(words[0], spec);
}

// Of small pictures, as a hash looks at 32x32 pixels. Every tenth picture is the one before with
// another brightness.
absl::Status Hashes(const Words& words) {
  int64_t count = 0;
  if (!absl::SimpleAtoi(words[1], &count)) return FlagError("hashes: PICTURES must be a whole number");
  std::string hashes;
  Picture picture;
  for (int64_t i = 0; i < count; ++i) {
    if (i % 10 != 9) picture = DrawPicture(64, 48, static_cast<uint32_t>(i));
    if (i % 10 == 9) std::transform(picture.pixels.begin(), picture.pixels.end(), picture.pixels.begin(), [](int v) { return v * 9 / 10; });
    const uint64_t hash = PerceptualHash(ShrinkToGrey(picture.pixels, picture.height_px, picture.width_px, 3)).value_or(0);
    hashes.append(reinterpret_cast<const char*>(&hash), sizeof(hash));
  }
  return WriteNewFile(words[0], hashes);
}

absl::Status Near(const Words& words) {
  MICA_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(words[0]));
  std::vector<uint64_t> hashes(bytes.size() / sizeof(uint64_t));
  memcpy(hashes.data(), bytes.data(), hashes.size() * sizeof(uint64_t));
  const auto start = Clock::now();
  const NearDuplicates found = FindNearDuplicates(hashes, kMaxDistance);
  return Report(start, static_cast<size_t>(found.pair_count), DatasetDraft());
}

struct Verb {
  size_t words;
  absl::Status (*run)(const Words& words);
};

int Main(const Words& words) {
  const std::map<std::string, Verb> verbs = {{"tree", {5, Tree}},     {"list", {1, List}},   {"content", {1, Content}},
                                             {"pixels", {1, Pixels}}, {"again", {2, Again}}, {"hashes", {2, Hashes}},
                                             {"near", {1, Near}}};
  const auto verb = verbs.find(words.empty() ? "" : words[0]);
  if (verb == verbs.end() || words.size() != verb->second.words + 1) {
    std::cerr << "usage: as at the beginning of bench/index_work.cc (bazel run //bench:index compares mica with its peers)\n";
    return 1;
  }
  const absl::Status status = verb->second.run(Words(words.begin() + 1, words.end()));
  if (!status.ok()) std::cerr << "error: " << status.message() << "\n";
  return status.ok() ? 0 : 1;
}

}  // namespace
}  // namespace mica

int main(int argc, char** argv) {
  return mica::Main(std::vector<std::string>(argv + 1, argv + argc));
}
