#include "experiments/proposal/data_facts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/printable.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "data/index/index_builder.h"
#include "data/loader/picture_pipeline.h"
#include "data/loader/sample_decoder.h"
#include "data/picture/picture.h"
#include "data/survey/dataset_examination.h"
#include "data/survey/picture_survey.h"
#include "data/survey/survey_cache.h"
#include "experiments/preview/varied_samples.h"

namespace mica {
namespace {

constexpr size_t kAllLookedAt = 20000;  // of more samples, some are looked at
constexpr int64_t kLookedAt = 2000;     // of more
constexpr int64_t kMeasured = 512;      // decoded for means and deviations
constexpr int64_t kBlended = 64;        // decoded to see whether the ground shows
constexpr int kSplitSeeds = 20;         // that are tried
constexpr int64_t kManyForValidation = 2000;

// Ids drawn over the classes, the same for the same data.
std::vector<int64_t> Drawn(const DatasetIndex& index, const std::vector<int64_t>& ids, int64_t count) {
  std::vector<int64_t> shuffled;
  for (const int64_t place : RandomOrder(/*seed=*/0, RngStream::kSampling, /*epoch=*/1, static_cast<int64_t>(ids.size()))) {
    shuffled.push_back(ids[place]);
  }
  return VariedSamples(index, shuffled, count);
}

std::vector<int64_t> AllIds(const DatasetIndex& index) {
  std::vector<int64_t> ids(index.records.size());
  for (size_t id = 0; id < ids.size(); ++id) ids[id] = static_cast<int64_t>(id);
  return ids;
}

// An index of these samples alone, with ids from 0.
DatasetIndex PartOf(const DatasetIndex& index, const std::vector<int64_t>& ids) {
  DatasetIndex part;
  part.classes = index.classes;
  std::unordered_map<int32_t, int32_t> files;
  for (const int64_t id : ids) {
    ImageRecord record = index.records[id];
    const auto [file, is_new] = files.emplace(record.file, static_cast<int32_t>(part.files.size()));
    if (is_new) part.files.push_back(index.files[record.file]);
    record.file = file->second;
    record.id = static_cast<int64_t>(part.records.size());
    part.records.push_back(record);
  }
  return part;
}

struct LookedAt {
  DatasetIndex index;
  PictureSurvey survey;
  bool is_all = true;
};

LookedAt LookAt(const DatasetDraft& draft) {
  LookedAt looked;
  looked.is_all = draft.index.records.size() <= kAllLookedAt || draft.index.IsRaw();
  const std::vector<int64_t> ids = AllIds(draft.index);
  looked.index = looked.is_all ? draft.index : PartOf(draft.index, Drawn(draft.index, ids, kLookedAt));
  SurveyOptions options;
  if (looked.is_all) options.cache_file = CacheFileOf(CacheFolder(), draft.origin);
  looked.survey = SurveyPictures(looked.index, options);
  return looked;
}

std::unordered_set<std::string> BrokenOf(const LookedAt& looked, DataFacts* facts) {
  std::unordered_set<std::string> broken;
  for (const ImageRecord& record : looked.index.records) {
    if (looked.survey.IsUsable(record.id)) continue;
    const std::string path = looked.index.PathOf(record);
    if (broken.empty()) facts->broken_example = absl::StrCat(Printable(path), ": ", looked.survey.ProblemOf(record.id)->message);
    broken.insert(path);
  }
  facts->broken = static_cast<int64_t>(broken.size());
  return broken;
}

// Of an encoded picture.
bool IsGrey(const PictureFacts& picture) {
  return picture.colour == ColourKind::kGrey || picture.colour == ColourKind::kGreyAlpha;
}

bool HasAlpha(const PictureFacts& picture) {
  return !picture.is_raw &&
         (picture.colour == ColourKind::kGreyAlpha || picture.colour == ColourKind::kRgba || picture.colour == ColourKind::kPaletteAlpha);
}

int32_t Median(std::vector<int32_t> values) {
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::string CountedFormats(const std::map<std::string, int64_t>& counts) {
  std::vector<std::pair<int64_t, std::string>> sorted;
  for (const auto& [name, count] : counts) sorted.emplace_back(-count, name);
  std::sort(sorted.begin(), sorted.end());
  return absl::StrJoin(sorted, ", ", [](std::string* out, const auto& entry) { absl::StrAppend(out, entry.second, " ", -entry.first); });
}

// What the headers say of the pictures that can be used.
void AddPictureFacts(const LookedAt& looked, DataFacts* facts) {
  std::vector<int32_t> heights, widths;
  std::map<std::string, int64_t> formats;
  facts->is_packed = looked.index.IsRaw();
  facts->all_grey = !facts->is_packed || looked.index.RawShape().channels == 1;
  facts->smallest = {std::numeric_limits<int32_t>::max(), std::numeric_limits<int32_t>::max()};
  for (const ImageRecord& record : looked.index.records) {
    if (!looked.survey.IsUsable(record.id)) continue;
    const PictureFacts& picture = looked.survey.facts[record.id];
    const PictureSize size = UprightSize(DecodeConfig(), picture);
    heights.push_back(size.height_px);
    widths.push_back(size.width_px);
    facts->smallest = {std::min(facts->smallest.height_px, size.height_px), std::min(facts->smallest.width_px, size.width_px)};
    facts->largest = {std::max(facts->largest.height_px, size.height_px), std::max(facts->largest.width_px, size.width_px)};
    facts->mean_pixels += static_cast<double>(size.pixels());
    facts->all_grey = facts->all_grey && (picture.is_raw || IsGrey(picture));
    facts->with_alpha += HasAlpha(picture);
    if (!picture.is_raw) ++formats[std::string(PictureFormatName(picture.format))];
  }
  facts->mean_pixels /= static_cast<double>(heights.size());
  facts->median_size = {Median(heights), Median(widths)};
  facts->has_one_size = facts->smallest == facts->largest;
  facts->formats = CountedFormats(formats);
  facts->looked_at_all = looked.is_all;
}

// Whether a picture differs over white and over black.
bool ShowsGround(const LookedAt& looked) {
  DecodeConfig white, black;
  white.set_alpha(DecodeConfig::OVER_WHITE);
  black.set_alpha(DecodeConfig::OVER_BLACK);
  const SampleDecoder over_white(looked.index, white), over_black(looked.index, black);
  SampleDecoderScratch scratch(looked.index);
  PicturePart on_white, on_black;
  std::vector<int64_t> ids;
  for (const ImageRecord& record : looked.index.records) {
    if (looked.survey.IsUsable(record.id) && HasAlpha(looked.survey.facts[record.id])) ids.push_back(record.id);
  }
  for (const int64_t id : Drawn(looked.index, ids, kBlended)) {
    const ImageRecord& record = looked.index.records[id];
    const absl::StatusOr<PictureSize> size = over_white.Read(record, &scratch);
    if (!size.ok() || !over_white.Decode(record, PictureRegion::Whole(*size), {}, &scratch, &on_white).ok()) continue;
    if (!over_black.Read(record, &scratch).ok()) continue;
    if (!over_black.Decode(record, PictureRegion::Whole(*size), {}, &scratch, &on_black).ok()) continue;
    if (!std::equal(on_white.pixels.pixels.begin(), on_white.pixels.pixels.end(), on_black.pixels.pixels.begin(),
                    on_black.pixels.pixels.end()))
      return true;
  }
  return false;
}

bool HasNoValidation(const DatasetIndex& index) {
  return !index.HasLabels(Split::kValidation);
}

bool AreNumbers(const ClassMap& classes) {
  for (int label = 0; label < static_cast<int>(classes.size()); ++label) {
    const std::string& name = classes.name(label);
    if (name.empty() || !std::all_of(name.begin(), name.end(), absl::ascii_isdigit)) return false;
  }
  return true;
}

// Classes of at least two samples that the validation split lacks.
int64_t ClassesNotValidated(const DatasetIndex& index) {
  const std::vector<int64_t> train = index.CountsOf(Split::kTrain), validation = index.CountsOf(Split::kValidation);
  int64_t missing = 0;
  for (size_t label = 0; label < train.size(); ++label) missing += validation[label] == 0 && train[label] >= 2;
  return missing;
}

DatasetDraft Checked(const DatasetConfig& config, const std::unordered_set<std::string>& left_out) {
  DatasetDraft draft = ListDataset(config, left_out);
  if (draft.problems.empty()) CheckDataset(config, &draft);
  return draft;
}

// Lists the samples with a validation split, which is drawn if the data has none.
absl::StatusOr<DatasetDraft> WithValidation(const std::unordered_set<std::string>& left_out, int64_t samples, DataFacts* facts) {
  DatasetConfig& config = facts->dataset;
  config.set_validation_fraction(samples < kManyForValidation ? 0.2 : 0.15);
  std::optional<DatasetDraft> best;
  int64_t fewest = 0, best_seed = 0;
  const int seeds = samples <= static_cast<int64_t>(kAllLookedAt) ? kSplitSeeds : 1;
  for (int seed = 0; seed < seeds && (!best.has_value() || fewest > 0); ++seed) {
    if (seed > 0) config.set_split_seed(seed);
    DatasetDraft draft = Checked(config, left_out);
    if (!draft.problems.empty()) continue;
    const int64_t missing = ClassesNotValidated(draft.index);
    if (best.has_value() && missing >= fewest) continue;
    fewest = missing;
    best_seed = seed;
    best = std::move(draft);
  }
  if (best.has_value()) {
    if (best_seed == 0) config.clear_split_seed();
    if (best_seed > 0) config.set_split_seed(best_seed);
    facts->validation_is_drawn = true;
    return *std::move(best);
  }
  config.clear_split_seed();
  config.clear_validation_fraction();
  facts->why_no_validation = "some classes have too few pictures to spare any";
  DatasetDraft draft = Checked(config, left_out);
  if (!draft.problems.empty()) return DataError(absl::StrJoin(draft.problems, "\n"));
  return draft;
}

void AddCounts(const DatasetIndex& index, DataFacts* facts) {
  for (int label = 0; label < static_cast<int>(index.classes.size()); ++label) facts->class_names.push_back(index.classes.name(label));
  facts->train_per_class = index.CountsOf(Split::kTrain);
  const auto samples = [&](Split split) {
    int64_t sum = 0;
    for (const int64_t count : index.CountsOf(split)) sum += count;
    return sum;
  };
  facts->train = samples(Split::kTrain);
  facts->validation = samples(Split::kValidation);
  facts->test = samples(Split::kTest);
}

absl::StatusOr<ExaminedData> ExamineReading(const DataReading& reading) {
  ExaminedData data;
  DataFacts& facts = data.facts;
  facts.dataset = reading.config;
  facts.in_words = reading.in_words;
  DatasetDraft draft = ListDataset(facts.dataset);
  if (!draft.problems.empty()) return DataError(absl::StrJoin(draft.problems, "\n"));
  const LookedAt looked = LookAt(draft);
  const std::unordered_set<std::string> broken = BrokenOf(looked, &facts);
  facts.looked_at = static_cast<int64_t>(looked.index.records.size());
  if (facts.broken == facts.looked_at) {
    return DataError(absl::StrCat(Printable(draft.origin), ": none of ", facts.looked_at, " pictures can be used: ", facts.broken_example));
  }
  AddPictureFacts(looked, &facts);
  if (facts.with_alpha > 0) facts.shows_ground = ShowsGround(looked);
  if (facts.broken > 0 || !facts.looked_at_all) facts.dataset.set_on_bad_sample(DatasetConfig::DROP);
  const bool in_folders = (reading.config.pool_size() > 0 && reading.config.pool(0).has_class_folders()) ||
                          (reading.config.train_size() > 0 && reading.config.train(0).has_class_folders());
  if (in_folders && AreNumbers(draft.index.classes)) facts.dataset.set_class_order(DatasetConfig::NATURAL);

  const auto samples = static_cast<int64_t>(draft.index.records.size()) - facts.broken;
  if (HasNoValidation(draft.index)) {
    MICA_ASSIGN_OR_RETURN(draft, WithValidation(broken, samples, &facts));
  } else {
    draft = Checked(facts.dataset, broken);
    if (!draft.problems.empty()) return DataError(absl::StrJoin(draft.problems, "\n"));
  }
  data.index = std::move(draft.index);
  if (facts.has_one_size && facts.looked_at_all) data.index.common_size = facts.median_size;
  AddCounts(data.index, &facts);
  return data;
}

}  // namespace

absl::StatusOr<ExaminedData> ExamineData(const std::vector<DataReading>& readings) {
  absl::Status first_error;
  std::vector<std::string> others;
  std::optional<ExaminedData> found;
  for (const DataReading& reading : readings) {
    if (found.has_value()) {
      others.push_back(reading.in_words);
      continue;
    }
    absl::StatusOr<ExaminedData> data = ExamineReading(reading);
    if (data.ok()) {
      found = *std::move(data);
      continue;
    }
    if (first_error.ok()) first_error = data.status();
    const std::string message(data.status().message());
    others.push_back(absl::StrCat(reading.in_words, ", which does not hold: ", message.substr(0, message.find('\n'))));
  }
  if (!found.has_value()) return first_error;
  found->other_readings = std::move(others);
  return *std::move(found);
}

MeasuredChannels MeasureChannels(const DatasetIndex& index, const DecodeConfig& decode,
                                 const google::protobuf::RepeatedPtrField<TransformConfig>& transforms) {
  MeasuredChannels measured;
  const ViewTransforms view = {&transforms, "eval_transforms"};
  const auto pipeline = PicturePipeline::Create(index, decode, absl::MakeConstSpan(&view, 1), {});
  if (!pipeline.ok()) return measured;
  const ImageShape shape = (*pipeline)->output();
  const auto pixels = static_cast<size_t>(shape.pixels());
  std::vector<uint8_t> image(pixels * shape.channels);
  PipelineScratch scratch(**pipeline);
  std::array<double, 3> sums = {}, squares = {};
  for (const int64_t id : Drawn(index, index.RecordsOf(Split::kTrain), kMeasured)) {
    uint8_t* const output = image.data();
    if (!(*pipeline)->PrepareBytes(index.records[id], /*epoch=*/1, /*copy=*/0, &scratch, absl::MakeConstSpan(&output, 1)).ok()) continue;
    for (size_t i = 0; i < image.size(); ++i) {
      const double value = image[i] / 255.0;
      sums[i % shape.channels] += value;
      squares[i % shape.channels] += value * value;
    }
    ++measured.pictures;
  }
  if (measured.pictures == 0) return measured;
  measured.channels = shape.channels;
  const double count = static_cast<double>(measured.pictures) * static_cast<double>(pixels);
  for (int c = 0; c < shape.channels; ++c) {
    measured.mean[c] = sums[c] / count;
    measured.std[c] = std::sqrt(std::max(0.0, squares[c] / count - measured.mean[c] * measured.mean[c]));
  }
  return measured;
}

}  // namespace mica
