#include "tests/integration/tiny_experiment.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/testing/test_files.h"
#include "data/index/idx_test_files.h"

namespace mica {

TinyExperiment::TinyExperiment(absl::string_view name) : folder_(MakeTestFolder(name)) {
  std::filesystem::create_directory(Path("data"));
  IdxDatasetSize size;
  size.train_per_class = 16;
  size.test_per_class = 8;
  WriteIdxDataset(Path("data"), size);
  WriteTestFile(Path("x.textproto"), Text());
}

std::string TinyExperiment::Path(absl::string_view name) const {
  return absl::StrCat(folder_, "/", name);
}

std::string TinyExperiment::RunPath(absl::string_view run, absl::string_view file) const {
  return Path(absl::StrCat("runs/tiny/", run, "/", file));
}

std::string TinyExperiment::Text() {
  // Not R"pb(…)pb", which clang-format indents: tests name columns of this text.
  return R"(name: "tiny"
device: CPU
dataset { idx { folder: "data" } }
loader { batch_size: 8 }
model { linear {} }
loss { cross_entropy {} }
optimizer { sgd { learning_rate: 0.1 } }
schedule { constant {} }
trainer { epochs: 3 cpu_threads: 1 } report { plots: false }
)";
}

}  // namespace mica
