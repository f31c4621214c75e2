#include "data/index/idx_dataset.h"

#include <future>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "data/index/idx_folder.h"

namespace mica {
namespace {

constexpr int kImageDimensions = 3;
constexpr int kLabelDimensions = 1;

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

// Unpacking takes all the time. Where the system grants no thread, `get` does the work instead.
std::future<ReadResult> StartReading(const std::string& path, int dimensions) {
  return std::async(std::launch::async | std::launch::deferred, Read, path, dimensions);
}

std::string SizeText(const IdxFile& images) {
  return absl::StrCat(images.dimensions[1], "x", images.dimensions[2]);
}

void CheckCounts(const IdxPart& part, std::vector<std::string>* problems) {
  if (!part.images.has_value() || !part.labels.has_value() || part.images->samples() == part.labels->samples()) return;
  problems->push_back(absl::StrCat(part.labels->path, ": ", part.labels->samples(), " labels for the ", part.images->samples(),
                                   " images of ", part.images->path, "; both counts must be equal, take the two files from one set"));
}

void CheckImageSizes(const std::vector<IdxPart>& parts, std::vector<std::string>* problems) {
  if (parts.size() < 2 || !parts[0].images.has_value() || !parts[1].images.has_value()) return;
  const std::string train = SizeText(*parts[0].images);
  const std::string test = SizeText(*parts[1].images);
  if (train == test) return;
  problems->push_back(absl::StrCat(parts[1].images->path, ": images of ", test, " pixels (height x width), those of ",
                                   parts[0].images->path, " have ", train, "; train and test images must have one size"));
}

}  // namespace

IdxDataset ReadIdxDataset(const IdxDatasetConfig& config) {
  IdxDataset data;
  const absl::StatusOr<IdxPaths> paths = FindIdxFiles(config);
  if (!paths.ok()) {
    data.problems.emplace_back(paths.status().message());
    return data;
  }
  std::vector<std::future<ReadResult>> reading;
  const auto start_part = [&](Split split, const std::string& images, const std::string& labels) {
    data.parts.push_back({split, std::nullopt, std::nullopt});
    reading.push_back(StartReading(images, kImageDimensions));
    reading.push_back(StartReading(labels, kLabelDimensions));
  };
  start_part(Split::kTrain, paths->train_images, paths->train_labels);
  if (!paths->test_images.empty()) start_part(Split::kTest, paths->test_images, paths->test_labels);

  std::string fingerprint_lines;
  const auto finish = [&](std::future<ReadResult>* file) -> std::optional<IdxFile> {
    ReadResult result = file->get();
    fingerprint_lines += result.fingerprint_line;
    if (result.file.ok()) return *std::move(result.file);
    data.problems.emplace_back(result.file.status().message());
    return std::nullopt;
  };
  for (size_t i = 0; i < data.parts.size(); ++i) {
    data.parts[i].images = finish(&reading[2 * i]);
    data.parts[i].labels = finish(&reading[2 * i + 1]);
  }
  data.fingerprint = FormatFingerprint(Fingerprint(fingerprint_lines));
  for (const IdxPart& part : data.parts) CheckCounts(part, &data.problems);
  CheckImageSizes(data.parts, &data.problems);
  return data;
}

}  // namespace mica
