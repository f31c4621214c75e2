#include "experiments/preview/preview_report.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/files/csv.h"
#include "base/files/path.h"
#include "base/printable.h"
#include "data/decode/picture_encoder.h"
#include "viz/picture_grid.h"

namespace mica {
namespace {

constexpr absl::string_view kFileNames[] = {"samples.png", "samples.csv",      "samples.txt",   "batch.png",
                                            "batch.csv",   "batch_labels.csv", "crop_loss.csv", "learning_rate.csv"};

constexpr int kMostBatchColumns = 8;

std::string ClassOf(const DatasetIndex& index, int64_t id) {
  const int32_t label = index.records[id].label;
  return label < 0 ? "" : index.classes.name(label);
}

std::string TitleOf(const DatasetIndex& index, int64_t id) {
  const std::string name = ClassOf(index, id);
  return name.empty() ? "no label" : name;
}

std::string SizeText(PictureSize size) {
  return absl::StrCat(size.width_px, " x ", size.height_px);
}

std::string EpochsText(const ExperimentPreview& preview) {
  const std::vector<PreviewVersion>& versions = preview.samples[0].versions;
  if (versions.size() == 1) return absl::StrCat("epoch ", versions[0].epoch);
  return absl::StrCat("epochs ", versions.front().epoch, " to ", versions.back().epoch);
}

bool IsTraining(const ExperimentPreview& preview) {
  return preview.options.split == Split::kTrain;
}

std::string VersionTitle(const ExperimentPreview& preview, const PreviewVersion& version) {
  return IsTraining(preview) ? absl::StrCat("epoch ", version.epoch) : "evaluated";
}

// Does not break at the end of a line.
constexpr absl::string_view kBlank = "\u00a0";

// "random_apply.color_jitter" -> "color jitter"
std::string PlainName(absl::string_view transform) {
  const absl::string_view last = transform.substr(transform.rfind('.') + 1);
  return absl::StrReplaceAll(absl::StripPrefix(last, "random_"), {{"_", " "}});
}

std::string PlainNumber(const DrawnParameter& parameter, double factor = 1) {
  double value = 0;
  return absl::SimpleAtod(parameter.value, &value) ? absl::StrFormat("%.3g", factor * value) : parameter.value;
}

// "clockwise_degrees", "12.3456" -> "12.3°"; "brightness", "1.23456" -> "brightness 1.23"
std::string PlainValue(const DrawnParameter& parameter) {
  const std::string number = PlainNumber(parameter);
  if (parameter.parameter == "clockwise_degrees") return absl::StrCat(number, "°");
  const absl::string_view what = absl::StripSuffix(absl::StripSuffix(parameter.parameter, "_px"), "_degrees");
  return absl::StrCat(absl::StrReplaceAll(what, {{"_", " "}}), number.empty() ? "" : kBlank, number);
}

// Those of one transform. A part of the picture is told by its area alone.
std::string PlainTransform(absl::Span<const DrawnParameter> parameters) {
  const std::string name = PlainName(parameters[0].transform);
  std::vector<std::string> values;
  for (const DrawnParameter& parameter : parameters) {
    if (parameter.parameter == "area_fraction") return absl::StrCat(name, " ", PlainNumber(parameter, 100), kBlank, "%");
    values.push_back(PlainValue(parameter));
  }
  if (values.size() == 1 && values[0] == name) return name;
  return absl::StrCat(name, ": ", absl::StrJoin(values, ", "));
}

std::string SampleLine(const DatasetIndex& index, const PreviewSample& sample) {
  return absl::StrCat(Printable(TitleOf(index, sample.id)), "  ", Printable(index.PathOf(index.records[sample.id])), "  ",
                      SizeText(sample.size), " pixels\n");
}

std::string VersionsText(const ExperimentPreview& preview, const PreviewSample& sample) {
  std::string text;
  for (const PreviewVersion& version : sample.versions) {
    absl::StrAppend(&text, "  ", VersionTitle(preview, version), "\n");
    for (const std::string& line : version.description) absl::StrAppend(&text, "    ", Printable(line), "\n");
  }
  return text;
}

std::string SplitTitle(const ExperimentPreview& preview) {
  return IsTraining(preview) ? "training" : std::string(SplitName(preview.options.split));
}

// What the longest note takes, about.
int NoteLines(const PictureGrid& grid) {
  size_t longest = 0;
  for (const GridCell& cell : grid.cells) longest = std::max(longest, cell.note.text.size());
  return std::clamp(static_cast<int>(longest) * 6 / grid.cell_px + 1, 1, 4);
}

DrawnGrid DrawSamples(const std::string& name, const DatasetIndex& index, const ExperimentPreview& preview) {
  PictureGrid grid;
  grid.heading.text =
      absl::StrCat(name, ": ", SplitTitle(preview), " samples", IsTraining(preview) ? absl::StrCat(", ", EpochsText(preview)) : "");
  grid.columns = 1 + static_cast<int>(preview.samples[0].versions.size());
  grid.cell_px = preview.cell_px;
  for (const PreviewSample& sample : preview.samples) {
    const std::string path = index.PathOf(index.records[sample.id]);
    grid.cells.push_back(
        {&sample.original, {TitleOf(index, sample.id)}, {absl::StrCat(BaseName(path), ", ", SizeText(sample.size)), CaptionColour::kGrey}});
    for (const PreviewVersion& version : sample.versions) {
      grid.cells.push_back({&version.picture,
                            {VersionTitle(preview, version), CaptionColour::kGrey},
                            {ShortDescription(version.parameters), CaptionColour::kGrey}});
    }
  }
  grid.note_lines = NoteLines(grid);
  return DrawPictureGrid(grid);
}

DrawnGrid DrawBatch(const std::string& name, const DatasetIndex& index, const ExperimentPreview& preview) {
  const PreviewBatch& batch = preview.batch;
  const size_t shown = batch.pictures.size();
  PictureGrid grid;
  grid.heading.text = absl::StrCat(name, ": the first batch of epoch ", preview.options.epoch,
                                   shown < batch.ids.size() ? absl::StrCat(", ", shown, " of ", batch.ids.size(), " samples") : "");
  grid.columns = std::min(kMostBatchColumns, static_cast<int>(std::ceil(std::sqrt(2.0 * static_cast<double>(shown)))));
  grid.cell_px = preview.cell_px;
  for (size_t i = 0; i < shown; ++i) grid.cells.push_back({&batch.pictures[i], {TitleOf(index, batch.ids[i])}, {}});
  return DrawPictureGrid(grid);
}

}  // namespace

std::string ShortDescription(const std::vector<DrawnParameter>& parameters) {
  std::vector<std::string> transforms;
  for (size_t begin = 0, end = 0; begin < parameters.size(); begin = end) {
    const DrawnParameter& first = parameters[begin];
    while (end < parameters.size() && parameters[end].position == first.position && parameters[end].transform == first.transform) ++end;
    transforms.push_back(PlainTransform(absl::MakeConstSpan(parameters).subspan(begin, end - begin)));
  }
  return transforms.empty() ? "no change" : absl::StrJoin(transforms, "; ");
}

std::string SamplesCsv(const DatasetIndex& index, const ExperimentPreview& preview) {
  std::string csv = CsvRow({"id", "path", "class", "epoch", "position", "transform", "parameter", "value"});
  for (const PreviewSample& sample : preview.samples) {
    for (const PreviewVersion& version : sample.versions) {
      const std::vector<std::string> start = {absl::StrCat(sample.id), index.PathOf(index.records[sample.id]), ClassOf(index, sample.id),
                                              absl::StrCat(version.epoch)};
      const auto add = [&](const std::vector<std::string>& end) {
        std::vector<std::string> row = start;
        row.insert(row.end(), end.begin(), end.end());
        csv += CsvRow(row);
      };
      for (const DrawnParameter& drawn : version.parameters) {
        add({absl::StrCat(drawn.position), drawn.transform, drawn.parameter, drawn.value});
      }
      if (version.parameters.empty()) add({"", "", "", ""});
    }
  }
  return csv;
}

std::string SamplesText(const DatasetIndex& index, const ExperimentPreview& preview) {
  std::string text;
  for (const PreviewSample& sample : preview.samples) absl::StrAppend(&text, SampleLine(index, sample), VersionsText(preview, sample));
  return text;
}

std::string BatchCsv(const DatasetIndex& index, const ExperimentPreview& preview) {
  std::string csv = CsvRow({"position", "id", "path", "label", "class"});
  for (size_t i = 0; i < preview.batch.ids.size(); ++i) {
    const ImageRecord& record = index.records[preview.batch.ids[i]];
    csv += CsvRow({absl::StrCat(i), absl::StrCat(record.id), index.PathOf(record), record.label < 0 ? "" : absl::StrCat(record.label),
                   ClassOf(index, record.id)});
  }
  return csv;
}

PreviewFiles MakePreviewFiles(const std::string& name, const DatasetIndex& index, const ExperimentPreview& preview,
                              const LearningRateCurve* curve) {
  PreviewFiles made;
  const auto add_grid = [&](const char* file, const DrawnGrid& drawn) {
    made.files.push_back({file, EncodePng(drawn.picture)});
    made.missing_glyphs += drawn.missing_glyphs;
  };
  add_grid("samples.png", DrawSamples(name, index, preview));
  made.files.push_back({"samples.csv", SamplesCsv(index, preview)});
  made.files.push_back({"samples.txt", SamplesText(index, preview)});
  if (!preview.batch.ids.empty()) {
    add_grid("batch.png", DrawBatch(name, index, preview));
    made.files.push_back({"batch.csv", BatchCsv(index, preview)});
    made.files.push_back({"batch_labels.csv", BatchLabelsCsv(preview.batch.labels, index.classes)});
  }
  made.files.push_back({"crop_loss.csv", CropLossCsv(preview.crop_losses)});
  if (curve != nullptr) made.files.push_back({"learning_rate.csv", LearningRateCsv(*curve)});
  return made;
}

absl::Status WritePreview(const std::string& folder, const PreviewFiles& files, FileCalls& calls) {
  return WriteReportFolder(folder, files.files, kFileNames, "mica preview", calls);
}

std::string PreviewText(const DatasetIndex& index, const ExperimentPreview& preview) {
  const PreviewSample& first = preview.samples[0];
  std::string text = absl::StrCat("The first of ", preview.samples.size(), " ", SplitTitle(preview), " samples\n", SampleLine(index, first),
                                  VersionsText(preview, first), "\n");
  if (!preview.batch.ids.empty()) {
    absl::StrAppend(&text, "The first batch of epoch ", preview.options.epoch, ": ", BatchLabelsText(preview.batch.labels, index.classes),
                    preview.is_mixed ? "batch_mixing is not shown: it mixes these pictures and their labels\n" : "", "\n");
  }
  return text + CropLossText(preview.crop_losses);
}

}  // namespace mica
