#include "data/export/picture_maker.h"

#include <glog/logging.h>

#include <algorithm>
#include <new>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/printable.h"
#include "base/status_macros.h"
#include "data/decode/picture_encoder.h"
#include "data/decode/upright_picture.h"

namespace mica {
namespace {

constexpr int kJpegQuality = 95;

}  // namespace

absl::string_view FileExtension(PictureFormat format) {
  switch (format) {
    case PictureFormat::kJpeg:
      return ".jpg";
    case PictureFormat::kPng:
      return ".png";
    case PictureFormat::kBmp:
      return ".bmp";
    case PictureFormat::kWebp:
      return ".webp";
    case PictureFormat::kPnm:
      return ".pnm";
  }
  return "";
}

PictureFormat FormatToWrite(const PictureFacts& facts, std::optional<PictureFormat> wanted) {
  return wanted.value_or(facts.is_raw ? PictureFormat::kPng : facts.format);
}

PictureMaker::PictureMaker(const DatasetIndex& index, const PictureSurvey& survey, std::optional<PictureFormat> wanted)
    : index_(index), survey_(survey), wanted_(wanted) {
  CHECK(!wanted.has_value() || wanted == PictureFormat::kJpeg || wanted == PictureFormat::kPng);
}

bool PictureMaker::IsCopied(const PictureFacts& facts) const {
  return !facts.is_raw && facts.format == FormatToWrite(facts, wanted_);
}

int64_t PictureMaker::EstimatedBytes(int64_t id) const {
  const PictureFacts& facts = survey_.facts[id];
  const int64_t channels = facts.colour == ColourKind::kGrey ? 1 : 3;
  return IsCopied(facts) ? facts.picture_bytes : int64_t{facts.width_px} * facts.height_px * channels;
}

absl::StatusOr<MadePicture> PictureMaker::Make(int64_t id) {
  const ImageRecord& record = index_.records[id];
  try {
    return MakeOne(record);
  } catch (const std::bad_alloc&) {
    return Error(record, "does not fit into the memory that is left");
  }
}

absl::StatusOr<MadePicture> PictureMaker::MakeOne(const ImageRecord& record) {
  const PictureFacts& facts = survey_.facts[record.id];
  if (facts.is_raw) {
    SetPixels(record);
    return Encode(record);
  }
  MICA_RETURN_IF_ERROR(Open(record));
  const int64_t size = EncodedBytes(record);
  if (size > kMaxPictureBytes) {
    return MadePicture{"", absl::StrCat("has ", size, " bytes, above the limit of ", kMaxPictureBytes, "; scale it down")};
  }
  MICA_ASSIGN_OR_RETURN(const absl::string_view bytes, Read(record, size));
  if (IsCopied(facts)) return MadePicture{std::string(bytes), ""};
  const std::vector<PictureProblem> problems = decoder_.Decode(bytes, facts.format, &picture_);
  const auto bad = std::find_if(problems.begin(), problems.end(), [](const PictureProblem& problem) { return !problem.is_usable; });
  if (bad != problems.end()) return MadePicture{"", bad->message};
  if (facts.orientation != 1) picture_ = UprightPicture(picture_, facts.orientation);
  return Encode(record);
}

absl::Status PictureMaker::Open(const ImageRecord& record) {
  const SampleFile& file = index_.files[record.file];
  if (file.bytes != nullptr || record.file == open_file_) return absl::OkStatus();
  open_file_ = -1;
  if (const auto problem = file_.Open(file.path)) return Error(record, problem->message);
  open_file_ = record.file;
  return absl::OkStatus();
}

int64_t PictureMaker::EncodedBytes(const ImageRecord& record) const {
  if (record.length != 0) return record.length;
  const SampleFile& file = index_.files[record.file];
  return file.bytes != nullptr ? static_cast<int64_t>(file.bytes->size()) : file_.size();
}

absl::StatusOr<absl::string_view> PictureMaker::Read(const ImageRecord& record, int64_t size) {
  const SampleFile& file = index_.files[record.file];
  if (file.bytes != nullptr) return absl::string_view(*file.bytes).substr(record.offset, size);
  const absl::string_view bytes = file_.Read(record.offset, size);
  if (static_cast<int64_t>(bytes.size()) == size && size > 0) return bytes;
  const std::string why = file_.error();
  return Error(record, why.empty() ? absl::StrCat("has become shorter: ", bytes.size(), " of ", size, " bytes are left") : why);
}

absl::Status PictureMaker::Error(const ImageRecord& record, absl::string_view text) const {
  return DataError(absl::StrCat(Printable(index_.PathOf(record)), ": ", text));
}

void PictureMaker::SetPixels(const ImageRecord& record) {
  const SampleFile& file = index_.files[record.file];
  const ImageShape& shape = *file.raw;
  const absl::string_view planes = absl::string_view(*file.bytes).substr(record.offset, shape.values());
  FromPlanes(planes, shape.height_px, shape.width_px, shape.channels, &picture_);
}

absl::StatusOr<MadePicture> PictureMaker::Encode(const ImageRecord& record) {
  if (FormatToWrite(survey_.facts[record.id], wanted_) != PictureFormat::kJpeg) return MadePicture{EncodePng(picture_), ""};
  absl::StatusOr<std::string> bytes = EncodeJpeg(picture_, kJpegQuality);
  if (bytes.ok()) return MadePicture{*std::move(bytes), ""};
  return WithMessage(bytes.status(), absl::StrCat(Printable(index_.PathOf(record)), ": ", bytes.status().message()));
}

}  // namespace mica
