#include "data/decode/foreign_file.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "base/files/file_kind.h"
#include "data/decode/header_window.h"

namespace mica {
namespace {

using absl::string_view;

constexpr char kImageMagick[] = "convert it to PNG (convert 'IN[0]' OUT.png)";
constexpr char kToPng[] = "convert it to PNG";
constexpr char kHeif[] = "convert it (heif-convert IN OUT.jpg)";
constexpr char kAvif[] = "convert it (avifdec IN OUT.png)";
constexpr char kJxl[] = "convert it (djxl IN OUT.png)";
constexpr char kJpeg2000[] = "convert it (opj_decompress -i IN -o OUT.png)";
constexpr char kSvg[] = "draw it as PNG (rsvg-convert -o OUT.png IN)";
constexpr char kDicom[] = "convert it (dcmj2pnm --write-png IN OUT.png)";
constexpr char kRaw[] = "develop it (darktable-cli IN OUT.jpg)";
constexpr char kVideo[] = "take pictures out of it (ffmpeg -i IN OUT-%06d.png)";
constexpr char kLeaveOut[] = "leave it out";

struct Magic {
  string_view start;
  const char* what;  // "a GIF picture"
  const char* remedy;
  size_t at = 0;  // where there are more bytes
  string_view more = "";
};

// Those with more bytes stand before those that begin alike.
constexpr Magic kMagics[] = {
    {"GIF87a", "a GIF picture", kImageMagick},
    {"GIF89a", "a GIF picture", kImageMagick},
    {{"II*\0", 4}, "a camera's raw picture (CR2)", kRaw, 8, "CR\2"},
    {{"II*\0", 4}, "a TIFF picture", kImageMagick},
    {{"MM\0*", 4}, "a TIFF picture", kImageMagick},
    {{"II+\0", 4}, "a TIFF picture (BigTIFF)", kImageMagick},
    {{"MM\0+", 4}, "a TIFF picture (BigTIFF)", kImageMagick},
    {{"IIU\0", 4}, "a camera's raw picture (RW2)", kRaw},
    {"IIRO", "a camera's raw picture (ORF)", kRaw},
    {"IIRS", "a camera's raw picture (ORF)", kRaw},
    {"FUJIFILMCCD-RAW", "a camera's raw picture (RAF)", kRaw},
    {"II\xbc\1", "a JPEG XR picture", kToPng},
    {{"\0\0\0\x0cJXL \r\n\x87\n", 12}, "a JPEG XL picture", kJxl},
    {"\xff\x0a", "a JPEG XL picture", kJxl},
    {{"\0\0\0\x0cjP  \r\n\x87\n", 12}, "a JPEG 2000 picture", kJpeg2000},
    {"\xff\x4f\xff\x51", "a JPEG 2000 picture", kJpeg2000},
    {"8BPS", "a Photoshop picture (PSD)", kImageMagick},
    {"gimp xcf", "a GIMP picture (XCF)", kImageMagick},
    {"v/1\1", "an OpenEXR picture", kToPng},
    {"#?RADIANCE", "a Radiance HDR picture", kToPng},
    {"#?RGBE", "a Radiance HDR picture", kToPng},
    {{"DDS \x7c\0\0\0", 8}, "a DirectDraw texture (DDS)", kToPng},
    {"qoif", "a QOI picture", kToPng},
    {"icns", "an icon (ICNS)", kToPng},
    {"RIFF", "an animated cursor (ANI)", kLeaveOut, 8, "ACON"},
    {"/* XPM */", "an XPM picture", kImageMagick},
    {"P7\n", "a PAM picture", kImageMagick},
    {"PF\n", "a PFM picture", kImageMagick},
    {"Pf\n", "a PFM picture", kImageMagick},
    {"SIMPLE  =", "a FITS picture", kToPng},
    {"\x8aMNG\r\n\x1a\n", "an MNG picture", kToPng},
    {"\x8bJNG\r\n\x1a\n", "a JNG picture", kToPng},
    {"DICM", "a DICOM picture", kDicom},
    {"", "a DICOM picture", kDicom, 128, "DICM"},
    {"\x1a\x45\xdf\xa3", "a video (Matroska or WebM)", kVideo},
    {"RIFF", "a video (AVI)", kVideo, 8, "AVI "},
    {{"\0\0\1\xba", 4}, "a video (MPEG)", kVideo},
    {{"\0\0\1\xb3", 4}, "a video (MPEG)", kVideo},
    {{"\0", 1}, "a video (MOV)", kVideo, 4, "moov"},
    {{"\0", 1}, "a video (MOV)", kVideo, 4, "mdat"},
    {{"\0\5\x16\7", 4}, "an AppleDouble file, which macOS puts beside the file that it belongs to", kLeaveOut},
    {{"\0\5\x16\0", 4}, "an AppleSingle file", kLeaveOut},
};

PictureProblem Unread(string_view what, string_view remedy) {
  return {PictureFault::kUnsupportedFormat, /*is_usable=*/false, absl::StrCat("is ", what, ", which mica does not read; ", remedy)};
}

bool Matches(string_view bytes, const Magic& magic) {
  return absl::StartsWith(bytes, magic.start) && bytes.size() >= magic.at && absl::StartsWith(bytes.substr(magic.at), magic.more);
}

// Icons and cursors: reserved, kind, number of pictures; the first picture's reserved byte is 0.
bool IsIcon(string_view bytes) {
  const bool is_kind = absl::StartsWith(bytes, string_view("\0\0\1\0", 4)) || absl::StartsWith(bytes, string_view("\0\0\2\0", 4));
  return is_kind && bytes.size() > 9 && bytes[4] != 0 && bytes[5] == 0 && bytes[9] == 0;
}

struct Brand {
  const char* name;
  const char* what;
  const char* remedy;
};

// ISO/IEC 14496-12, section 4.3: a file says in its first box what it may be taken for.
constexpr Brand kBrands[] = {
    {"avif", "an AVIF picture", kAvif}, {"avis", "an AVIF picture", kAvif},         {"heic", "a HEIC picture", kHeif},
    {"heix", "a HEIC picture", kHeif},  {"heim", "a HEIC picture", kHeif},          {"heis", "a HEIC picture", kHeif},
    {"hevc", "a HEIC picture", kHeif},  {"hevx", "a HEIC picture", kHeif},          {"mif1", "a HEIF picture", kHeif},
    {"msf1", "a HEIF picture", kHeif},  {"jp2 ", "a JPEG 2000 picture", kJpeg2000}, {"crx ", "a camera's raw picture (CR3)", kRaw},
};

const Brand* FindBrand(string_view name) {
  const auto* brand = std::find_if(std::begin(kBrands), std::end(kBrands), [&](const Brand& known) { return name == known.name; });
  return brand == std::end(kBrands) ? nullptr : brand;
}

// The major brand counts; "mif1" and "msf1" name the container only, so another one says more.
const Brand* BrandOf(string_view box) {
  const Brand* found = FindBrand(box.substr(8, 4));
  if (found == nullptr || found->what != string_view("a HEIF picture")) return found;
  const size_t end = std::min<size_t>(BigEndian32(box), box.size());
  for (size_t at = 16; at + 4 <= end; at += 4) {
    const Brand* other = FindBrand(box.substr(at, 4));
    if (other != nullptr && other->what != string_view("a HEIF picture")) return other;
  }
  return found;
}

std::optional<PictureProblem> IsoMedia(string_view bytes) {
  if (bytes.size() < 12 || bytes.substr(4, 4) != "ftyp") return std::nullopt;
  if (const Brand* brand = BrandOf(bytes)) return Unread(brand->what, brand->remedy);
  return Unread("a video (MP4, MOV or a relative)", kVideo);
}

bool IsSvg(string_view bytes) {
  absl::ConsumePrefix(&bytes, "\xef\xbb\xbf");
  const string_view text = absl::StripLeadingAsciiWhitespace(bytes);
  if (absl::StartsWith(text, "<svg")) return true;
  const bool may_be = absl::StartsWith(text, "<?xml") || absl::StartsWith(text, "<!--") || absl::StartsWith(text, "<!DOCTYPE svg");
  return may_be && absl::StrContains(text, "<svg");
}

std::optional<PictureProblem> UnreadPicture(string_view bytes) {
  for (const Magic& magic : kMagics) {
    if (Matches(bytes, magic)) return Unread(magic.what, magic.remedy);
  }
  if (IsIcon(bytes)) return Unread("an icon or a cursor (ICO, CUR)", kImageMagick);
  if (IsSvg(bytes)) return Unread("an SVG drawing", kSvg);
  return IsoMedia(bytes);
}

// FileKind's remedies for one file that was named; here it is one of many.
std::string Remedy(const FileKind& kind) {
  switch (kind.group) {
    case FileKind::Group::kLfsPointer:
    case FileKind::Group::kMarkup:
    case FileKind::Group::kJson:
    case FileKind::Group::kZeros:
      return kind.remedy;
    case FileKind::Group::kPacked:
      return "unpack it and leave it out";
    case FileKind::Group::kText:
    case FileKind::Group::kTorch:
    case FileKind::Group::kWeights:
    case FileKind::Group::kOther:
      return "leave it out or put the picture in its place";
  }
  return kLeaveOut;
}

std::string StartOf(string_view bytes) {
  std::string start;
  for (const char byte : bytes.substr(0, 4)) absl::StrAppendFormat(&start, " %02x", static_cast<uint8_t>(byte));
  return start;
}

}  // namespace

PictureProblem ForeignFileProblem(absl::string_view first_bytes) {
  if (first_bytes.find_first_not_of('\0') == string_view::npos) {
    return {PictureFault::kZeros, /*is_usable=*/false,
            "begins with nothing but zeros, as a broken download or copy leaves; copy or download it again"};
  }
  const string_view bytes = first_bytes.substr(0, kForeignFileBytes);
  if (std::optional<PictureProblem> unread = UnreadPicture(bytes)) return *std::move(unread);
  if (absl::StartsWith(bytes, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
    return {PictureFault::kNotAPicture, /*is_usable=*/false,
            absl::StrCat("is a document or a thumbnail store of Windows (OLE); ", kLeaveOut)};
  }
  const std::optional<FileKind> kind = WhatItLooksLike(bytes);
  std::string message = kind.has_value() && kind->group != FileKind::Group::kZeros
                            ? absl::StrCat(kind->what, "; ", Remedy(*kind))
                            : absl::StrCat("is no picture of a known format (starts with", StartOf(bytes),
                                           "); mica reads JPEG, PNG, BMP, WebP and PNM; convert it or leave it out");
  return {PictureFault::kNotAPicture, /*is_usable=*/false, std::move(message)};
}

}  // namespace mica
