// What a power cut could spoil although the process went on: bytes or names that are not surely on
// the disk when something relies on them.
//   FakeFileCalls calls;
//   …
//   EXPECT_THAT(SyncOrderProblems(calls.records(), run_folder), IsEmpty());
// The rules, for everything in the folder and below:
//   - A file gets its final name by a rename alone; metrics.csv and log.txt, which grow, are the
//     exceptions.
//   - Before a rename, the bytes of what it renames are synced: the file's, or those of all files in
//     the folder and the folder itself.
//   - After a rename the folder that holds the new name is synced, before anything else is created
//     or renamed.
//   - In the end every file but log.txt, and the name of every file and folder, is synced.
// A syncfs syncs all of it. An exchange of two names is a rename of the first. Not for what is on
// its way to be removed: names that end in .del or hold .old.
#ifndef MICA_BASE_FILES_SYNC_ORDER_H_
#define MICA_BASE_FILES_SYNC_ORDER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/files/fake_file_calls.h"

namespace mica {

// A line a problem; empty where the order is right.
std::vector<std::string> SyncOrderProblems(absl::Span<const FileCallRecord> calls, absl::string_view folder);

}  // namespace mica

#endif  // MICA_BASE_FILES_SYNC_ORDER_H_
