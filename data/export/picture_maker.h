// From a sample to the bytes of the file that shows it.
//   PictureMaker maker(index, survey, PictureFormat::kPng);
//   MICA_ASSIGN_OR_RETURN(const MadePicture picture, maker.Make(id));
// A picture that already has the wanted format is copied byte for byte, as every picture is where
// none is wanted; raw pixels then become PNG. All others are decoded (the decoder drops alpha),
// turned upright and encoded: PNG, or JPEG of quality 95.
#ifndef MICA_DATA_EXPORT_PICTURE_MAKER_H_
#define MICA_DATA_EXPORT_PICTURE_MAKER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "data/decode/picture_decoder.h"
#include "data/decode/picture_file.h"
#include "data/decode/picture_format.h"
#include "data/index/dataset_index.h"
#include "data/picture/picture.h"
#include "data/survey/picture_facts.h"

namespace mica {

// ".jpg", ".png", ".bmp", ".webp", ".pnm"
absl::string_view FileExtension(PictureFormat format);

// That of the file that is made of a picture.
PictureFormat FormatToWrite(const PictureFacts& facts, std::optional<PictureFormat> wanted);

struct MadePicture {
  std::string bytes;
  // Why it cannot be decoded, or is above kMaxPictureBytes; "" if there are bytes.
  std::string damage;
};

// Keeps a file open and buffers for the next picture. Single-thread.
class PictureMaker {
 public:
  // The survey must know the headers of all pictures that are made. `wanted` is JPEG, PNG or none.
  PictureMaker(const DatasetIndex& index, const PictureSurvey& survey, std::optional<PictureFormat> wanted);

  // DataError (exit code 3) with the path if the bytes cannot be read, or there is not enough
  // memory. OutputError if the picture is too large for a JPEG.
  absl::StatusOr<MadePicture> Make(int64_t id);

  // About how many bytes Make() takes for the picture.
  int64_t EstimatedBytes(int64_t id) const;

 private:
  bool IsCopied(const PictureFacts& facts) const;
  absl::StatusOr<MadePicture> MakeOne(const ImageRecord& record);
  absl::Status Open(const ImageRecord& record);
  int64_t EncodedBytes(const ImageRecord& record) const;  // after Open()
  absl::StatusOr<absl::string_view> Read(const ImageRecord& record, int64_t size);
  absl::Status Error(const ImageRecord& record, absl::string_view text) const;
  void SetPixels(const ImageRecord& record);
  absl::StatusOr<MadePicture> Encode(const ImageRecord& record);

  const DatasetIndex& index_;
  const PictureSurvey& survey_;
  const std::optional<PictureFormat> wanted_;
  PictureDecoder decoder_;
  PictureFile file_;
  int32_t open_file_ = -1;
  Picture picture_;
};

}  // namespace mica

#endif  // MICA_DATA_EXPORT_PICTURE_MAKER_H_
