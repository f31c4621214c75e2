#include "data/export/named_layouts.h"

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace mica {

absl::Status ClassFoldersWriter::Begin() {
  for (const std::string& name : class_names_) MICA_RETURN_IF_ERROR(folder_.MakeFolder(name));
  return absl::OkStatus();
}

absl::Status ClassFoldersWriter::Add(const PictureToPlace& picture) {
  return folder_.WriteFile(absl::StrCat(class_names_[picture.label], "/", picture.name, picture.extension), picture.bytes);
}

absl::Status FileNamesWriter::Add(const PictureToPlace& picture) {
  return folder_.WriteFile(absl::StrCat(class_names_[picture.label], ".", picture.name, picture.extension), picture.bytes);
}

}  // namespace mica
