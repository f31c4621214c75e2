// Seconds of mica's work in bench/models.cc, the counterpart of peers/models.py:
//   model_work train MODEL BATCH [REPEATS]     a training step with AdamW
//   model_work frozen MODEL BATCH [REPEATS]    the same with all but fc frozen, batch norms fixed
//   model_work infer MODEL BATCH [REPEATS]     a forward pass in evaluation mode
// MODEL is an arm of models/model.proto, "resnet18". Images of 224x224 in memory, 1000 classes, 2
// threads. Prints seconds=S, the median of the repeats after a warm-up.
#include <ATen/Parallel.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <c10/core/InferenceMode.h>
#include <google/protobuf/text_format.h>

#include <chrono>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "bench/median_ratio.h"
#include "cli/kept_memory.h"
#include "data/batch/batch.h"
#include "experiments/runner/model_parameters.h"
#include "models/classifier.h"
#include "models/model.pb.h"
#include "models/zoo/model_factory.h"
#include "models/zoo/model_layers.h"
#include "training/loop/train_step.h"
#include "training/loss/loss.h"
#include "training/loss/loss.pb.h"
#include "training/loss/loss_term.h"
#include "training/optim/flat_parameters.h"
#include "training/optim/optimizer.h"
#include "training/optim/optimizer.pb.h"
#include "training/optim/parameter_groups.h"

namespace mica {
namespace {

constexpr int kThreads = 2;
constexpr int kWarmUps = 2;
constexpr int kRepeats = 7;
constexpr int kSide = 224, kClasses = 1000;
constexpr double kLearningRate = 1e-3;
constexpr char kUsage[] = "usage: model_work train|frozen|infer MODEL BATCH [REPEATS] (bazel run //bench:models compares with PyTorch)";

struct Work {
  std::string kind, model;
  int batch = 0, repeats = kRepeats;
};

absl::StatusOr<Work> ReadWork(const std::vector<std::string>& words) {
  if (words.size() < 3 || words.size() > 4) return FlagError(kUsage);
  Work work = {words[0], words[1]};
  const bool numbers = absl::SimpleAtoi(words[2], &work.batch) && (words.size() == 3 || absl::SimpleAtoi(words[3], &work.repeats));
  if (!numbers || work.batch < 1 || work.repeats < 1) return FlagError(kUsage);
  return work;
}

absl::StatusOr<double> MedianSeconds(int repeats, const std::function<absl::Status(int repeat)>& run) {
  std::vector<double> seconds;
  for (int i = 0; i < kWarmUps + repeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    MICA_RETURN_IF_ERROR(run(i));
    if (i >= kWarmUps) seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return Median(seconds);
}

absl::StatusOr<InferredModel> Infer(const std::string& arm) {
  ModelConfig config;
  if (!google::protobuf::TextFormat::ParseFromString(arm + " {}", &config)) return FlagError(absl::StrCat("no model '", arm, "'"));
  return InferModel(config, {/*channels=*/3, kSide, kSide}, kClasses);
}

at::Tensor Images(int batch) {
  return at::randn({batch, 3, kSide, kSide}).contiguous(at::MemoryFormat::ChannelsLast);
}

OptimizerConfig OptimizerOf(const Work& work) {
  OptimizerConfig config;
  config.mutable_adamw()->set_learning_rate(kLearningRate);
  if (work.kind != "frozen") return config;
  ParameterGroupConfig* const head = config.add_group();
  head->set_name("head");
  head->add_pattern("fc");
  ParameterGroupConfig* const body = config.add_group();
  body->set_name("body");
  body->set_rest(true);
  body->mutable_freeze();
  return config;
}

std::vector<std::string> LayersOf(const std::vector<FixedBatchNorm>& norms) {
  std::vector<std::string> layers;
  for (const FixedBatchNorm& norm : norms) layers.push_back(norm.layer);
  return layers;
}

absl::StatusOr<double> TrainSeconds(const Work& work, const InferredModel& inferred, Classifier* model) {
  const OptimizerConfig config = OptimizerOf(work);
  MICA_ASSIGN_OR_RETURN(const ParameterPlan plan, PlanParameters(config, ParametersOf(inferred.layers), /*steps_per_epoch=*/1));
  FlatParameters parameters(*model, plan.groups);
  model->FixBatchNorms(LayersOf(plan.fixed_batch_norms));
  MICA_ASSIGN_OR_RETURN(const std::unique_ptr<Optimizer> optimizer, CreateOptimizer(config, &parameters));
  LossConfig loss_config;
  loss_config.mutable_cross_entropy();
  MICA_ASSIGN_OR_RETURN(std::unique_ptr<Loss> loss, CreateLoss(loss_config));
  SupervisedTerm supervised(std::move(loss));
  TrainStep step({*model, parameters, *optimizer, {&supervised}}, {});
  Batch batch;
  batch.images = Images(work.batch);
  batch.labels = at::randint(kClasses, {work.batch}, at::kLong);
  return MedianSeconds(work.repeats, [&](int repeat) { return step.Take(batch, {repeat, 1, repeat}, kLearningRate).status(); });
}

absl::StatusOr<double> InferSeconds(const Work& work, Classifier* model) {
  model->eval();
  const c10::InferenceMode inference;
  const at::Tensor images = Images(work.batch);
  return MedianSeconds(work.repeats, [&](int) {
    model->forward(images);
    return absl::OkStatus();
  });
}

absl::StatusOr<double> Seconds(const std::vector<std::string>& words) {
  MICA_ASSIGN_OR_RETURN(const Work work, ReadWork(words));
  MICA_ASSIGN_OR_RETURN(const InferredModel inferred, Infer(work.model));
  MICA_ASSIGN_OR_RETURN(const std::shared_ptr<Classifier> model, CreateClassifier(inferred));
  if (work.kind == "infer") return InferSeconds(work, model.get());
  if (work.kind == "frozen" || work.kind == "train") return TrainSeconds(work, inferred, model.get());
  return FlagError(kUsage);
}

}  // namespace
}  // namespace mica

int main(int argc, char** argv) {
  mica::KeepFreedMemory();
  at::set_num_threads(mica::kThreads);
  at::manual_seed(42);
  const absl::StatusOr<double> seconds = mica::Seconds({argv + 1, argv + argc});
  if (!seconds.ok()) {
    std::cerr << seconds.status().message() << "\n";
    return static_cast<int>(mica::ExitCodeOf(seconds.status()));
  }
  std::cout << "seconds=" << mica::FormatNumber(*seconds) << "\n";
  return 0;
}
