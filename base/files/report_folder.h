// A folder of files that a verb writes anew each time it is asked.
//   const std::vector<absl::string_view> known = {"index.csv", "problems.csv"};
//   MICA_RETURN_IF_ERROR(WriteReportFolder("/w/index/x", {{"index.csv", csv}}, known, "mica index"));
#ifndef MICA_BASE_FILES_REPORT_FOLDER_H_
#define MICA_BASE_FILES_REPORT_FOLDER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/files/file.h"

namespace mica {

struct ReportFile {
  std::string name;  // without '/'
  std::string bytes;
};

// The folder appears whole, in place of an older report; its parents are made. A folder with
// anything else in it than `known_names` is not replaced, as it is none that `maker` wrote. Errors
// end with exit code 5.
absl::Status WriteReportFolder(const std::string& folder, absl::Span<const ReportFile> files,
                               absl::Span<const absl::string_view> known_names, absl::string_view maker,
                               FileCalls& calls = SystemFileCalls());

}  // namespace mica

#endif  // MICA_BASE_FILES_REPORT_FOLDER_H_
