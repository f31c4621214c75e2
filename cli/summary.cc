#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/console_table.h"
#include "base/error.h"
#include "base/files/path.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "cli/shell_words.h"
#include "cli/standard_output.h"
#include "cli/verbs.h"
#include "data/loader/picture_pipeline.h"
#include "data/survey/dataset_examination.h"
#include "experiments/config/load_experiment.h"
#include "models/kernels/chwn_choice.h"
#include "models/zoo/model_layers.h"

namespace mica {
namespace {

constexpr int64_t kBytesPerValue = 4;   // f32
constexpr size_t kMaxNameLetters = 30;  // keeps the table within 100 columns, whatever the model

std::string Mebibytes(int64_t values) {
  return absl::StrCat(FormatFixed(static_cast<double>(values) * kBytesPerValue / (1 << 20), 3), " MiB");
}

std::string Shape(const LayerShape& shape) {
  return shape.is_flat() ? absl::StrCat(shape.channels) : shape.ToString();
}

// Cuts long names at the front: layers differ at the end of their names.
std::string ShownName(const std::string& name) {
  if (name.size() <= kMaxNameLetters) return name;
  return absl::StrCat("…", name.substr(name.size() - kMaxNameLetters + 1));
}

// A row for each layer that computes something; the names show the blocks.
void AddRows(absl::Span<const InferredLayer> layers, std::vector<std::vector<std::string>>* rows) {
  for (const InferredLayer& layer : layers) {
    if (!layer.layers.empty()) {
      AddRows(layer.layers, rows);
      continue;
    }
    rows->push_back(
        {ShownName(layer.name), layer.kind, Shape(layer.output), absl::StrCat(layer.parameters), absl::StrCat(layer.multiply_adds)});
  }
}

std::string Summary(absl::Span<const InferredLayer> layers, int batch_size) {
  std::vector<std::vector<std::string>> rows = {{"layer", "kind", "output", "parameters", "multiply-adds"}};
  rows.push_back({"", "image", Shape(layers.front().input), "", ""});
  AddRows(layers, &rows);
  const InferredLayer total = TotalOf(layers);
  rows.push_back({"total", "", "", absl::StrCat(total.parameters), absl::StrCat(total.multiply_adds)});
  return absl::StrCat(ConsoleTable(rows), "\nMultiply-adds are those of one image: of convolutions and linear layers, without biases.\n",
                      "Weights: ", Mebibytes(total.parameters), ".\n", "Activations: ", Mebibytes(total.activations * batch_size),
                      " for a training batch of ", batch_size, ": outputs of all layers, without gradients.\n");
}

// Whether a layer computes faster in batches of a multiple of 16 (models/kernels/chwn_layers.h).
bool PrefersMultiplesOf16(const LayerList& layers, absl::Span<const InferredLayer> inferred) {
  for (int i = 0; i < layers.size(); ++i) {
    if (layers[i].has_block() && PrefersMultiplesOf16(layers[i].block().layer(), inferred[i].layers)) return true;
    if (layers[i].has_conv2d() && ConvolvesInChwn(layers[i].conv2d(), inferred[i].input.channels)) return true;
  }
  return false;
}

// "" if there is none.
std::string BatchSizeNote(const InferredModel& model, int batch_size) {
  if (batch_size % 16 == 0 || !PrefersMultiplesOf16(model.config.layer(), model.layers)) return "";
  return absl::StrCat("loader.batch_size ", batch_size,
                      " is no multiple of 16; on a CPU, convolutions of at most\n12 channels compute faster if it is.\n");
}

absl::StatusOr<ExitCode> RunSummary(const VerbArguments& arguments) {
  const std::string& source = arguments.words()[0];
  MICA_ASSIGN_OR_RETURN(const std::string path, ResolveWord(source, source));
  MICA_ASSIGN_OR_RETURN(const LoadedExperiment loaded, LoadExperiment(path, source, arguments.GetString("set"), UserFolder()));
  PrintWarnings(loaded.warnings);
  MICA_ASSIGN_OR_RETURN(const OpenedDataset dataset, OpenDataset(loaded.experiment.dataset(), loaded.experiment.decode()));
  const DatasetIndex& index = dataset.index;
  PrintWarnings(index.warnings);
  const ViewTransforms view = {&loaded.experiment.train_transforms(), "train_transforms"};
  const auto pipeline = PicturePipeline::Create(index, loaded.experiment.decode(), {&view, 1}, {});
  if (!pipeline.ok()) return AtItsPlace(pipeline.status(), loaded);
  const ImageShape shape = (*pipeline)->output();
  const absl::StatusOr<InferredModel> model =
      InferModel(loaded.experiment.model(), {shape.channels, shape.height_px, shape.width_px}, index.classes.size());
  if (!model.ok()) return AtItsPlace(model.status(), loaded);
  const int batch_size = loaded.experiment.loader().batch_size();
  MICA_RETURN_IF_ERROR(PrintToStdout(absl::StrCat(Summary(model->layers, batch_size), BatchSizeNote(*model, batch_size)), "the summary"));
  return ExitCode::kDone;
}

}  // namespace

Verb SummaryVerb() {
  return {
      {
          "summary",
          "EXPERIMENT",
          /*min_words=*/1,
          /*max_words=*/1,
          "Shows the model layer by layer: what comes out of each for the experiment's images, its parameters and multiply-adds, and the "
          "memory they take. Opens the data for the size of the images; builds and trains nothing.",
          {{"set", FlagType::kString, "FRAGMENT", "Textproto laid over the experiment.", "", "put both fields in one fragment"}},
          "  mica summary experiments/fashion_mnist_sequential.textproto",
      },
      RunSummary};
}

}  // namespace mica
