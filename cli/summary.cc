#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/config/textproto.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/files/path.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "cli/output_paths.h"
#include "cli/shell_words.h"
#include "cli/standard_output.h"
#include "cli/verbs.h"
#include "data/survey/dataset_examination.h"
#include "experiments/config/load_experiment.h"
#include "experiments/runner/compute_library.h"
#include "experiments/runner/memory_check.h"
#include "experiments/runner/model_input.h"
#include "experiments/runner/model_parameters.h"
#include "experiments/runner/prediction_input.h"
#include "experiments/summary/layer_table.h"
#include "experiments/summary/probe_text.h"
#include "experiments/summary/statistics_table.h"
#include "models/kernels/chwn_choice.h"
#include "models/zoo/model_layers.h"
#include "training/optim/parameter_groups.h"

namespace mica {
namespace {

constexpr int kMostImages = 4096;     // of --time
constexpr size_t kReadableRows = 60;  // of a table

struct SummaryOptions {
  int depth = kWholeDepth;
  bool as_layers = false;
  bool time = false;
  int time_batch = 0;
  bool statistics = false;
  std::string image, csv;  // absolute; "" if not given
};

absl::Status RequireFlagsThatFit(const VerbArguments& arguments) {
  for (const auto& [flag, needed] : {std::pair("image", "statistics"), std::pair("time_batch", "time")}) {
    if (arguments.IsGiven(flag) && !arguments.GetBool(needed)) {
      return FlagError(absl::StrCat("--", flag, " has no effect without --", needed));
    }
  }
  if (!arguments.GetBool("as_layers")) return absl::OkStatus();
  for (const char* const flag : {"depth", "time", "statistics", "csv"}) {
    if (arguments.IsGiven(flag)) return FlagError(absl::StrCat("--as_layers prints the model alone; leave --", flag, " out"));
  }
  return absl::OkStatus();
}

absl::StatusOr<SummaryOptions> OptionsOf(const VerbArguments& arguments) {
  MICA_RETURN_IF_ERROR(RequireFlagsThatFit(arguments));
  SummaryOptions options;
  options.as_layers = arguments.GetBool("as_layers");
  options.time = arguments.GetBool("time");
  options.statistics = arguments.GetBool("statistics");
  if (arguments.IsGiven("depth")) options.depth = arguments.GetInt("depth");
  if (options.depth < 1) return FlagError(absl::StrCat("--depth=", options.depth, ": must be at least 1"));
  options.time_batch = arguments.GetInt("time_batch");
  if (options.time_batch < 1 || options.time_batch > kMostImages) {
    return FlagError(absl::StrCat("--time_batch=", options.time_batch, ": expected 1 to ", kMostImages));
  }
  MICA_ASSIGN_OR_RETURN(options.image, FilePathOfFlag(arguments, "image"));
  MICA_ASSIGN_OR_RETURN(options.csv, FilePathOfFlag(arguments, "csv"));
  MICA_RETURN_IF_ERROR(RequireWritable("--csv", options.csv));
  return options;
}

// The experiment's data, and what its model becomes for it.
struct ModelOfData {
  const ComputeLibrary* compute = nullptr;  // if anything is to be computed
  DatasetIndex index;
  ImageShape shape;
  InferredModel inferred;
};

absl::Status ReadData(const Experiment& experiment, bool computes, ModelOfData* model) {
  if (computes) {
    MICA_ASSIGN_OR_RETURN(ComputeAndData ready, LoadComputeAndData(experiment));
    model->compute = ready.compute;
    model->index = std::move(ready.index);
    return absl::OkStatus();
  }
  MICA_ASSIGN_OR_RETURN(OpenedDataset dataset, OpenDataset(experiment.dataset(), experiment.decode()));
  model->index = std::move(dataset.index);
  return absl::OkStatus();
}

// A model can be shown without its pictures: if the experiment names the classes and its transforms
// give images of one size, all is known. Otherwise the error is `unread`, why the data was not read.
absl::Status ExpectData(const Experiment& experiment, bool computes, const absl::Status& unread, ModelOfData* model) {
  const DatasetConfig& dataset = experiment.dataset();
  const bool has_pictures = dataset.kind_case() == DatasetConfig::KIND_NOT_SET;
  if (ExitCodeOf(unread) != ExitCode::kData || !has_pictures || dataset.class_names().empty()) return unread;
  model->index = DatasetIndex();
  model->index.files.emplace_back();  // a picture like any other, of no record
  model->index.classes = ClassMap({dataset.class_names().begin(), dataset.class_names().end()});
  if (!ShapeOfTrainingImages(experiment, model->index).ok()) return unread;
  if (computes) {
    MICA_ASSIGN_OR_RETURN(model->compute, OpenComputeLibrary());
  }
  PrintWarnings({absl::StrCat("the model is shown for what train_transforms give and the ", dataset.class_names_size(),
                              " classes of dataset.class_names, as the data cannot be read: ", unread.message())});
  return absl::OkStatus();
}

absl::StatusOr<ModelOfData> InferFromData(const Experiment& experiment, bool computes) {
  ModelOfData model;
  if (const absl::Status read = ReadData(experiment, computes, &model); !read.ok()) {
    MICA_RETURN_IF_ERROR(ExpectData(experiment, computes, read, &model));
  }
  PrintWarnings(model.index.warnings);
  MICA_ASSIGN_OR_RETURN(model.shape, ShapeOfTrainingImages(experiment, model.index));
  MICA_ASSIGN_OR_RETURN(model.inferred, InferModelFor(experiment, model.shape, model.index.classes.size()));
  return model;
}

// The tensors that no step of the run trains. Groups that do not fit the model are a warning: this
// table shows the names that they need.
std::set<std::string> FrozenTensors(const LoadedExperiment& loaded, absl::Span<const InferredLayer> layers) {
  const absl::StatusOr<ParameterPlan> plan = PlanParameters(loaded.experiment.optimizer(), ParametersOf(layers), /*steps_per_epoch=*/1);
  if (!plan.ok()) {
    PrintWarnings({std::string(AtItsPlace(plan.status(), loaded).message())});
    return {};
  }
  std::set<std::string> frozen;
  for (const PlannedGroup& group : plan->groups) {
    if (group.first_step == kNeverTrains) frozen.insert(group.parameters.begin(), group.parameters.end());
  }
  return frozen;
}

// The lists in a container, in the order of InferredLayer::layers.
std::vector<const LayerList*> ListsIn(const LayerConfig& layer) {
  if (layer.has_block()) return {&layer.block().layer()};
  if (layer.has_residual()) return {&layer.residual().layer(), &layer.residual().shortcut()};
  std::vector<const LayerList*> lists;
  for (const auto& branch : layer.concat().branch()) lists.push_back(&branch.layer());
  return lists;
}

// Whether a layer computes faster in batches of a multiple of 16 (models/kernels/chwn_layers.h).
bool PrefersMultiplesOf16(const LayerList& layers, absl::Span<const InferredLayer> inferred) {
  for (int i = 0; i < layers.size(); ++i) {
    if (layers[i].has_conv2d() && ConvolvesInChwn(layers[i].conv2d(), inferred[i].input.channels)) return true;
    absl::Span<const InferredLayer> inside = inferred[i].layers;
    for (const LayerList* const list : ListsIn(layers[i])) {
      if (PrefersMultiplesOf16(*list, inside.first(list->size()))) return true;
      inside.remove_prefix(list->size());
    }
  }
  return false;
}

// "" if there is none.
std::string BatchSizeNote(const InferredModel& model, int batch_size) {
  if (batch_size % 16 == 0 || !PrefersMultiplesOf16(model.config.layer(), model.layers)) return "";
  return absl::StrCat("loader.batch_size ", batch_size,
                      " is no multiple of 16; on a CPU, convolutions of at most\n12 channels compute faster if it is.\n");
}

std::string MemoryNote(const Experiment& experiment, const InferredModel& model) {
  const double bytes = TrainingNeed(experiment, model).BytesOf(experiment.loader().batch_size());
  return absl::StrCat("Training takes at least ", FormatFixed(bytes / (1 << 20), 1), " MiB: ",
                      AllTrains(experiment.optimizer()) ? "weights, gradients, what the optimizer and the backward pass keep.\n"
                                                        : "weights and the largest layer's values; what trains adds to it.\n");
}

std::string DepthNote(size_t rows) {
  return rows > kReadableRows ? absl::StrCat("These are ", rows, " rows; --depth=1 or 2 shows the outermost layers alone.\n") : "";
}

std::string TimeNote(const LayerTimes& times) {
  const double images_per_second = 1000 * static_cast<double>(times.batch_size) / times.whole_milliseconds;
  return absl::StrCat("ms are medians of ", times.passes, " forward passes of ", times.batch_size, " images on ", times.device,
                      ", layer by layer.\nA pass as in evaluation, which computes some layers together, takes ",
                      FormatFixed(times.whole_milliseconds, 3), " ms: ", FormatFixed(images_per_second, 1), " images/s.\n");
}

absl::StatusOr<std::string> PictureStatistics(const Experiment& experiment, const ModelOfData& model, const std::string& image) {
  MICA_ASSIGN_OR_RETURN(const PredictionInput input, NamedInput({image}, model.index.classes.names(), experiment.decode()));
  if (input.pictures.size() != 1) return FlagError(absl::StrCat("--image=", ShownPath(image), ": name one picture, not a folder"));
  const ModelSubject subject = {"the model", experiment, model.index.classes.size(), model.shape, /*checkpoint=*/nullptr};
  ProbedModel probed;
  MICA_ASSIGN_OR_RETURN(probed.result, model.compute->ProbeModel(subject, input.index, input.split, {"*"}));
  return absl::StrCat("\nOutputs of layers (not weights) for ", ShownPath(image), ", with the weights as training begins:\n",
                      OutputTable({probed}));
}

absl::StatusOr<std::string> Statistics(const Experiment& experiment, const ModelOfData& model, const std::string& image) {
  MICA_ASSIGN_OR_RETURN(const std::vector<WeightStatistics> weights,
                        model.compute->MeasureWeights(experiment, model.shape, model.index.classes.size()));
  std::string text = absl::StrCat("\nWeights (not outputs of layers):\n", WeightTable(weights));
  if (image.empty()) return absl::StrCat(text, "\n--image=FILE adds what comes out of each layer for a picture.\n");
  MICA_ASSIGN_OR_RETURN(const std::string outputs, PictureStatistics(experiment, model, image));
  return absl::StrCat(text, outputs);
}

absl::StatusOr<std::string> SummaryText(const LoadedExperiment& loaded, const SummaryOptions& options) {
  const Experiment& experiment = loaded.experiment;
  MICA_ASSIGN_OR_RETURN(const ModelOfData model, InferFromData(experiment, options.time || options.statistics));
  LayerFacts facts;
  facts.batch_size = experiment.loader().batch_size();
  facts.frozen = FrozenTensors(loaded, model.inferred.layers);
  std::string notes;
  if (options.time) {
    MICA_ASSIGN_OR_RETURN(LayerTimes times,
                          model.compute->TimeLayers(experiment, model.shape, model.index.classes.size(), options.time_batch));
    notes = TimeNote(times);
    facts.milliseconds = std::move(times.milliseconds);
  }
  const std::vector<LayerRow> rows = LayerRows(model.inferred.layers, facts, options.depth);
  notes = absl::StrCat(MemoryNote(experiment, model.inferred), notes, BatchSizeNote(model.inferred, experiment.loader().batch_size()),
                       options.depth == kWholeDepth ? DepthNote(rows.size()) : "");
  if (options.statistics) {
    MICA_ASSIGN_OR_RETURN(const std::string statistics, Statistics(experiment, model, options.image));
    notes += statistics;
  }
  if (!options.csv.empty()) {
    MICA_RETURN_IF_ERROR(WriteFileAtomically(options.csv, LayerTableCsv(rows, facts)));
    absl::StrAppend(&notes, ShownPath(options.csv), ": a row for each of these layers\n");
  }
  return absl::StrCat(LayerTableText(rows, facts), notes);
}

// The part of an experiment that replaces its model.
absl::StatusOr<std::string> ModelText(const Experiment& experiment) {
  Experiment part;
  MICA_ASSIGN_OR_RETURN(*part.mutable_model(), AsLayers(experiment.model()));
  return PrintTextprotoFile(part);
}

absl::StatusOr<ExitCode> RunSummary(const VerbArguments& arguments) {
  const std::string& source = arguments.words()[0];
  MICA_ASSIGN_OR_RETURN(const std::string path, ResolveWord(source, source));
  MICA_ASSIGN_OR_RETURN(const SummaryOptions options, OptionsOf(arguments));
  MICA_ASSIGN_OR_RETURN(const LoadedExperiment loaded, LoadExperiment(path, source, arguments.GetString("set"), UserFolder()));
  PrintWarnings(loaded.warnings);
  const absl::StatusOr<std::string> text = options.as_layers ? ModelText(loaded.experiment) : SummaryText(loaded, options);
  if (!text.ok()) return AtItsPlace(text.status(), loaded);
  MICA_RETURN_IF_ERROR(PrintToStdout(*text, "the summary"));
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
          "Shows the model layer by layer: what goes into each and comes out for the experiment's images, its parameters and "
          "multiply-adds, and the memory they take. Opens the data for the size of the images; trains nothing. Data that is not "
          "there is not missed if the transforms fix that size and the experiment has class_names.",
          {
              {"set", FlagType::kString, "FRAGMENT", "Textproto laid over the experiment.", "", "put both fields in one fragment"},
              {"depth", FlagType::kInt, "N", "Layers within N levels of names become one row. Not given: all layers are shown.", "", ""},
              {"csv", FlagType::kString, "FILE", "Writes the table for programs too.", "", ""},
              {"time", FlagType::kBool, "", "Measures how long each layer takes in a forward pass.", "", ""},
              {"time_batch", FlagType::kInt, "N", "Of how many images that pass is.", "16", ""},
              {"statistics", FlagType::kBool, "",
               "Shows mean, deviation, extremes and zeros of all weights, as each layer draws them and as training begins with them.", "",
               ""},
              {"image", FlagType::kString, "FILE", "With --statistics: a picture, to show the same of what comes out of each layer.", "",
               ""},
              {"as_layers", FlagType::kBool, "",
               "Prints the model as a list of layers instead, model { sequential { … } }, to be changed and included. Needs no data.", "",
               ""},
          },
          "  mica summary experiments/fashion_mnist_sequential.textproto\n"
          "  mica summary experiments/cats_dogs_resnet18_sgd.textproto --depth=2 --time\n"
          "  mica summary experiments/cats_dogs_resnet18_sgd.textproto --as_layers > resnet18.textproto",
      },
      RunSummary};
}

}  // namespace mica
