// Writes each case as FOLDER/NAME.onnx with NAME.images and NAME.logits (f32), which
// testdata/compare_runtimes.py compares. Run it from the repository's root:
//   bazel-bin/models/onnx/write_onnx_cases FOLDER [NAME...]
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "models/onnx/onnx_cases.h"

namespace mica {
namespace {

bool Write(const std::string& path, const void* bytes, size_t size) {
  std::ofstream file(path, std::ios::binary);
  file.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size));
  file.close();
  if (!file) std::fprintf(stderr, "%s: cannot be written\n", path.c_str());
  return static_cast<bool>(file);
}

bool WriteFloats(const std::string& path, const std::vector<float>& values) {
  return Write(path, values.data(), values.size() * sizeof(float));
}

bool WriteCase(const std::string& folder, const OnnxCase& written) {
  const std::string path = folder + "/" + written.name();
  const ParityCase& parity = written.parity();
  const absl::StatusOr<std::string> file = EncodeCase(parity);
  if (!file.ok()) std::fprintf(stderr, "%s: %s\n", path.c_str(), file.status().ToString().c_str());
  return file.ok() && Write(path + ".onnx", file->data(), file->size()) && WriteFloats(path + ".images", ImagesOf(parity)) &&
         WriteFloats(path + ".logits", {parity.logits().begin(), parity.logits().end()});
}

int Main(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    std::fprintf(stderr, "usage: write_onnx_cases FOLDER [NAME...]\n");
    return 1;
  }
  for (const OnnxCase& each : AllOnnxCases()) {
    const bool is_wanted = arguments.size() == 1 || std::count(arguments.begin() + 1, arguments.end(), each.name()) > 0;
    if (is_wanted && !WriteCase(arguments[0], each)) return 1;
  }
  return 0;
}

}  // namespace
}  // namespace mica

int main(int argc, char** argv) {
  return mica::Main({argv + 1, argv + argc});
}
