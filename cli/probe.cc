#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/files/path.h"
#include "base/nearest_name.h"
#include "base/printable.h"
#include "base/status_macros.h"
#include "cli/data_folders.h"
#include "cli/model_source.h"
#include "cli/shell_words.h"
#include "cli/split_of_model.h"
#include "cli/standard_output.h"
#include "cli/trained_model_flags.h"
#include "cli/verbs.h"
#include "data/index/index_builder.h"
#include "data/picture/picture.h"
#include "experiments/preview/network_pictures.h"
#include "experiments/runner/compute_library.h"
#include "experiments/runner/model_input.h"
#include "experiments/runner/prediction_input.h"
#include "experiments/summary/heat_map_files.h"
#include "experiments/summary/probe_files.h"
#include "experiments/summary/probe_text.h"

namespace mica {
namespace {

constexpr size_t kMostExplained = 64;  // pictures of a grid

struct ProbeOptions {
  std::vector<std::string> models;  // as written; with --grad_cam one

  // One of the two. Without --grad_cam it has one element.
  std::vector<std::string> pictures;  // absolute
  std::vector<int64_t> samples;       // of the models' own data

  bool grad_cam = false;
  std::string grad_cam_layer;  // "" for the usual one
  std::vector<std::string> layers;
  std::string output_dir;  // absolute; "" if not given
  ProbeFormat format = ProbeFormat::kNpy;
};

absl::StatusOr<ProbeFormat> FormatOf(const VerbArguments& arguments) {
  const std::string format = arguments.GetString("format");
  if (format == "npy") return ProbeFormat::kNpy;
  if (format == "csv") return ProbeFormat::kCsv;
  return FlagError(absl::StrCat("--format=", format, ": expected npy, csv", DidYouMean(format, {"npy", "csv"})));
}

// Flags that have no effect without others, or with them.
absl::Status RequireFlagsThatFit(const VerbArguments& arguments) {
  if (!arguments.GetBool("grad_cam")) {
    if (arguments.IsGiven("grad_cam_layer")) return FlagError("--grad_cam_layer has no effect without --grad_cam");
    if (arguments.IsGiven("format") && !arguments.IsGiven("output_dir"))
      return FlagError("--format has no effect without --output_dir=FOLDER");
    return absl::OkStatus();
  }
  for (const char* const flag : {"layers", "format"}) {
    if (arguments.IsGiven(flag)) return FlagError(absl::StrCat("--grad_cam shows heat maps alone; leave --", flag, " out"));
  }
  if (arguments.IsGiven("grad_cam_layer") && arguments.GetString("grad_cam_layer").empty()) {
    return FlagError("--grad_cam_layer is empty; name one, or leave it out");
  }
  if (arguments.IsGiven("output_dir")) return absl::OkStatus();
  return FlagError("--grad_cam writes pictures: name their folder, --output_dir=FOLDER");
}

absl::StatusOr<std::vector<int64_t>> SamplesFlag(const VerbArguments& arguments) {
  std::vector<int64_t> ids;
  if (!arguments.IsGiven("samples")) return ids;
  const std::string text = arguments.GetString("samples");
  for (const absl::string_view word : absl::StrSplit(text, ',')) {
    if (!absl::SimpleAtoi(word, &ids.emplace_back())) {
      return FlagError(absl::StrCat("--samples=", Printable(text), ": expected numbers of samples, as the id of predictions.csv: 17,42"));
    }
  }
  if (ids.size() == 1 || arguments.GetBool("grad_cam")) return ids;
  return FlagError("--samples: expected one; --grad_cam alone takes more");
}

absl::Status RequireModels(size_t given, size_t most, absl::string_view beside) {
  if (given <= most) return absl::OkStatus();
  return FlagError(absl::StrCat("expected ", most == 1 ? "one RUN_OR_EXPERIMENT" : "at most two of RUN_OR_EXPERIMENT", " and ", beside));
}

// Which words are models and which are pictures.
absl::Status SortWords(const VerbArguments& arguments, ProbeOptions* options) {
  const std::vector<std::string>& words = arguments.words();
  if (!options->samples.empty()) {
    options->models = words;
    return RequireModels(words.size(), options->grad_cam ? 1 : 2, "no PICTURE beside --samples");
  }
  if (words.size() < 2) return FlagError("missing argument: expected a PICTURE, or --samples=ID,… of the model's own data");
  const size_t models = options->grad_cam ? 1 : words.size() - 1;
  MICA_RETURN_IF_ERROR(RequireModels(models, 2, "one PICTURE; --grad_cam alone takes more pictures"));
  options->models.assign(words.begin(), words.begin() + static_cast<int64_t>(models));
  for (size_t i = models; i < words.size(); ++i) {
    MICA_ASSIGN_OR_RETURN(std::string picture, ResolveWord(words[i], words[i]));
    options->pictures.push_back(std::move(picture));
  }
  return absl::OkStatus();
}

absl::StatusOr<ProbeOptions> OptionsOf(const VerbArguments& arguments) {
  MICA_RETURN_IF_ERROR(RequireFlagsThatFit(arguments));
  ProbeOptions options;
  options.grad_cam = arguments.GetBool("grad_cam");
  options.grad_cam_layer = arguments.GetString("grad_cam_layer");
  MICA_ASSIGN_OR_RETURN(options.samples, SamplesFlag(arguments));
  MICA_RETURN_IF_ERROR(SortWords(arguments, &options));
  options.layers = absl::StrSplit(arguments.GetString("layers"), ',', absl::SkipWhitespace());
  if (options.layers.empty() && !options.grad_cam) {
    return FlagError("--layers=NAME,… is required: mica summary shows the names of a model's layers");
  }
  MICA_ASSIGN_OR_RETURN(options.format, FormatOf(arguments));
  if (!arguments.IsGiven("output_dir")) return options;
  if (arguments.GetString("output_dir").empty()) return FlagError("--output_dir is empty; name a folder, or leave it out");
  MICA_ASSIGN_OR_RETURN(options.output_dir, ResolveWord("--output_dir", arguments.GetString("output_dir")));
  return options;
}

// What is in the folder would be read as data the next time, and replaces what is there.
absl::Status RequireOutsideDataOf(const ModelSource& source, const std::string& output_dir) {
  if (source.index.has_value()) return RequireOutsideData(output_dir, "--output_dir", *source.index);
  if (output_dir.empty()) return absl::OkStatus();
  const absl::StatusOr<DatasetIndex> index = BuildDatasetIndex(source.experiment().dataset());
  return index.ok() ? RequireOutsideData(output_dir, "--output_dir", *index) : absl::OkStatus();  // else the data is gone
}

// The pictures or samples; one that is named and cannot be read is an error.
absl::StatusOr<ComputeAndInput> OpenInput(const ModelSource& source, const ProbeOptions& options) {
  if (!options.samples.empty()) {
    MICA_ASSIGN_OR_RETURN(ComputeAndInput ready, PrepareSamples(source, options.samples));
    PrintWarnings(ready.input.warnings);
    return ready;
  }
  MICA_ASSIGN_OR_RETURN(PredictionInput input, NamedInput(options.pictures, source.class_names, source.experiment().decode()));
  PrintWarnings(input.warnings);
  if (!input.problems.empty()) return DataError(absl::StrJoin(input.problems, "\n"));
  MICA_ASSIGN_OR_RETURN(const ComputeLibrary* const compute, OpenComputeLibrary());
  return ComputeAndInput{compute, std::move(input)};
}

// *picture is its path.
absl::StatusOr<ProbedModel> Probe(const ModelSource& source, const ProbeOptions& options, std::string* picture) {
  MICA_ASSIGN_OR_RETURN(const ComputeAndInput ready, OpenInput(source, options));
  if (ready.input.pictures.size() != 1) return FlagError(absl::StrCat(ShownPath(options.pictures[0]), ": name one picture, not a folder"));
  *picture = ready.input.pictures[0].path;
  ProbedModel probed = {absl::StrCat(source.word, " (", source.weights, ")"), source.class_names, {}};
  absl::StatusOr<LayerOutputs> result = ready.compute->ProbeModel(source.Subject(), ready.input.index, ready.input.split, options.layers);
  if (!result.ok()) return source.AtItsPlace(result.status());
  probed.result = *std::move(result);
  return probed;
}

std::string FilesText(const std::string& folder, ProbeFormat format) {
  return absl::StrCat("\nEverything is in ", ShownPath(folder), "/\n",  //
                      "  probe.csv    what each file holds, with its statistics\n",
                      "  logits.csv   the output of the model with the names of its classes\n",
                      format == ProbeFormat::kNpy ? "  *.npy        values for numpy.load, without the batch: [channels, height, width]\n"
                                                  : "  other *.csv  a row for each value: its indices, then the value\n");
}

std::string HeatFilesText(const std::string& folder) {
  return absl::StrCat("\nEverything is in ", ShownPath(folder), "/\n",  //
                      "  grad_cam.png  each picture beside its heat map\n", "  grad_cam.csv  what each other file is about\n",
                      "  other *.png   a heat map over its picture; *.npy: its values for numpy.load, [height, width]\n");
}

absl::StatusOr<std::string> Explain(const ModelSource& source, const ProbeOptions& options) {
  MICA_ASSIGN_OR_RETURN(const ComputeAndInput ready, OpenInput(source, options));
  const PredictionInput& input = ready.input;
  if (input.pictures.size() > kMostExplained) {
    return FlagError(absl::StrCat("--grad_cam: ", input.pictures.size(), " pictures; at most ", kMostExplained, " are shown at a time"));
  }
  absl::StatusOr<HeatMaps> maps = ready.compute->ExplainPictures(source.Subject(), input.index, input.split, options.grad_cam_layer);
  if (!maps.ok()) return source.AtItsPlace(maps.status());
  if (!maps->failed.empty()) return DataError(maps->failed.front().reason);
  std::vector<int64_t> ids;
  for (const HeatMap& map : maps->maps) ids.push_back(map.id);
  const Experiment& experiment = source.experiment();
  MICA_ASSIGN_OR_RETURN(const std::vector<Picture> pictures,
                        NetworkPictures(input.index, DecodeFor(experiment, input.index), experiment.eval_transforms(), ids, kHeatCellPx));
  const std::string name = absl::StrCat(source.word, " (", source.weights, ")");
  const ExplainedPictures explained = {name, input.index, source.class_names, *maps, pictures};
  const HeatMapPictures made = HeatMapFiles(explained);
  if (made.missing_glyphs > 0) PrintWarnings({"no font here has some letters of the captions; boxes stand for them"});
  MICA_RETURN_IF_ERROR(WriteHeatMaps(options.output_dir, made.files));
  return absl::StrCat(HeatMapText(explained), HeatFilesText(options.output_dir));
}

absl::StatusOr<ExitCode> RunGradCam(const ProbeOptions& options, const VerbArguments& arguments) {
  MICA_ASSIGN_OR_RETURN(const ModelSource source, ModelSourceOf(options.models[0], arguments, WeightsNeeded::kAny));
  MICA_RETURN_IF_ERROR(RequireOutsideDataOf(source, options.output_dir));
  MICA_ASSIGN_OR_RETURN(const std::string text, Explain(source, options));
  MICA_RETURN_IF_ERROR(PrintToStdout(text, "the heat maps"));
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> RunProbe(const VerbArguments& arguments) {
  MICA_ASSIGN_OR_RETURN(const ProbeOptions options, OptionsOf(arguments));
  if (options.grad_cam) return RunGradCam(options, arguments);
  std::vector<ProbedModel> probed;
  std::vector<std::string> pictures;
  for (const std::string& word : options.models) {
    MICA_ASSIGN_OR_RETURN(const ModelSource source, ModelSourceOf(word, arguments, WeightsNeeded::kAny));
    MICA_RETURN_IF_ERROR(RequireOutsideDataOf(source, options.output_dir));
    MICA_ASSIGN_OR_RETURN(ProbedModel model, Probe(source, options, &pictures.emplace_back()));
    probed.push_back(std::move(model));
  }
  if (pictures.front() != pictures.back()) {
    return FlagError(absl::StrCat("--samples: in the data of the first model that is ", ShownPath(pictures.front()),
                                  ", in that of the second ", ShownPath(pictures.back()), "; name the picture itself"));
  }
  std::string text = ProbeText(probed);
  if (!options.output_dir.empty()) {
    MICA_RETURN_IF_ERROR(WriteProbe(options.output_dir, ProbeFiles(probed, options.format)));
    text += FilesText(options.output_dir, options.format);
  }
  MICA_RETURN_IF_ERROR(PrintToStdout(text, "the outputs"));
  return ExitCode::kDone;
}

}  // namespace

Verb ProbeVerb() {
  return {
      {
          "probe",
          "RUN_OR_EXPERIMENT [RUN_OR_EXPERIMENT] PICTURE…",
          /*min_words=*/1,
          VerbTable::kAnyNumber,
          "Shows what comes out of layers for a picture, prepared as the experiment's eval_transforms say, and the logits with the names "
          "of their classes. Of two models, what differs. With --grad_cam, where one model looks in each of the pictures. An experiment's "
          "model has the weights that training begins with.",
          {
              {"layers", FlagType::kString, "NAME,…",
               "Names of layers as mica summary shows them, or patterns: conv1,layer1,layer4.*.conv1. A block is a layer too: layer1 is "
               "what comes out of it.",
               "", "name all in one list"},
              {"samples", FlagType::kString, "ID,…",
               "In place of PICTURE: samples of the model's own data, by their id in predictions.csv or samples.csv.", "",
               "name all in one list"},
              {"output_dir", FlagType::kString, "FOLDER", "Writes all values into this folder, in place of an earlier probe's.", "", ""},
              {"format", FlagType::kString, "FORMAT", "Of the values: npy, or csv.", "npy", ""},
              {"grad_cam", FlagType::kBool, "",
               "Instead: draws over each picture what speaks for its predicted class (Grad-CAM), into --output_dir.", "", ""},
              {"grad_cam_layer", FlagType::kString, "NAME",
               "The layer that is asked. Not given: the last whose output is a picture; of a transformer, what its last attention works "
               "on.",
               "", ""},
              CheckpointFlag(),
              ModelSetFlag(),
          },
          "  mica probe runs/cats_dogs_resnet18_sgd/20260131-120000 cat.jpg --layers=conv1,layer1,avgpool,fc\n"
          "  mica probe runs/x/a runs/x/b cat.jpg --layers='layer4.*' --output_dir=/tmp/probe\n"
          "  mica probe runs/x/a cat.jpg dog.jpg --grad_cam --output_dir=/tmp/heat\n"
          "  mica probe runs/fashion_mnist_tiny_vgg/20260131-120000 --samples=60017,60042 --grad_cam --output_dir=/tmp/heat",
      },
      RunProbe};
}

}  // namespace mica
