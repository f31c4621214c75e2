// Writes a folder of runs that has everything that TensorBoard shows, for people to look at and for
// read_back.py.
//   bazel run //viz/tensorboard:write_example -- /tmp/runs
#include <glog/logging.h>
#include <unistd.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/files/csv.h"
#include "base/files/file.h"
#include "base/number_format.h"
#include "base/rng.h"
#include "viz/tensorboard/embedding_files.h"
#include "viz/tensorboard/event_file.h"
#include "viz/tensorboard/metric_tags.h"

namespace mica {
namespace {

constexpr double kStart = 1'700'000'000;
constexpr int kEpochs = 6;
constexpr char kPng[] = "iVBORw0KGgoAAAANSUhEUgAAAAQAAAACCAIAAADwyuo0AAAAGUlEQVR42mP4z8DA8J+BgeH/////mRiQAABryAX93EiNugAAAABJRU5ErkJggg==";

std::unique_ptr<EventFile> MakeFile(const std::string& folder, int64_t first_step = 0) {
  EventFileStart start;
  start.wall_time = kStart;
  start.host = "example";
  start.pid = getpid();
  start.first_step = first_step;
  absl::StatusOr<std::unique_ptr<EventFile>> file = EventFile::Create(folder, start);
  CHECK(file.ok()) << file.status();
  return *std::move(file);
}

std::vector<float> Gaussian(int count, double deviation, int64_t epoch) {
  Rng rng(/*seed=*/1, RngStream::kShuffle, epoch, /*sample=*/0);
  std::vector<float> values;
  for (int i = 0; i < count; ++i) {
    const double radius = std::sqrt(-2 * std::log(1 - rng.Uniform()));
    values.push_back(static_cast<float>(deviation * radius * std::cos(2 * M_PI * rng.Uniform())));
  }
  return values;
}

// Better ones in later epochs.
ThresholdCounts ExampleCounts(int64_t epoch) {
  Rng rng(/*seed=*/2, RngStream::kShuffle, epoch, /*sample=*/0);
  std::vector<float> probabilities;
  std::vector<uint8_t> truth;
  for (int i = 0; i < 1000; ++i) {
    truth.push_back(i % 4 == 0);
    const double right = 1 - std::pow(rng.Uniform(), static_cast<double>(epoch));
    probabilities.push_back(static_cast<float>(truth.back() ? right : 1 - right));
  }
  return CountByThreshold(probabilities, truth);
}

std::vector<GraphNode> ExampleGraph() {
  std::vector<GraphNode> nodes;
  std::string last;
  for (const char* const name : {"image", "stem/conv1", "stem/bn1", "stem/relu", "layer1/conv1", "layer1/add", "fc"}) {
    GraphNode& node = nodes.emplace_back();
    node.name = name;
    node.op = last.empty() ? "Input" : "Layer";
    if (!last.empty()) node.inputs = {last};
    if (node.name == "layer1/add") node.inputs.push_back("stem/relu");
    node.output_shapes = {{-1, last.empty() ? 3 : 16, 8, 8}};
    node.attributes = {{"parameters", "432"}};
    last = name;
  }
  return nodes;
}

std::vector<CsvField> ExampleRow(int64_t epoch, double rate) {
  const auto number = [](double value) { return FormatNumber(value); };
  const double loss = 2 * std::exp(-rate * static_cast<double>(epoch));
  return {{"epoch", absl::StrCat(epoch)},
          {"step", absl::StrCat(100 * epoch)},
          {"learning_rate", number(rate)},
          {"train_loss", number(loss)},
          {"train_accuracy", number(1 - loss / 3)},
          {"val_loss", number(loss * 1.2)},
          {"val_accuracy", number(1 - loss / 2)},
          {"val_macro_f1", number(1 - loss)},
          {"test_loss", ""},
          {"grad_norm", "1.5"},
          {"images_per_second", "812"},
          {"peak_memory_mib", "1024"}};
}

void AddEpoch(int64_t epoch, double rate, EventFile* file) {
  const EventTime time = {epoch, kStart + 60 * static_cast<double>(epoch)};
  CHECK(AddMetricsRow(ExampleRow(epoch, rate), "epoch", time.wall_time, file).ok());
  file->AddHistogram("Weights/conv1.weight", time, CountIntoBuckets(Gaussian(5000, 0.1 * static_cast<double>(epoch), epoch)));
  std::string png;
  CHECK(absl::Base64Unescape(kPng, &png));
  file->AddImage("Samples", time, {png, /*width_px=*/4, /*height_px=*/2, /*channels=*/3});
  file->AddPrCurve("PR/valid/cat", time, ExampleCounts(epoch));
  file->AddText("Notes", time, absl::StrCat("**epoch ", epoch, "**\n\n| class | recall |\n|---|---|\n| größe | 0.5 |"));
  CHECK(file->Flush().ok());
}

std::vector<Hyperparameter> ExampleHyperparameters(double rate) {
  return {{"optimizer", std::string("sgd")}, {"learning_rate", rate}, {"nesterov", rate > 0.5}};
}

void WriteRun(const std::string& folder, double rate, const std::vector<Hyperparameter>& more) {
  CHECK(MakeFolders(folder).ok());
  const std::unique_ptr<EventFile> file = MakeFile(folder);
  std::vector<Hyperparameter> hyperparameters = ExampleHyperparameters(rate);
  hyperparameters.insert(hyperparameters.end(), more.begin(), more.end());
  file->AddHparamsSession(hyperparameters, kStart);
  file->AddGraph(ExampleGraph(), kStart);
  for (int64_t epoch = 1; epoch <= kEpochs; ++epoch) AddEpoch(epoch, rate, file.get());
  file->AddHparamsEnd(HparamsOutcome::kSuccess, kStart + 600);
  CHECK(file->Flush().ok());
}

// Killed while epoch 5 was written, resumed from the checkpoint of epoch 3.
void WriteResumedRun(const std::string& folder) {
  CHECK(MakeFolders(folder).ok());
  const std::unique_ptr<EventFile> killed = MakeFile(folder);
  for (int64_t epoch = 1; epoch <= 5; ++epoch) AddEpoch(epoch, 0.1, killed.get());
  CHECK_EQ(truncate(killed->path().c_str(), static_cast<off_t>(ReadFile(killed->path())->size() - 100)), 0);
  const std::unique_ptr<EventFile> resumed = MakeFile(folder, /*first_step=*/4);
  for (int64_t epoch = 4; epoch <= kEpochs; ++epoch) AddEpoch(epoch, 0.2, resumed.get());
}

void WriteExampleEmbedding(const std::string& folder) {
  const std::vector<float> vectors = Gaussian(8 * 5, 1, /*epoch=*/1);
  Embedding embedding;
  embedding.name = "penultimate layer";
  embedding.vectors = vectors;
  embedding.dimensions = 5;
  embedding.columns = {"class", "path"};
  for (int i = 0; i < 8; ++i) embedding.metadata.push_back({i % 2 == 0 ? "cat" : "two\twords\n", absl::StrCat(i, ".jpg")});
  CHECK(absl::Base64Unescape(kPng, &embedding.sprite_png));
  embedding.sprite_width_px = embedding.sprite_height_px = 1;
  CHECK(WriteEmbeddings(folder, {embedding}).ok());
}

void WriteExample(const std::string& folder) {
  WriteRun(folder + "/first", 0.3, {});
  WriteRun(folder + "/second", 0.6, {{"momentum", 0.9}});
  WriteResumedRun(folder + "/resumed");
  WriteExampleEmbedding(folder + "/first");
}

}  // namespace
}  // namespace mica

int main(int argc, char** argv) {
  CHECK_EQ(argc, 2) << "usage: write_example FOLDER";
  mica::WriteExample(argv[1]);
}
