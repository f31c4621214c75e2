#include "data/index/cifar_folder.h"

#include <errno.h>
#include <sys/stat.h>

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "base/error.h"
#include "base/files/open_error.h"
#include "base/printable.h"

namespace mica {
namespace {

constexpr char kPage[] = "https://www.cs.toronto.edu/~kriz/cifar.html";

// One version: where its archive unpacks to and which files are in it, the test file last.
struct Layout {
  CifarVersion version;
  const char* folder;
  const char* archive;
  std::vector<std::string> files;
};

std::vector<Layout> Layouts() {
  return {{CifarVersion::kCifar10,
           "cifar-10-batches-bin",
           "cifar-10-binary.tar.gz",
           {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"}},
          {CifarVersion::kCifar100, "cifar-100-binary", "cifar-100-binary.tar.gz", {"train.bin", "test.bin"}}};
}

bool Exists(const std::string& path) {
  struct stat stats;
  return stat(path.c_str(), &stats) == 0;
}

// Some of the files of a version in one folder.
struct Found {
  Layout layout;
  std::string folder;
  std::vector<std::string> missing;
};

std::optional<Found> Look(const Layout& layout, const std::string& folder) {
  Found found = {layout, folder, {}};
  for (const std::string& name : layout.files) {
    if (!Exists(absl::StrCat(folder, "/", name))) found.missing.push_back(name);
  }
  if (found.missing.size() == layout.files.size()) return std::nullopt;
  return found;
}

// In the folder itself; only if nothing is there, in those that the archives unpack to.
std::vector<Found> LookEverywhere(const std::string& folder) {
  std::vector<Found> found;
  for (const Layout& layout : Layouts()) {
    if (auto here = Look(layout, folder)) found.push_back(*std::move(here));
  }
  if (!found.empty()) return found;
  for (const Layout& layout : Layouts()) {
    if (auto below = Look(layout, absl::StrCat(folder, "/", layout.folder))) found.push_back(*std::move(below));
  }
  return found;
}

// What lies there instead of the binary version.
std::string WhatIsThere(const std::string& folder) {
  const auto exists = [&](absl::string_view name) { return Exists(absl::StrCat(folder, "/", name)); };
  const std::string get_binary = absl::StrCat("; download the \"binary version\" from ", kPage);
  for (const Layout& layout : Layouts()) {
    if (exists(layout.archive)) return absl::StrCat("it holds ", layout.archive, "; unpack it there: tar -xzf ", layout.archive);
  }
  for (const char* const name :
       {"cifar-10-batches-py", "cifar-100-python", "data_batch_1", "cifar-10-python.tar.gz", "cifar-100-python.tar.gz"}) {
    if (exists(name)) return absl::StrCat("it holds the version for Python (", name, "), which is pickled", get_binary);
  }
  if (exists("train") && exists("test") && exists("meta")) {
    return absl::StrCat("it holds the version for Python (train, test, meta), which is pickled", get_binary);
  }
  for (const char* const name :
       {"cifar-10-batches-mat", "cifar-100-matlab", "data_batch_1.mat", "train.mat", "cifar-10-matlab.tar.gz", "cifar-100-matlab.tar.gz"}) {
    if (exists(name)) return absl::StrCat("it holds the version for MATLAB (", name, ")", get_binary);
  }
  return absl::StrCat("there is neither data_batch_1.bin (CIFAR-10) nor train.bin (CIFAR-100)", get_binary);
}

absl::Status Problem(const std::string& folder, absl::string_view text) {
  return DataError(absl::StrCat(Printable(folder), ": ", text));
}

}  // namespace

std::string CifarVersionName(CifarVersion version) {
  switch (version) {
    case CifarVersion::kCifar10:
      return "CIFAR-10";
    case CifarVersion::kCifar100:
      return "CIFAR-100";
  }
  return "unknown version";
}

absl::StatusOr<CifarFiles> FindCifarFiles(const std::string& folder) {
  struct stat stats;
  if (stat(folder.c_str(), &stats) != 0) {
    return Problem(folder, absl::StrCat("folder cannot be read (", WhyNotOpened(folder, errno),
                                        "); it should hold the binary version of CIFAR-10 or CIFAR-100, from ", kPage));
  }
  if (!S_ISDIR(stats.st_mode)) return Problem(folder, "is a file, expected the folder of CIFAR's files; unpack archives");
  const std::vector<Found> found = LookEverywhere(folder);
  if (found.empty()) return Problem(folder, absl::StrCat("not the binary version of CIFAR; ", WhatIsThere(folder)));
  if (found.size() > 1) {
    return Problem(folder, absl::StrCat("holds files of CIFAR-10 (", Printable(found[0].folder), ") and of CIFAR-100 (",
                                        Printable(found[1].folder), "); give each a folder and name one of the two"));
  }
  const Found& only = found[0];
  const std::string name = CifarVersionName(only.layout.version);
  if (!only.missing.empty()) {
    return Problem(only.folder,
                   absl::StrCat("lacks ", absl::StrJoin(only.missing, ", "), " of ", name, "; unpack ", only.layout.archive, " again"));
  }
  CifarFiles files = {only.layout.version, only.folder, {}, ""};
  for (const std::string& file : only.layout.files) files.train.push_back(absl::StrCat(only.folder, "/", file));
  files.test = files.train.back();
  files.train.pop_back();
  return files;
}

}  // namespace mica
