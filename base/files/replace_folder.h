// Replaces a folder by another, so that its name always refers to a complete folder.
//   MICA_RETURN_IF_ERROR(ReplaceFolder("/r/evaluations/test.tmp.17", "/r/evaluations/test"));
#ifndef MICA_BASE_FILES_REPLACE_FOLDER_H_
#define MICA_BASE_FILES_REPLACE_FOLDER_H_

#include <string>

#include "absl/status/status.h"
#include "base/files/file.h"

namespace mica {

// Renames `fresh` to `folder` and removes the old content, if any. Both lie in the same folder,
// which is fsynced in between. The exchange leaves no moment without a whole `folder`. On file
// systems without it (NFS, some FUSE) the old folder is first renamed to FOLDER.old.PID; a kill
// between the two renames leaves only that name, and RemoveLeftovers renames it back.
// On an error `folder` is unchanged. If only the last step fails, the fsync of the name, the new
// folder is in place, but a power cut may undo that. Anything other than a folder is not replaced.
// Errors end with exit code 5.
absl::Status ReplaceFolder(const std::string& fresh, const std::string& folder, FileCalls& calls = SystemFileCalls());

// "FOLDER.tmp.PID" of this process: where to make the folder that will replace FOLDER.
std::string TemporaryNameOf(const std::string& folder);

// Removes the temporary folders in `parent` of processes that have ended or had our id. Gives an
// old folder its name back if that is free. What cannot be removed stays and costs only space.
void RemoveLeftovers(const std::string& parent, FileCalls& calls = SystemFileCalls());

// The same for those of one folder: for a parent that is not mica's own, where photos.old.2023 is
// what it says.
void RemoveLeftoversOf(const std::string& folder, FileCalls& calls = SystemFileCalls());

}  // namespace mica

#endif  // MICA_BASE_FILES_REPLACE_FOLDER_H_
