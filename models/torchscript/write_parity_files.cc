// Writes what testdata/check_files.py loads into PyTorch: of each parity case ARM.torchscript.pt,
// the whole model, and ARM.pt, its weights.
//   bazel run -c opt //models/torchscript:write_parity_files -- /tmp/files [ARM...]
#include <glog/logging.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "base/files/file.h"
#include "models/torchscript/parity_arrays.h"
#include "models/torchscript/torchscript_file.h"
#include "models/weights/torch_file_writer.h"
#include "models/zoo/parity_cases.h"

int main(int argc, char** argv) {
  CHECK_GE(argc, 2) << "write_parity_files FOLDER [ARM...]";
  const std::vector<std::string> arms(argv + 2, argv + argc);
  for (const mica::ParityCase& parity : mica::ParityCases()) {
    const std::string arm = mica::NameOf(parity);
    if (!arms.empty() && std::count(arms.begin(), arms.end(), arm) == 0) continue;
    const mica::ParityModel model = mica::MakeParityModel(parity);
    const std::map<std::string, std::string> extra_files = {{"classes.txt", "a\nb\n"}};
    const auto script = mica::EncodeTorchScript(model.inferred, model.arrays, extra_files);
    CHECK(script.ok()) << arm << ": " << script.status();
    const std::string path = std::string(argv[1]) + "/" + arm;
    CHECK(mica::WriteFileAtomically(path + ".torchscript.pt", *script).ok()) << path;
    CHECK(mica::WriteFileAtomically(path + ".pt", mica::EncodeTorchFile(model.arrays, extra_files)).ok()) << path;
    std::printf("%s\n", arm.c_str());
  }
  return 0;
}
