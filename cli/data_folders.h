// The folders that hold an experiment's data, which no verb writes into.
//   MICA_RETURN_IF_ERROR(RequireOutsideData(output_dir, "--output_dir", index));
#ifndef MICA_CLI_DATA_FOLDERS_H_
#define MICA_CLI_DATA_FOLDERS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "data/index/dataset_index.h"

namespace mica {

// A flag error if `folder`, an absolute path, lies inside a folder of the data: what is written
// there would be read as data the next time. "" lies nowhere.
absl::Status RequireOutsideData(const std::string& folder, absl::string_view flag, const DatasetIndex& index);

}  // namespace mica

#endif  // MICA_CLI_DATA_FOLDERS_H_
