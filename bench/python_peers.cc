#include "bench/python_peers.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/child_process.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/files/path.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"

namespace mica {
namespace {

// Removes a folder that was not completed.
class FolderInTheMaking {
 public:
  explicit FolderInTheMaking(std::string path) : path_(std::move(path)) {}
  ~FolderInTheMaking() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  FolderInTheMaking(const FolderInTheMaking&) = delete;
  FolderInTheMaking& operator=(const FolderInTheMaking&) = delete;

  const std::string& path() const { return path_; }

  // Another process may have been faster; its environment is as good.
  absl::Status Publish(const std::string& name) {
    std::error_code error;
    std::filesystem::rename(path_, name, error);
    if (!error || std::filesystem::exists(name)) return absl::OkStatus();
    return OutputError(absl::StrCat(name, ": cannot rename ", path_, " to it: ", error.message()));
  }

 private:
  const std::string path_;
};

// `remedy` follows the command's output in the message.
absl::Status RunStep(const std::vector<std::string>& words, absl::string_view remedy) {
  const absl::StatusOr<ChildResult> result = RunChild({words, "/"});
  if (result.ok() || absl::IsCancelled(result.status())) return result.status();
  return WithMessage(result.status(), absl::StrCat("installing the Python peers: ", result.status().message(), "\n", remedy));
}

// "cpython-311": packages are installed for one version.
absl::StatusOr<std::string> VersionTag(const std::string& python) {
  const absl::StatusOr<ChildResult> result = RunChild({{python, "-c", "import sys; print(sys.implementation.cache_tag)"}, "/"});
  if (absl::IsCancelled(result.status())) return result.status();
  if (!result.ok())
    return DataError(absl::StrCat("the peers need ", python, " (Debian: apt-get install python3): ", result.status().message()));
  return std::string(absl::StripAsciiWhitespace(result->out));
}

absl::Status Install(const std::string& python, const std::string& requirements, const std::string& folder) {
  MICA_RETURN_IF_ERROR(
      RunStep({python, "-m", "venv", "--without-pip", folder}, "python3 needs its module venv (Debian: apt-get install python3)"));
  const std::string own_python = folder + "/bin/python";
  // Without dependencies: requirements.txt names all that are needed and leaves out gigabytes that
  // are useless on a CPU.
  MICA_RETURN_IF_ERROR(
      RunStep({python, "-m", "pip", "--python", own_python, "install", "--quiet", "--disable-pip-version-check", "--no-deps",
               "--only-binary=:all:", "--requirement", requirements},
              "this needs pip 22.3 or newer (Debian: apt-get install python3-pip), the network and 6 GB of disk, once; or name a Python "
              "that has PyTorch, torchvision, matplotlib, fastai and DALI with --python=FILE"));
  return RunStep({own_python, "-c", "import torch, torchvision, matplotlib.pyplot, fastai.vision.utils, nvidia.dali.fn"},
                 "the packages were installed, but cannot be imported");
}

}  // namespace

absl::StatusOr<std::string> PythonPeersCacheFolder() {
  const char* const cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return absl::StrCat(cache, "/mica-bench");
  return ResolvePath("~/.cache/mica-bench", "/");
}

absl::StatusOr<std::string> InstallPythonPeers(const PythonPeersOptions& options, std::ostream& log) {
  MICA_ASSIGN_OR_RETURN(const std::string requirements, ReadFile(options.requirements));
  MICA_ASSIGN_OR_RETURN(const std::string tag, VersionTag(options.base_python));
  const std::string folder = absl::StrCat(options.cache_folder, "/", tag, "-", FormatFingerprint(Fingerprint(requirements)));
  const std::string python = folder + "/bin/python";
  if (std::filesystem::exists(folder)) return python;
  log << "Installing the Python peers (PyTorch, torchvision, matplotlib, fastai, DALI) into " << folder
      << ", once: about 3 GB to download, 5 GB on disk, one minute or, with a slow network, many." << std::endl;
  MICA_RETURN_IF_ERROR(MakeFolders(options.cache_folder));
  FolderInTheMaking making(absl::StrCat(folder, ".tmp.", getpid()));
  MICA_RETURN_IF_ERROR(Install(options.base_python, options.requirements, making.path()));
  MICA_RETURN_IF_ERROR(making.Publish(folder));
  return python;
}

}  // namespace mica
