// The peers' Python: a virtual environment with the packages of peers/requirements.txt, made once
// and kept in the user's cache.
//   MICA_ASSIGN_OR_RETURN(const std::string python,
//                         InstallPythonPeers({requirements, cache_folder}, std::cerr));
// It is made under another name and renamed once complete, so an interrupted installation is never
// used.
#ifndef MICA_BENCH_PYTHON_PEERS_H_
#define MICA_BENCH_PYTHON_PEERS_H_

#include <ostream>
#include <string>

#include "absl/status/statusor.h"

namespace mica {

struct PythonPeersOptions {
  std::string requirements;  // path of requirements.txt
  std::string cache_folder;  // absolute; made if it is missing
  // Makes the environment; needs pip 22.3 or newer.
  std::string base_python = "python3";
};

// ${XDG_CACHE_HOME:-~/.cache}/mica-bench
absl::StatusOr<std::string> PythonPeersCacheFolder();

// Returns the environment's interpreter. Another Python version or other requirements give another
// environment. Before an installation, `log` says what is installed, where, and how large it is; an
// existing environment logs nothing.
absl::StatusOr<std::string> InstallPythonPeers(const PythonPeersOptions& options, std::ostream& log);

}  // namespace mica

#endif  // MICA_BENCH_PYTHON_PEERS_H_
