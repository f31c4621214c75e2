#include "experiments/artefacts/result_events.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "viz/tensorboard/threshold_counts.h"

namespace mica {
namespace {

constexpr size_t kMostCurves = 20;

int64_t LastEpochOf(const RunFiles& run) {
  const RunTable* const metrics = run.Find("metrics.csv");
  return metrics == nullptr ? 0 : static_cast<int64_t>(metrics->size());
}

// A big-endian number of a PNG's header.
int PngNumber(absl::string_view bytes, size_t place) {
  int number = 0;
  for (size_t i = place; i < place + 4; ++i) number = number << 8 | static_cast<uint8_t>(bytes[i]);
  return number;
}

// 16 to 24: width and height; 25: kind of colours.
PngPicture PictureOf(const std::string& bytes) {
  constexpr size_t kHeaderBytes = 26;
  constexpr char kRgba = 6, kGrey = 0;
  PngPicture picture{bytes};
  if (bytes.size() < kHeaderBytes) return picture;
  picture.width_px = PngNumber(bytes, 16);
  picture.height_px = PngNumber(bytes, 20);
  picture.channels = bytes[25] == kRgba ? 4 : bytes[25] == kGrey ? 1 : 3;
  return picture;
}

// Those that curves.csv has curves of; without that table the first ones.
std::set<size_t> CurveLabels(const RunFiles& run) {
  const auto classes = static_cast<double>(run.class_names.size());
  std::set<size_t> labels;
  if (const RunTable* const curves = run.Find("curves.csv")) {
    for (const double id : curves->Reals("id")) {
      if (id >= 0 && id < classes) labels.insert(static_cast<size_t>(id));
    }
    return labels;
  }
  for (size_t label = 0; label < std::min(run.class_names.size(), kMostCurves); ++label) labels.insert(label);
  return labels;
}

// Each class against the rest. None if predictions.csv has only the most probable classes.
void AddPrCurves(const RunFiles& run, const EventTime& time, EventFile* file) {
  const RunTable* const table = run.Find("predictions.csv");
  if (table == nullptr) return;
  const std::vector<double> truths = table->Reals("truth");
  for (const size_t label : CurveLabels(run)) {
    if (!table->Has(absl::StrCat("prob_", label))) return;
    const std::vector<double> column = table->Reals(absl::StrCat("prob_", label));
    std::vector<float> probabilities;
    std::vector<uint8_t> is_class;
    for (size_t row = 0; row < table->size(); ++row) {
      if (!(truths[row] >= 0)) continue;
      probabilities.push_back(static_cast<float>(column[row]));
      is_class.push_back(truths[row] == static_cast<double>(label));
    }
    file->AddPrCurve(absl::StrCat("PR/", run.reported_split(), "/", run.class_names[label]), time,
                     CountByThreshold(probabilities, is_class));
  }
}

}  // namespace

absl::Status WriteResultEvents(const RunFiles& run, absl::Span<const NamedPng> pictures, const EventFileStart& start, FileCalls& calls) {
  EventFileStart behind = start;
  behind.first_step = LastEpochOf(run) + 1;  // hides nothing of the file that training wrote
  MICA_ASSIGN_OR_RETURN(const std::unique_ptr<EventFile> file, EventFile::Create(run.folder, behind, calls));
  const EventTime time = {LastEpochOf(run), start.wall_time};
  for (const NamedPng& picture : pictures) file->AddImage(absl::StrCat("Plots/", picture.name), time, PictureOf(picture.bytes));
  AddPrCurves(run, time, file.get());
  return file->Flush();
}

}  // namespace mica
