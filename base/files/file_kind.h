// What a file is that its reader cannot read, told from its first bytes: for messages that lead to
// the right file.
//   if (const auto kind = WhatItLooksLike(bytes)) {
//     return DataError(StrCat(path, ": ", kind->what, "; ", kind->remedy));
//   }  // "train-images: is a Git LFS pointer, not the file that it stands for; fetch that with …"
// Only for files that were found not to be what was expected: a few magic numbers are so short that
// data may begin with them by chance.
#ifndef MICA_BASE_FILES_FILE_KIND_H_
#define MICA_BASE_FILES_FILE_KIND_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace mica {

struct FileKind {
  enum class Group {
    kLfsPointer,
    kMarkup,  // a web page or another XML document
    kJson,
    kText,  // of no kind above
    kZeros,
    kTorch,    // a file of torch.save
    kWeights,  // as other frameworks write them
    kPacked,   // an archive or a compressed file
    kOther,
  };
  Group group;
  std::string what;    // "is a web page"; printable, one line
  std::string remedy;  // "download the file itself, not the page that shows it"
};

// As many bytes as are looked at. A shorter prefix, or a file that is shorter, will do.
inline constexpr int kFileKindBytes = 512;

// nullopt if the bytes say nothing, and for none at all.
std::optional<FileKind> WhatItLooksLike(absl::string_view first_bytes);

}  // namespace mica

#endif  // MICA_BASE_FILES_FILE_KIND_H_
