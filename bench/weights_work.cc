// mica's work in bench/weights.cc, the counterpart of peers/weights.py:
//   weights_work load FILE             seconds until a ResNet-50 has the file's weights; prints seconds=S count=N
//   weights_work tree FOLDER COUNT     makes a tree of JPEG files of 500x375
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "bench/picture_tree.h"
#include "models/classifier.h"
#include "models/model.pb.h"
#include "models/weights/load_weights.h"
#include "models/weights/weight_report.h"
#include "models/weights/weights.h"
#include "models/zoo/model_factory.h"
#include "models/zoo/model_layers.h"
#include "training/checkpoint/stored_arrays.h"

namespace mica {
namespace {

constexpr char kUsage[] = "usage: weights_work load FILE | tree FOLDER COUNT (bazel run //bench:weights compares with PyTorch)";

absl::Status Load(const std::string& file) {
  ModelConfig config;
  config.mutable_resnet50();
  MICA_ASSIGN_OR_RETURN(const InferredModel inferred, InferModel(config, {/*channels=*/3, 224, 224}, /*num_classes=*/1000));
  MICA_ASSIGN_OR_RETURN(const std::shared_ptr<Classifier> model, CreateClassifier(inferred));
  const auto start = std::chrono::steady_clock::now();
  MICA_ASSIGN_OR_RETURN(const StoredArrays stored, ReadWeightsFile(file));
  MICA_ASSIGN_OR_RETURN(const WeightReport report, LoadWeights(stored.arrays, stored.path, WeightsOf(*model)));
  MICA_RETURN_IF_ERROR(stored.CheckIntact());
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::cout << "seconds=" << FormatNumber(seconds) << " count=" << report.Count(WeightFate::kMatched) << "\n";
  return absl::OkStatus();
}

absl::Status MakeTree(const std::string& folder, const std::string& count) {
  PictureTreeSpec spec;
  spec.half_colours = true;
  if (!absl::SimpleAtoi(count, &spec.pictures)) return FlagError(kUsage);
  return MakePictureTree(folder, spec);
}

absl::Status Work(const std::vector<std::string>& words) {
  if (words.size() == 2 && words[0] == "load") return Load(words[1]);
  if (words.size() == 3 && words[0] == "tree") return MakeTree(words[1], words[2]);
  return FlagError(kUsage);
}

}  // namespace
}  // namespace mica

int main(int argc, char** argv) {
  const absl::Status status = mica::Work({argv + 1, argv + argc});
  if (!status.ok()) std::cerr << "error: " << status.message() << "\n";
  return static_cast<int>(mica::ExitCodeOf(status));
}
