// The members of a small tar archive in memory, as PyTorch wrote before 0.1.10.
//   MICA_ASSIGN_OR_RETURN(const TarMembers members, ListTar(archive));
//   members.at("pickle")   // its bytes
// Formats: ustar and pax without long names (POSIX 1003.1). Not for data sets, whose tar files
// data/index/sources/tar_reader.h reads from the disk.
#ifndef MICA_MODELS_WEIGHTS_TORCH_FILE_TAR_MEMBERS_H_
#define MICA_MODELS_WEIGHTS_TORCH_FILE_TAR_MEMBERS_H_

#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mica {

// The content of each regular file, by its name without "./" in front.
using TarMembers = std::map<std::string, absl::string_view, std::less<>>;

// Whether the first header says that this is a tar archive.
bool BeginsTar(absl::string_view first_bytes);

// Returns a CheckpointError (exit code 4) for an archive that is cut or damaged (each header has a
// checksum), has more than 1000 members, or holds one name twice.
absl::StatusOr<TarMembers> ListTar(absl::string_view archive);

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_TORCH_FILE_TAR_MEMBERS_H_
