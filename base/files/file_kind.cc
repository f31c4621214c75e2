#include "base/files/file_kind.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/utf8.h"

namespace mica {
namespace {

using Group = FileKind::Group;

constexpr char kConvert[] = "convert it";
constexpr char kUnpack[] = "unpack it and name the file in it";
constexpr char kNameTheFile[] = "name the right file";
constexpr char kDownloadFile[] = "download the file itself, not the page that shows it";
constexpr char kDownloadAgain[] = "check the address and download the file again";

struct Magic {
  absl::string_view bytes;
  Group group;
  const char* what;
  const char* remedy;
};

// Zip archives and pickles have functions of their own.
constexpr Magic kMagics[] = {
    {"\x89HDF\r\n\x1a\n", Group::kWeights, "is an HDF5 file, as Keras writes", kConvert},
    {"GGUF", Group::kWeights, "is a GGUF file, as llama.cpp reads", kConvert},
    {"\x93NUMPY", Group::kWeights, "is a NumPy array", kConvert},
    {"\x1f\x8b", Group::kPacked, "is compressed with gzip", kUnpack},
    {"BZh", Group::kPacked, "is compressed with bzip2", kUnpack},
    {{"\3757zXZ\0", 6}, Group::kPacked, "is compressed with xz", kUnpack},
    {"\x28\xb5\x2f\xfd", Group::kPacked, "is compressed with zstd", kUnpack},
    {"7z\xbc\xaf\x27\x1c", Group::kPacked, "is a 7-Zip archive", kUnpack},
    {"Rar!\x1a\x07", Group::kPacked, "is a RAR archive", kUnpack},
    {"\x89PNG\r\n\x1a\n", Group::kOther, "is a PNG image", kNameTheFile},
    {"\xff\xd8\xff", Group::kOther, "is a JPEG image", kNameTheFile},
    {"GIF8", Group::kOther, "is a GIF image", kNameTheFile},
    {"%PDF-", Group::kOther, "is a PDF document", kNameTheFile},
    {{"SQLite format 3\0", 16}, Group::kOther, "is an SQLite database", kNameTheFile},
    {"\177ELF", Group::kOther, "is a program or library (ELF)", kNameTheFile},
};

// The length of a safetensors header may have the bytes of any short magic number.
bool IsSafetensors(absl::string_view bytes) {
  return bytes.size() >= 8 && bytes.substr(4, 4) == absl::string_view("\0\0\0\0", 4) && (bytes.size() == 8 || bytes[8] == '{');
}

std::optional<FileKind> Zip(absl::string_view bytes) {
  if (!absl::StartsWith(bytes, "PK\x03\x04")) return std::nullopt;
  constexpr size_t kNameBegin = 30;  // of the first file in it
  const absl::string_view name = bytes.substr(std::min(kNameBegin, bytes.size()), 100);
  if (absl::StrContains(name, "data.pkl") || absl::StrContains(name, "constants.pkl")) {
    return FileKind{Group::kTorch, "is a zip archive of a PyTorch model, as torch.save writes .pth and .pt files", kConvert};
  }
  if (absl::StrContains(name, ".npy")) return FileKind{Group::kWeights, "is a zip archive of NumPy arrays (.npz)", kConvert};
  if (absl::StartsWith(name, "metadata.json")) return FileKind{Group::kWeights, "is a zip archive of a Keras model (.keras)", kConvert};
  return FileKind{Group::kPacked, "is a zip archive", kUnpack};
}

std::optional<FileKind> Pickle(absl::string_view bytes) {
  if (!absl::StartsWith(bytes, "\x80") || bytes.size() < 2 || bytes[1] < 2 || bytes[1] > 5) return std::nullopt;
  return FileKind{Group::kTorch, "is a Python pickle, as torch.save wrote .pth files before version 1.6", kConvert};
}

// A message of Protobuf: the version of the format in a byte, then the producer's name, the graph or
// the operators' version.
std::optional<FileKind> Onnx(absl::string_view bytes) {
  constexpr char kMaxVersion = 20;  // 13 in 2025
  const bool is_onnx = bytes.size() > 2 && bytes[0] == 0x08 && bytes[1] > 0 && bytes[1] <= kMaxVersion &&
                       absl::StrContains("\x12\x3a\x42", bytes.substr(2, 1));
  if (!is_onnx) return std::nullopt;
  return FileKind{Group::kWeights, "looks like an ONNX model", kConvert};
}

std::optional<FileKind> Tar(absl::string_view bytes) {
  constexpr size_t kMagicBegin = 257;
  if (bytes.size() < kMagicBegin || !absl::StartsWith(bytes.substr(kMagicBegin), "ustar")) return std::nullopt;
  return FileKind{Group::kPacked, "is a tar archive", kUnpack};
}

std::optional<FileKind> Zeros(absl::string_view bytes) {
  constexpr size_t kFewest = 16;
  if (bytes.size() < kFewest || bytes.find_first_not_of('\0') != absl::string_view::npos) return std::nullopt;
  return FileKind{Group::kZeros, "begins with nothing but zeros, as a broken download or copy leaves", "copy or download the file again"};
}

std::optional<FileKind> Markup(absl::string_view text) {
  if (absl::StartsWithIgnoreCase(text, "<!doctype html") || absl::StartsWithIgnoreCase(text, "<html") ||
      absl::StartsWithIgnoreCase(text, "<head") || absl::StartsWithIgnoreCase(text, "<body")) {
    return FileKind{Group::kMarkup, "is a web page", kDownloadFile};
  }
  if (absl::StartsWith(text, "<?xml") || absl::StartsWith(text, "<Error>")) {
    const bool is_page = absl::StrContains(absl::AsciiStrToLower(text), "<html");
    const bool is_error = absl::StrContains(text, "<Error>");
    return FileKind{Group::kMarkup,
                    is_page    ? "is a web page"
                    : is_error ? "is an error message of a server (XML)"
                               : "is an XML document",
                    is_page ? kDownloadFile : kDownloadAgain};
  }
  // Comments, scripts and fragments; textprotos may begin with '<' only inside a field.
  const bool is_tag = text.size() > 1 && text[0] == '<' && (absl::ascii_isalpha(text[1]) || text[1] == '!');
  if (!is_tag) return std::nullopt;
  return FileKind{Group::kMarkup, "looks like a web page", kDownloadFile};
}

bool IsText(absl::string_view bytes) {
  // The prefix may end inside a character.
  if (bytes.size() - ValidUtf8Prefix(bytes) >= 4 || ValidUtf8Prefix(bytes) == 0) return false;
  return std::none_of(bytes.begin(), bytes.end(),
                      [](char byte) { return (static_cast<unsigned char>(byte) < ' ' && !absl::ascii_isspace(byte)) || byte == 0x7f; });
}

std::string FirstLine(absl::string_view text) {
  constexpr size_t kMaxShown = 60;
  const absl::string_view line = absl::StripAsciiWhitespace(text.substr(0, text.find_first_of("\r\n")));
  const absl::string_view shown = line.substr(0, kMaxShown);
  return absl::StrCat("\"", absl::Utf8SafeCEscape(shown.substr(0, ValidUtf8Prefix(shown))), shown.size() < line.size() ? "…\"" : "\"");
}

std::optional<FileKind> Text(absl::string_view bytes) {
  absl::ConsumePrefix(&bytes, "\xef\xbb\xbf");
  const absl::string_view text = absl::StripLeadingAsciiWhitespace(bytes);
  if (text.empty() || !IsText(text)) return std::nullopt;
  if (absl::StartsWith(text, "version https://git-lfs.github.com/spec/")) {
    return FileKind{Group::kLfsPointer, "is a Git LFS pointer, not the file that it stands for",
                    "fetch that with \"git lfs install\" and \"git lfs pull\", or download it from the repository's web page"};
  }
  if (auto markup = Markup(text)) return markup;
  const size_t inside = text[0] == '{' || text[0] == '[' ? text.find_first_not_of(" \t\r\n", 1) : absl::string_view::npos;
  if (inside != absl::string_view::npos && absl::StrContains("\"{[]}-0123456789", text.substr(inside, 1))) {
    return FileKind{Group::kJson, absl::StrCat("is JSON text that begins with ", FirstLine(text)), kDownloadAgain};
  }
  return FileKind{Group::kText, absl::StrCat("is text that begins with ", FirstLine(text)), kDownloadAgain};
}

}  // namespace

std::optional<FileKind> WhatItLooksLike(absl::string_view first_bytes) {
  const absl::string_view bytes = first_bytes.substr(0, kFileKindBytes);
  if (auto zeros = Zeros(bytes)) return zeros;
  if (IsSafetensors(bytes)) return std::nullopt;
  if (auto zip = Zip(bytes)) return zip;
  if (auto pickle = Pickle(bytes)) return pickle;
  for (const Magic& magic : kMagics) {
    if (absl::StartsWith(bytes, magic.bytes)) return FileKind{magic.group, magic.what, magic.remedy};
  }
  if (auto tar = Tar(bytes)) return tar;
  if (auto onnx = Onnx(bytes)) return onnx;
  return Text(bytes);
}

}  // namespace mica
