#include "data/index/idx_dataset.h"

#include <algorithm>
#include <future>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "data/index/idx_folder.h"
#include "data/index/idx_reader.h"
#include "data/index/sources/label_table.h"

namespace mica {
namespace {

constexpr int kImageDimensions = 3;
constexpr int kLabelDimensions = 1;
constexpr int kMaxLabel = 255;  // a label is one byte

// A file of images and the file of their labels. A file that could not be read is empty.
struct Part {
  Split split = Split::kTrain;
  std::optional<IdxFile> images;  // [samples, height, width]
  std::optional<IdxFile> labels;  // [samples]
  SampleList list;
};

// Unpacking takes nearly all the time. If the system grants no thread, `get` does the work instead.
std::future<absl::StatusOr<IdxFile>> StartReading(const std::string& path, int dimensions) {
  return std::async(std::launch::async | std::launch::deferred, ReadIdxFile, path, dimensions);
}

std::string FingerprintLine(const std::string& bytes) {
  return absl::StrCat(FormatFingerprint(Fingerprint(bytes)), " ", bytes.size(), "\n");
}

// Train, then test if the data has it. Files that cannot be read are reported in the list of their part.
std::vector<Part> ReadParts(const IdxPaths& paths) {
  std::vector<Part> parts;
  std::vector<std::future<absl::StatusOr<IdxFile>>> reading;
  const auto start_part = [&](Split split, const std::string& images, const std::string& labels) {
    parts.emplace_back().split = split;
    reading.push_back(StartReading(images, kImageDimensions));
    reading.push_back(StartReading(labels, kLabelDimensions));
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

std::string SizeText(const IdxFile& images) {
  return absl::StrCat(images.dimensions[1], "x", images.dimensions[2]);
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

int ByteValue(char byte) {
  return static_cast<uint8_t>(byte);
}

// The labels of a file, and for each byte its index in the list's labels.
std::vector<int32_t> ListLabels(const IdxFile& labels, SampleList* list) {
  LabelTable table;
  std::vector<int32_t> index(kMaxLabel + 1, -1);
  std::vector<int64_t> samples(kMaxLabel + 1);
  const absl::string_view data = labels.data();
  for (size_t position = 0; position < data.size(); ++position) {
    const int value = ByteValue(data[position]);
    if (samples[value]++ == 0) index[value] = table.AddClass(absl::StrCat(value), absl::StrCat(labels.path, "#", position));
  }
  table.MoveTo({SourceConfig::NUMBERS, /*offset=*/0, "idx"}, list);
  for (int value = 0; value <= kMaxLabel; ++value) {
    if (samples[value] > 0) list->labels[index[value]].samples = samples[value];
  }
  return index;
}

// Moves the pixels of a fully read part into its list and adds a record for each sample.
void AddSamples(const std::vector<int32_t>& label_index, Part* part) {
  const int64_t samples = part->images->samples();
  const int64_t header_bytes = part->images->data_offset;
  const absl::string_view labels = part->labels->data();
  SampleFile& file = part->list.files.emplace_back();
  file.path = part->images->path;
  file.raw = {/*channels=*/1, static_cast<int>(part->images->dimensions[1]), static_cast<int>(part->images->dimensions[2])};
  file.bytes = std::make_shared<const std::string>(std::move(part->images->bytes));
  const int64_t length = file.raw->values();
  part->list.records.resize(samples);
  for (int64_t position = 0; position < samples; ++position) {
    ImageRecord& record = part->list.records[position];
    record.file = 0;
    record.label = label_index[ByteValue(labels[position])];
    record.position = static_cast<int32_t>(position);
    record.offset = header_bytes + position * length;
    record.length = length;
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
  if (idx.first_label() < 0 || idx.first_label() > kMaxLabel) {
    problems->Error(JoinPath(path, "first_label"), absl::StrCat("must be in [0, ", kMaxLabel, "] (got ", idx.first_label(), ")"));
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
  std::vector<Part> parts = ReadParts(*paths);
  CheckImageSizes(parts);
  std::vector<DatasetPart> listed;
  for (Part& part : parts) {
    CheckCounts(&part);
    std::vector<int32_t> label_index;
    if (part.labels.has_value()) label_index = ListLabels(*part.labels, &part.list);
    if (part.list.problems.empty()) AddSamples(label_index, &part);
    part.list.origin = Origin();
    part.list.label_offset = -config_.idx().first_label();
    part.list.begin_labels_at = [](int64_t first) { return absl::StrCat("set dataset { idx { first_label: ", first, " } }"); };
    listed.push_back({part.split, /*is_pool=*/part.split == Split::kTrain, std::move(part.list)});
  }
  return listed;
}

}  // namespace mica
