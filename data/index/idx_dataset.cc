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

namespace mica {
namespace {

using Problems = std::vector<std::string>;

constexpr int kImageDimensions = 3;
constexpr int kLabelDimensions = 1;
constexpr int kMaxLabel = 255;  // a label is one byte

// A file of images and the file of their labels. A file that could not be read is empty.
struct Part {
  Split split = Split::kTrain;
  std::optional<IdxFile> images;  // [samples, height, width]
  std::optional<IdxFile> labels;  // [samples]
};

struct ReadResult {
  absl::StatusOr<IdxFile> file;
  std::string fingerprint_line;
};

ReadResult Read(const std::string& path, int dimensions) {
  ReadResult result{ReadIdxFile(path, dimensions), ""};
  if (result.file.ok()) {
    const std::string& bytes = result.file->bytes;
    result.fingerprint_line = absl::StrCat(FormatFingerprint(Fingerprint(bytes)), " ", bytes.size(), "\n");
  }
  return result;
}

// Unpacking takes nearly all the time. If the system grants no thread, `get` does the work instead.
std::future<ReadResult> StartReading(const std::string& path, int dimensions) {
  return std::async(std::launch::async | std::launch::deferred, Read, path, dimensions);
}

// Train, then test if the data has it.
std::vector<Part> ReadParts(const IdxPaths& paths, SampleList* list) {
  std::vector<Part> parts;
  std::vector<std::future<ReadResult>> reading;
  const auto start_part = [&](Split split, const std::string& images, const std::string& labels) {
    parts.push_back({split, std::nullopt, std::nullopt});
    reading.push_back(StartReading(images, kImageDimensions));
    reading.push_back(StartReading(labels, kLabelDimensions));
  };
  start_part(Split::kTrain, paths.train_images, paths.train_labels);
  if (!paths.test_images.empty()) start_part(Split::kTest, paths.test_images, paths.test_labels);

  std::string fingerprint_lines;
  const auto finish = [&](std::future<ReadResult>* file) -> std::optional<IdxFile> {
    ReadResult result = file->get();
    fingerprint_lines += result.fingerprint_line;
    if (result.file.ok()) return *std::move(result.file);
    list->problems.emplace_back(result.file.status().message());
    return std::nullopt;
  };
  for (size_t i = 0; i < parts.size(); ++i) {
    parts[i].images = finish(&reading[2 * i]);
    parts[i].labels = finish(&reading[2 * i + 1]);
  }
  list->fingerprint = FormatFingerprint(Fingerprint(fingerprint_lines));
  return parts;
}

std::string SizeText(const IdxFile& images) {
  return absl::StrCat(images.dimensions[1], "x", images.dimensions[2]);
}

void CheckCounts(const Part& part, Problems* problems) {
  if (!part.images.has_value() || !part.labels.has_value() || part.images->samples() == part.labels->samples()) return;
  problems->push_back(absl::StrCat(part.labels->path, ": ", part.labels->samples(), " labels for the ", part.images->samples(),
                                   " images of ", part.images->path, "; both counts must be equal, take the two files from one set"));
}

void CheckImageSizes(const std::vector<Part>& parts, Problems* problems) {
  if (parts.size() < 2 || !parts[0].images.has_value() || !parts[1].images.has_value()) return;
  const std::string train = SizeText(*parts[0].images);
  const std::string test = SizeText(*parts[1].images);
  if (train == test) return;
  problems->push_back(absl::StrCat(parts[1].images->path, ": images of ", test, " pixels (height x width), those of ",
                                   parts[0].images->path, " have ", train, "; train and test images must have one size"));
}

int ByteValue(char byte) {
  return static_cast<uint8_t>(byte);
}

struct LabelRange {
  int smallest = 255;
  int largest = 0;
};

// Of the files that could be read.
LabelRange FindLabelRange(const std::vector<Part>& parts) {
  LabelRange range;
  for (const Part& part : parts) {
    if (!part.labels.has_value()) continue;
    for (const char byte : part.labels->data()) {
      range.smallest = std::min(range.smallest, ByteValue(byte));
      range.largest = std::max(range.largest, ByteValue(byte));
    }
  }
  return range;
}

// Labels must lie in first … first + classes - 1.
void CheckLabels(const IdxFile& labels, int first, int classes, const LabelRange& range, Problems* problems) {
  const absl::string_view data = labels.data();
  const int last = first + classes - 1;
  const auto is_outside = [&](char byte) { return ByteValue(byte) < first || ByteValue(byte) > last; };
  const auto found = std::find_if(data.begin(), data.end(), is_outside);
  if (found == data.end()) return;
  std::string remedy;
  const bool begin_elsewhere = range.smallest < first || (range.smallest > first && range.largest - range.smallest < classes);
  if (begin_elsewhere) {
    remedy = absl::StrCat("labels begin at ", range.smallest, ": set dataset { idx { first_label: ", range.smallest, " } }");
  } else {
    remedy = absl::StrCat("correct the labels or name all ", range.largest - first + 1, " classes");
  }
  problems->push_back(absl::StrCat(labels.path, ": label ", ByteValue(*found), " at index ", found - data.begin(), ", the first of ",
                                   std::count_if(found, data.end(), is_outside), " labels outside the ", classes, " classes; allowed are ",
                                   first, " to ", last, "; ", remedy));
}

// Moves the pixels of a fully read part into the list and adds a record for each sample.
void AddPart(Part* part, int first_label, SampleList* list) {
  const int64_t samples = part->images->samples();
  const int64_t header_bytes = part->images->data_offset;
  const absl::string_view labels = part->labels->data();
  const ImageShape shape = {/*channels=*/1, static_cast<int>(part->images->dimensions[1]), static_cast<int>(part->images->dimensions[2])};
  const auto file = static_cast<int32_t>(list->files.size());
  list->files.push_back({part->images->path, std::make_shared<const std::string>(std::move(part->images->bytes)), shape});
  for (int64_t position = 0; position < samples; ++position) {
    ImageRecord record;
    record.file = file;
    record.label = ByteValue(labels[position]) - first_label;
    record.position = position;
    record.offset = header_bytes + position * shape.values();
    record.length = shape.values();
    record.split = part->split;
    list->records.push_back(record);
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
  } else if (has_test && config_.test_fraction() > 0) {
    problems->Error(JoinPath(dataset_path, "test_fraction"),
                    "cannot be used here: the data brings its own test split (idx.test_images); set test_fraction: 0, or test_images and "
                    "test_labels to \"\"");
  }
}

SampleList IdxDataset::List(std::optional<int> named_classes) const {
  SampleList list;
  const int max_classes = kMaxLabel + 1 - config_.idx().first_label();
  if (named_classes.value_or(0) > max_classes) {
    list.problems.push_back(absl::StrCat(Origin(), ": ", *named_classes,
                                         " class names, but labels of IDX files are single bytes, so at most ", max_classes,
                                         "; is class_names_file the right file?"));
  }
  const absl::StatusOr<IdxPaths> paths = FindIdxFiles(config_.idx());
  if (!paths.ok()) {
    list.problems.emplace_back(paths.status().message());
    return list;
  }
  std::vector<Part> parts = ReadParts(*paths, &list);
  for (const Part& part : parts) CheckCounts(part, &list.problems);
  CheckImageSizes(parts, &list.problems);

  const int first = config_.idx().first_label();
  const LabelRange range = FindLabelRange(parts);
  const bool all_labels_read = std::all_of(parts.begin(), parts.end(), [](const Part& part) { return part.labels.has_value(); });
  std::optional<int> classes = named_classes;
  if (!classes.has_value() && all_labels_read) classes = std::max(range.largest - first + 1, 1);
  if (all_labels_read) list.classes = classes;
  if (classes.has_value()) {
    for (const Part& part : parts) {
      if (part.labels.has_value()) CheckLabels(*part.labels, first, *classes, range, &list.problems);
    }
  }
  if (!list.problems.empty()) return list;
  for (Part& part : parts) AddPart(&part, first, &list);
  return list;
}

}  // namespace mica
