// Puts a folder in the place of another, so that its name always stands for a whole one.
//   MICA_RETURN_IF_ERROR(ReplaceFolder("/r/evaluations/test.tmp.17", "/r/evaluations/test"));
#ifndef MICA_BASE_REPLACE_FOLDER_H_
#define MICA_BASE_REPLACE_FOLDER_H_

#include <string>

#include "absl/status/status.h"
#include "base/file.h"

namespace mica {

// Exchanges what two names stand for, in one step; returns as a system call does.
using ExchangeCall = int (*)(const char* a, const char* b);
int SystemExchange(const char* a, const char* b);  // renameat2 with RENAME_EXCHANGE

// Renames `fresh` to `folder`, whose content, if there is any, is removed afterwards. Both stand in the same folder, which is brought to
// the disk in between. With the exchange there is no moment without a whole `folder`. File systems that lack it (NFS, some FUSE) first
// have the old one put aside, as FOLDER.old.PID: a kill between two renames leaves that name alone, and RemoveLeftovers gives it back.
// On an error `folder` is what it was; where the last step alone fails, the fsync of the name, the new one is in place but a power cut may
// undo it. Something else than a folder is not replaced. Errors end with exit code 5.
absl::Status ReplaceFolder(const std::string& fresh, const std::string& folder, FileCalls& calls = SystemFileCalls(),
                           ExchangeCall exchange = SystemExchange);

// "FOLDER.tmp.PID" of this process: where what is to replace a folder is made.
std::string TemporaryFolder(const std::string& folder);

// Removes the temporary folders in `parent` that processes which are gone, or had our id, have left, and gives an old one back its name
// where that is free. What cannot be removed stays: it costs space, nothing else.
void RemoveLeftovers(const std::string& parent, FileCalls& calls = SystemFileCalls());

}  // namespace mica

#endif  // MICA_BASE_REPLACE_FOLDER_H_
