#include "data/export/listed_layouts.h"

#include "absl/strings/str_cat.h"
#include "base/files/csv.h"
#include "base/status_macros.h"

namespace mica {

absl::Status ListedLayoutWriter::Begin() {
  return folder_.MakeFolder("images");
}

absl::Status ListedLayoutWriter::Add(const PictureToPlace& picture) {
  const std::string path = absl::StrCat("images/", picture.name, picture.extension);
  MICA_RETURN_IF_ERROR(folder_.WriteFile(path, picture.bytes));
  MICA_ASSIGN_OR_RETURN(ExportFile* const list, ListOf(picture));
  return list->Append(Row(path, picture.label));
}

absl::StatusOr<ExportFile*> ListedLayoutWriter::ListOf(const PictureToPlace& picture) {
  std::unique_ptr<ExportFile>& list = lists_[picture.part];
  if (list == nullptr) {
    MICA_ASSIGN_OR_RETURN(list, folder_.CreateFile(absl::StrCat(picture.part, Extension())));
    MICA_RETURN_IF_ERROR(list->Append(Header(/*is_labelled=*/picture.label >= 0)));
  }
  return list.get();
}

absl::Status ListedLayoutWriter::End() {
  for (const auto& [part, list] : lists_) MICA_RETURN_IF_ERROR(list->Finish());
  return absl::OkStatus();
}

std::string ListFileWriter::Row(const std::string& path, int32_t label) const {
  return label < 0 ? absl::StrCat(path, "\n") : absl::StrCat(path, "\t", label, "\n");
}

std::string CsvWriter::Row(const std::string& path, int32_t label) const {
  return label < 0 ? CsvRow({path}) : CsvRow({path, class_names_[label]});
}

}  // namespace mica
