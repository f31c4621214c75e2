#include "data/index/idx_dataset.h"

#include <future>
#include <limits>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "data/index/class_resolution.h"
#include "data/index/idx_folder.h"
#include "data/index/idx_labels.h"
#include "data/index/idx_mapping.h"
#include "data/index/idx_reader.h"
#include "data/index/pixel_planes.h"
#include "data/index/sources/label_table.h"

namespace mica {
namespace {

constexpr int kMaxFirstLabel = 255;

// A file of images and the file of their labels. A file that could not be read is empty.
struct Part {
  Split split = Split::kTrain;
  std::optional<IdxFile> images;
  std::optional<IdxFile> labels;
  SampleList list;
};

// Unpacking takes nearly all the time. If the system grants no thread, `get` does the work instead.
std::future<absl::StatusOr<IdxFile>> StartReading(const std::string& path, IdxContent content) {
  return std::async(std::launch::async | std::launch::deferred, ReadIdxFile, path, content);
}

std::string FingerprintLine(const std::string& bytes) {
  return absl::StrCat(FormatFingerprint(Fingerprint(bytes)), " ", bytes.size(), "\n");
}

// Train, then test if the data has it. Files that cannot be read are reported in the list of their
// part.
std::vector<Part> ReadParts(const IdxPaths& paths) {
  std::vector<Part> parts;
  std::vector<std::future<absl::StatusOr<IdxFile>>> reading;
  const auto start_part = [&](Split split, const std::string& images, const std::string& labels) {
    parts.emplace_back().split = split;
    reading.push_back(StartReading(images, IdxContent::kImages));
    reading.push_back(StartReading(labels, IdxContent::kLabels));
  };
  start_part(Split::kTrain, paths.train_images, paths.train_labels);
  if (!paths.test_images.empty()) start_part(Split::kTest, paths.test_images, paths.test_labels);
  for (size_t i = 0; i < parts.size(); ++i) {
    SampleList& list = parts[i].list;
    const auto finish = [&](size_t file) -> std::optional<IdxFile> {
      absl::StatusOr<IdxFile> read = reading[file].get();
      if (!read.ok()) {
        list.problems.emplace_back(read.status().message());
        return std::nullopt;
      }
      list.fingerprint_lines += FingerprintLine(read->bytes);
      return *std::move(read);
    };
    parts[i].images = finish(2 * i);
    parts[i].labels = finish(2 * i + 1);
  }
  return parts;
}

bool IsColour(const IdxFile& images) {
  return images.dimensions.size() == 4;
}

std::string SizeText(const IdxFile& images) {
  return absl::StrCat(images.dimensions[1], "x", images.dimensions[2], IsColour(images) ? " in colour" : "");
}

// Sides and positions are kept in 32 bits.
void CheckLimits(Part* part) {
  if (!part->images.has_value()) return;
  constexpr int64_t kMaxSide = 1 << 16;
  const IdxFile& images = *part->images;
  if (images.dimensions[1] > kMaxSide || images.dimensions[2] > kMaxSide) {
    part->list.problems.push_back(
        absl::StrCat(images.path, ": pictures of ", SizeText(images), " pixels; at most ", kMaxSide, " a side are possible"));
  }
  if (images.samples() > std::numeric_limits<int32_t>::max()) {
    part->list.problems.push_back(absl::StrCat(images.path, ": ", images.samples(), " pictures; a file may have 2^31 - 1"));
  }
}

void CheckCounts(Part* part) {
  if (!part->images.has_value() || !part->labels.has_value() || part->images->samples() == part->labels->samples()) return;
  part->list.problems.push_back(absl::StrCat(part->labels->path, ": ", part->labels->samples(), " labels for the ", part->images->samples(),
                                             " images of ", part->images->path,
                                             "; both counts must be equal, take the two files from one set"));
}

void CheckImageSizes(std::vector<Part>& parts) {
  if (parts.size() < 2 || !parts[0].images.has_value() || !parts[1].images.has_value()) return;
  const std::string train = SizeText(*parts[0].images);
  const std::string test = SizeText(*parts[1].images);
  if (train == test) return;
  parts[1].list.problems.push_back(absl::StrCat(parts[1].images->path, ": images of ", test, " pixels (height x width), those of ",
                                                parts[0].images->path, " have ", train, "; train and test images must have one size"));
}

// For each sample the index of its label in the list's labels.
std::vector<int32_t> ListLabels(const IdxFile& labels, SampleList* list) {
  const absl::StatusOr<std::vector<int32_t>> values = IdxLabels(labels, &list->warnings);
  if (!values.ok()) {
    list->problems.emplace_back(values.status().message());
    return {};
  }
  LabelTable table;
  std::unordered_map<int32_t, int32_t> index;
  std::vector<int32_t> listed;
  listed.reserve(values->size());
  for (const int32_t value : *values) {
    const auto [known, is_new] = index.try_emplace(value, 0);
    const std::string place = is_new ? absl::StrCat(labels.path, "#", listed.size()) : "";
    if (is_new) known->second = table.AddClass(absl::StrCat(value), place);
    listed.push_back(known->second);
    if (static_cast<int64_t>(index.size()) <= kMaxClasses) continue;
    list->problems.push_back(absl::StrCat(labels.path, ": more than ", kMaxClasses, " different labels; is it another column, an id?"));
    return {};
  }
  table.MoveTo({SourceConfig::NUMBERS, /*offset=*/0, "idx"}, list);
  for (const int32_t label : listed) ++list->labels[label].samples;
  return listed;
}

// Moves the pixels of a fully read part into its list, as planes, and adds a record for each
// sample.
void AddSamples(const std::vector<int32_t>& labels, bool transpose, Part* part) {
  IdxFile& images = *part->images;
  const int64_t samples = images.samples();
  const ImageShape stored = {IsColour(images) ? 3 : 1, static_cast<int>(images.dimensions[1]), static_cast<int>(images.dimensions[2])};
  SampleFile& file = part->list.files.emplace_back();
  file.path = images.path;
  file.raw = ToPlanes(stored, transpose, absl::MakeSpan(&images.bytes[0], images.bytes.size()).subspan(images.data_offset));
  file.bytes = std::make_shared<const std::string>(std::move(images.bytes));
  const int64_t length = file.raw->values();
  part->list.records.resize(samples);
  for (int64_t position = 0; position < samples; ++position) {
    ImageRecord& record = part->list.records[position];
    record.file = 0;
    record.label = labels[position];
    record.position = static_cast<int32_t>(position);
    record.offset = images.data_offset + position * length;
    record.length = length;
  }
}

// The names of the classes, from the mapping file.
void AddNames(const IdxDatasetConfig& config, SampleList* list) {
  if (config.mapping_file().empty()) return;
  absl::StatusOr<std::vector<std::string>> names = ReadIdxMapping(config.mapping_file(), config.first_label());
  if (names.ok()) {
    list->number_names = *std::move(names);
  } else {
    list->problems.emplace_back(names.status().message());
  }
}

void RequireName(const std::string& name, const std::string& path, ConfigProblems* problems) {
  if (name.empty()) problems->Error(path, "is required: the name of a file in the folder");
}

}  // namespace

void IdxDataset::Validate(absl::string_view dataset_path, ConfigProblems* problems) const {
  const IdxDatasetConfig& idx = config_.idx();
  const std::string path = JoinPath(dataset_path, "idx");
  if (idx.folder().empty()) problems->Error(JoinPath(path, "folder"), "is required");
  RequireName(idx.train_images(), JoinPath(path, "train_images"), problems);
  RequireName(idx.train_labels(), JoinPath(path, "train_labels"), problems);
  if (idx.first_label() < 0 || idx.first_label() > kMaxFirstLabel) {
    problems->Error(JoinPath(path, "first_label"), absl::StrCat("must be in [0, ", kMaxFirstLabel, "] (got ", idx.first_label(), ")"));
  }
  if (!idx.mapping_file().empty() && (config_.class_names_size() > 0 || !config_.class_names_file().empty())) {
    problems->Error(JoinPath(path, "mapping_file"), "cannot stand beside class_names or class_names_file; keep one of them");
  }
  const bool has_test = !idx.test_images().empty();
  if (has_test != !idx.test_labels().empty()) {
    problems->Error(JoinPath(path, has_test ? "test_labels" : "test_images"),
                    absl::StrCat("is empty while ", has_test ? "test_images" : "test_labels", " is not; name both files or none"));
  }
}

std::vector<DatasetPart> IdxDataset::List() const {
  const absl::StatusOr<IdxPaths> paths = FindIdxFiles(config_.idx());
  if (!paths.ok()) {
    DatasetPart missing;
    missing.samples.problems.emplace_back(paths.status().message());
    return {missing};
  }
  const bool transpose = config_.idx().transpose();
  std::vector<Part> parts = ReadParts(*paths);
  CheckImageSizes(parts);
  std::vector<DatasetPart> listed;
  for (Part& part : parts) {
    CheckCounts(&part);
    CheckLimits(&part);
    std::vector<int32_t> labels;
    if (part.labels.has_value()) labels = ListLabels(*part.labels, &part.list);
    if (part.list.problems.empty()) AddSamples(labels, transpose, &part);
    if (transpose) part.list.fingerprint_lines += "transposed\n";
    if (part.split == Split::kTrain) AddNames(config_.idx(), &part.list);
    part.list.origin = Origin();
    part.list.label_offset = -config_.idx().first_label();
    part.list.begin_labels_at = [](int64_t first) { return absl::StrCat("set dataset { idx { first_label: ", first, " } }"); };
    listed.push_back({part.split, /*is_pool=*/part.split == Split::kTrain, std::move(part.list)});
  }
  return listed;
}

}  // namespace mica
