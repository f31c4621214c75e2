#include "data/decode/picture_header.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/files/file_kind.h"
#include "data/decode/bmp_header.h"
#include "data/decode/foreign_file.h"
#include "data/decode/header_window.h"
#include "data/decode/jpeg_header.h"
#include "data/decode/png_header.h"
#include "data/decode/pnm_header.h"
#include "data/decode/webp_header.h"

namespace mica {
namespace {

// Two letters are short: words begin with them too.
bool BeginsLikeBmp(absl::string_view start) {
  if (!absl::StartsWith(start, "BM")) return false;
  const std::optional<FileKind> kind = WhatItLooksLike(start);
  return !kind.has_value() || kind->group != FileKind::Group::kText;
}

bool BeginsLikeJpeg(absl::string_view start) {
  return absl::StartsWith(start, "\xff\xd8\xff") || start == "\xff\xd8";
}

ProbeResult ProbeWindow(HeaderWindow& window) {
  if (window.size() == 0) return Refused(PictureFault::kEmpty, absl::StrCat("has 0 bytes", kCopyAgain));
  const absl::string_view start = window.At(0, kForeignFileBytes);
  if (start.empty()) return EndsBefore(window, "its first byte");
  if (BeginsLikeJpeg(start)) return ReadJpegHeader(window);
  if (absl::StartsWith(start, kPngSignature)) return ReadPngHeader(window);
  if (absl::StartsWith(start, "RIFF") && start.size() >= 12 && start.substr(8, 4) == "WEBP") return ReadWebpHeader(window);
  if (BeginsLikePnm(start)) return ReadPnmHeader(window);
  if (BeginsLikeBmp(start)) return ReadBmpHeader(window);
  return {std::nullopt, ForeignFileProblem(start)};
}

}  // namespace

ProbeResult ProbePicture(PictureBytes& bytes) {
  HeaderWindow window(bytes);
  ProbeResult result = ProbeWindow(window);
  // What was found in the bytes before the error is no judgement on the picture.
  if (std::string error = bytes.error(); !error.empty()) return Refused(PictureFault::kUnreadable, std::move(error));
  return result;
}

ProbeResult ProbePicture(absl::string_view bytes) {
  PictureInMemory picture(bytes);
  return ProbePicture(picture);
}

}  // namespace mica
