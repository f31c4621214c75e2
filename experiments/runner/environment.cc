#include "experiments/runner/environment.h"

#include <google/protobuf/stubs/common.h>
#include <libdeflate.h>
#include <torch/version.h>
#include <unistd.h>
#include <zlib.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace mica {

std::string HostName() {
  char name[256] = {};
  gethostname(name, sizeof(name) - 1);
  return name;
}

std::string LibTorchVersion() {
  return TORCH_VERSION;
}

std::string LinkedLibraries() {
  return absl::StrCat("LibTorch ", LibTorchVersion(), "\nProtobuf ", google::protobuf::internal::VersionString(GOOGLE_PROTOBUF_VERSION),
                      "\nzlib ", zlibVersion(), "\nlibdeflate ", LIBDEFLATE_VERSION_STRING, "\n");
}

}  // namespace mica
