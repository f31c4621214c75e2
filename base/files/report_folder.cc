#include "base/files/report_folder.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/path.h"
#include "base/files/replace_folder.h"
#include "base/printable.h"
#include "base/status_macros.h"

namespace mica {
namespace {

// What is replaced must be a report: runs/NAME holds all runs of an experiment.
absl::Status RequireReportOrNothing(const std::string& folder, absl::Span<const absl::string_view> known_names, absl::string_view maker,
                                    FileCalls& calls) {
  std::vector<std::string> names;
  if (calls.List(folder.c_str(), &names) != 0) return absl::OkStatus();  // making the new one will tell
  for (const std::string& name : names) {
    if (std::count(known_names.begin(), known_names.end(), name) > 0) continue;
    return OutputError(absl::StrCat(Printable(folder), ": holds ", Printable(name), ", so it is no report of ", maker,
                                    " that could be replaced; choose another --output_dir"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteReportFolder(const std::string& folder, absl::Span<const ReportFile> files,
                               absl::Span<const absl::string_view> known_names, absl::string_view maker, FileCalls& calls) {
  MICA_RETURN_IF_ERROR(RequireReportOrNothing(folder, known_names, maker, calls));
  const std::string parent(FolderName(folder));
  MICA_RETURN_IF_ERROR(MakeFoldersDurably(parent, calls));
  RemoveLeftoversOf(folder, calls);
  const std::string fresh = TemporaryNameOf(folder);
  const auto write = [&]() -> absl::Status {
    MICA_RETURN_IF_ERROR(MakeFolders(fresh, calls));
    for (const ReportFile& file : files) MICA_RETURN_IF_ERROR(WriteNewFile(absl::StrCat(fresh, "/", file.name), file.bytes, calls));
    MICA_RETURN_IF_ERROR(SyncFolder(fresh, calls));
    return ReplaceFolder(fresh, folder, calls);
  };
  const absl::Status status = write();
  if (!status.ok()) RemoveTree(fresh, calls);
  return status;
}

}  // namespace mica
