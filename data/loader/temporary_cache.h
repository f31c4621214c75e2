// Names of unfinished files in a folder that several machines and containers may share.
//   RemoveTemporariesOf(path);
//   const std::string temporary = TemporaryCacheName(path);  // write it, then rename it to path
// There a process's id says nothing about who else may be writing: only a process that sees the
// same processes as the writer can tell that it has ended. The others go by the time.
#ifndef MICA_DATA_LOADER_TEMPORARY_CACHE_H_
#define MICA_DATA_LOADER_TEMPORARY_CACHE_H_

#include <string>

#include "base/files/file.h"

namespace mica {

// "PATH.tmp.MACHINE.PID" of this process. MACHINE names this boot of the machine and the processes
// that can be seen, which differ from container to container.
std::string TemporaryCacheName(const std::string& path);

// Removes the unfinished files of `path` whose writers have ended, or that nobody has written to
// for an hour. What cannot be removed stays and costs only space.
void RemoveTemporariesOf(const std::string& path, FileCalls& calls = SystemFileCalls());

}  // namespace mica

#endif  // MICA_DATA_LOADER_TEMPORARY_CACHE_H_
