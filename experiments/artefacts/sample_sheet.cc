#include "experiments/artefacts/sample_sheet.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/csv.h"
#include "base/files/csv_reader.h"
#include "base/for_each_on_threads.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "data/decode/picture_decoder.h"
#include "data/decode/picture_encoder.h"
#include "data/loader/picture_pipeline.h"
#include "viz/picture_grid.h"

namespace mica {
namespace {

constexpr int32_t kCellPx = 128;  // 400 pictures make a sheet of 2560 x 2560 pixels, 1 MB
constexpr int32_t kColumns = 20;
constexpr int32_t kBlockPx = 16;  // a picture shares no block of the JPEG with its neighbours
constexpr int kJpegQuality = 90;

constexpr absl::string_view kCsv = "samples.csv";
constexpr absl::string_view kJpeg = "samples.jpg";

// What the network gets of a sample, but for the normalisation.
absl::Status Prepare(const PicturePipeline& pipeline, const ImageRecord& record, PipelineScratch* scratch, Picture* picture) {
  const ImageShape shape = pipeline.output();
  picture->Reshape(shape.height_px, shape.width_px, shape.channels);
  MICA_RETURN_IF_ERROR(pipeline.PrepareBytes(record, /*epoch=*/1, /*copy=*/0, scratch, {picture->pixels.data()}));
  const PictureSize size{picture->height_px, picture->width_px};
  if (std::max(size.height_px, size.width_px) > kCellPx) *picture = FitIntoCell(*picture, kCellPx);
  return absl::OkStatus();
}

struct Prepared {
  std::vector<Picture> pictures;  // one a sample
  std::vector<absl::Status> statuses;
};

Prepared PrepareAll(const PicturePipeline& pipeline, const DatasetIndex& index, const std::vector<SheetSample>& samples) {
  constexpr size_t kThreads = 4;
  Prepared prepared{std::vector<Picture>(samples.size()), std::vector<absl::Status>(samples.size())};
  ForEachOnThreads(kThreads, kThreads, [&](size_t thread) {
    PipelineScratch scratch(pipeline);
    for (size_t i = thread; i < samples.size(); i += kThreads) {
      const ImageRecord& record = index.records[samples[i].id];
      const absl::Status status = Prepare(pipeline, record, &scratch, &prepared.pictures[i]);
      if (!status.ok()) prepared.statuses[i] = DataError(absl::StrCat(index.PathOf(record), ": ", status.message()));
    }
  });
  return prepared;
}

// Writes the picture into its cell. The room beside it takes the colours of its edge: a hard border
// within a block of the JPEG would be seen in the picture.
void CopyInto(const Picture& picture, PictureRegion cell, Picture* sheet) {
  for (int32_t y = 0; y < cell.height_px; ++y) {
    uint8_t* to = sheet->Row(cell.top_px + y) + 3 * cell.left_px;
    const uint8_t* const from = picture.Row(std::min(y, picture.height_px - 1));
    for (int32_t x = 0; x < cell.width_px; ++x, to += 3) {
      const uint8_t* const pixel = from + picture.channels * std::min(x, picture.width_px - 1);
      for (int32_t c = 0; c < 3; ++c) to[c] = pixel[picture.channels == 3 ? c : 0];
    }
  }
}

int32_t RoundUp(int32_t value, int32_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

// Sets the samples' regions.
Picture LayOut(const std::vector<Picture>& pictures, std::vector<SheetSample>* samples) {
  int32_t cell_px = 0;
  for (const Picture& picture : pictures) cell_px = std::max({cell_px, picture.width_px, picture.height_px});
  cell_px = RoundUp(cell_px, kBlockPx);
  const auto count = static_cast<int32_t>(pictures.size());
  Picture sheet;
  sheet.Reshape((count + kColumns - 1) / kColumns * cell_px, std::min(count, kColumns) * cell_px, /*channel_count=*/3);
  std::fill(sheet.pixels.begin(), sheet.pixels.end(), 0);
  for (int32_t i = 0; i < count; ++i) {
    PictureRegion& region = (*samples)[i].region;
    region = {i % kColumns * cell_px, i / kColumns * cell_px, pictures[i].width_px, pictures[i].height_px};
    CopyInto(pictures[i], {region.left_px, region.top_px, cell_px, cell_px}, &sheet);
  }
  return sheet;
}

std::string RankText(int64_t rank) {
  return rank == 0 ? "" : absl::StrCat(rank);
}

constexpr absl::string_view kColumnNames[] = {"id",         "path",     "truth",      "truth_name",  "prediction", "prediction_name",
                                              "confidence", "loss",     "worst_rank", "random_rank", "left_px",    "top_px",
                                              "width_px",   "height_px"};

std::string SamplesCsv(const std::vector<SheetSample>& samples) {
  std::string csv = CsvRow(std::vector<std::string>(std::begin(kColumnNames), std::end(kColumnNames)));
  for (const SheetSample& sample : samples) {
    csv += CsvRow({absl::StrCat(sample.id), sample.path, absl::StrCat(sample.truth), sample.truth_name, absl::StrCat(sample.prediction),
                   sample.prediction_name, FormatNumber(sample.confidence), FormatNumber(sample.loss), RankText(sample.worst_rank),
                   RankText(sample.random_rank), absl::StrCat(sample.region.left_px), absl::StrCat(sample.region.top_px),
                   absl::StrCat(sample.region.width_px), absl::StrCat(sample.region.height_px)});
  }
  return csv;
}

absl::StatusOr<int64_t> RankOf(const CsvTable& table, size_t row, absl::string_view column) {
  if (table.Text(row, column).empty()) return 0;
  return table.Integer(row, column);
}

absl::StatusOr<int32_t> Pixels(const CsvTable& table, size_t row, absl::string_view column) {
  MICA_ASSIGN_OR_RETURN(const int64_t value, table.Integer(row, column));
  if (value >= 0 && value <= kColumns * kCellPx * 10) return static_cast<int32_t>(value);
  return table.Error(row, absl::StrCat(column, " is ", value, ", which cannot be"));
}

absl::StatusOr<int64_t> LabelOf(const CsvTable& table, size_t row, absl::string_view column) {
  MICA_ASSIGN_OR_RETURN(const int64_t label, table.Integer(row, column));
  if (label >= 0 && label < kMostClasses) return label;
  return table.Error(row, absl::StrCat(column, " is ", label, ", which cannot be"));
}

absl::StatusOr<PictureRegion> RegionOf(const CsvTable& table, size_t row) {
  PictureRegion region;
  MICA_ASSIGN_OR_RETURN(region.left_px, Pixels(table, row, "left_px"));
  MICA_ASSIGN_OR_RETURN(region.top_px, Pixels(table, row, "top_px"));
  MICA_ASSIGN_OR_RETURN(region.width_px, Pixels(table, row, "width_px"));
  MICA_ASSIGN_OR_RETURN(region.height_px, Pixels(table, row, "height_px"));
  return region;
}

absl::StatusOr<SheetSample> SampleOf(const CsvTable& table, size_t row) {
  SheetSample sample;
  MICA_ASSIGN_OR_RETURN(sample.id, table.Integer(row, "id"));
  MICA_ASSIGN_OR_RETURN(sample.truth, LabelOf(table, row, "truth"));
  MICA_ASSIGN_OR_RETURN(sample.prediction, LabelOf(table, row, "prediction"));
  MICA_ASSIGN_OR_RETURN(sample.confidence, table.Real(row, "confidence"));
  MICA_ASSIGN_OR_RETURN(sample.loss, table.Real(row, "loss"));
  MICA_ASSIGN_OR_RETURN(sample.worst_rank, RankOf(table, row, "worst_rank"));
  MICA_ASSIGN_OR_RETURN(sample.random_rank, RankOf(table, row, "random_rank"));
  MICA_ASSIGN_OR_RETURN(sample.region, RegionOf(table, row));
  sample.path = table.Text(row, "path");
  sample.truth_name = table.Text(row, "truth_name");
  sample.prediction_name = table.Text(row, "prediction_name");
  return sample;
}

absl::StatusOr<Picture> DecodeSheet(absl::string_view jpeg) {
  DecodeResult decoded = PictureDecoder().Decode(jpeg, PictureFormat::kJpeg);
  if (decoded.picture.has_value() && decoded.problems.empty() && decoded.picture->channels == 3) return *std::move(decoded.picture);
  return DataError(absl::StrCat(kJpeg, ": ", decoded.problems.empty() ? "is not in colour" : decoded.problems.front().message));
}

Picture Cut(const Picture& sheet, const PictureRegion& region) {
  Picture picture;
  picture.Reshape(region.height_px, region.width_px, /*channel_count=*/3);
  for (int32_t y = 0; y < region.height_px; ++y) {
    std::memcpy(picture.Row(y), sheet.Row(region.top_px + y) + 3 * region.left_px, picture.row_bytes());
  }
  return picture;
}

// Moves what was read to the front, and the reasons of the rest into the problems.
void DropUnread(Prepared* prepared, SampleSheet* sheet) {
  size_t kept = 0;
  for (size_t i = 0; i < sheet->samples.size(); ++i) {
    if (!prepared->statuses[i].ok()) {
      sheet->problems.emplace_back(prepared->statuses[i].message());
      continue;
    }
    if (kept != i) {
      sheet->samples[kept] = std::move(sheet->samples[i]);
      prepared->pictures[kept] = std::move(prepared->pictures[i]);
    }
    ++kept;
  }
  sheet->samples.resize(kept);
  prepared->pictures.resize(kept);
}

}  // namespace

absl::StatusOr<SampleSheet> DrawSampleSheet(const DatasetIndex& index, const Experiment& experiment, std::vector<SheetSample> samples) {
  PicturePipeline::Options options;
  options.seed = experiment.seed();
  MICA_ASSIGN_OR_RETURN(const auto pipeline,
                        PicturePipeline::Create(index, experiment.decode(), {{&experiment.eval_transforms(), "eval_transforms"}}, options));
  SampleSheet sheet;
  sheet.samples = std::move(samples);
  Prepared prepared = PrepareAll(*pipeline, index, sheet.samples);
  DropUnread(&prepared, &sheet);
  if (sheet.samples.empty()) return DataError(sheet.problems.empty() ? "there are no samples to show" : sheet.problems.front());
  const Picture pixels = LayOut(prepared.pictures, &sheet.samples);
  sheet.size = {pixels.height_px, pixels.width_px};
  MICA_ASSIGN_OR_RETURN(sheet.jpeg, EncodeJpeg(pixels, kJpegQuality));
  return sheet;
}

absl::Status WriteSampleSheet(const std::string& folder, const SampleSheet& sheet, FileCalls& calls) {
  MICA_RETURN_IF_ERROR(WriteFileAtomically(absl::StrCat(folder, "/", kJpeg), sheet.jpeg, calls));
  return WriteFileAtomically(absl::StrCat(folder, "/", kCsv), SamplesCsv(sheet.samples), calls);
}

absl::StatusOr<SampleSheet> ReadSampleSheet(const std::string& folder) {
  SampleSheet sheet;
  MICA_ASSIGN_OR_RETURN(const CsvTable table, ReadCsv(absl::StrCat(folder, "/", kCsv), kColumnNames));
  for (size_t row = 0; row < table.size(); ++row) {
    MICA_ASSIGN_OR_RETURN(SheetSample sample, SampleOf(table, row));
    sheet.samples.push_back(std::move(sample));
  }
  constexpr int64_t kMostBytes = int64_t{64} << 20;
  MICA_ASSIGN_OR_RETURN(sheet.jpeg, ReadFile(absl::StrCat(folder, "/", kJpeg), kMostBytes));
  const absl::StatusOr<Picture> pixels = DecodeSheet(sheet.jpeg);
  if (!pixels.ok()) return DataError(absl::StrCat(folder, "/", pixels.status().message()));
  sheet.size = {pixels->height_px, pixels->width_px};
  for (size_t row = 0; row < table.size(); ++row) {
    if (!PictureRegion::Whole(sheet.size).Contains(sheet.samples[row].region))
      return table.Error(row, absl::StrCat("lies outside ", kJpeg));
  }
  return sheet;
}

absl::StatusOr<std::vector<Picture>> CutSampleSheet(const SampleSheet& sheet) {
  MICA_ASSIGN_OR_RETURN(const Picture pixels, DecodeSheet(sheet.jpeg));
  std::vector<Picture> pictures;
  for (const SheetSample& sample : sheet.samples) pictures.push_back(Cut(pixels, sample.region));
  return pictures;
}

}  // namespace mica
