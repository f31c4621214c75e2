#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/files/path.h"
#include "base/nearest_name.h"
#include "base/status_macros.h"
#include "cli/data_folders.h"
#include "cli/model_source.h"
#include "cli/shell_words.h"
#include "cli/standard_output.h"
#include "cli/trained_model_flags.h"
#include "cli/verbs.h"
#include "data/index/index_builder.h"
#include "experiments/runner/compute_library.h"
#include "experiments/runner/prediction_input.h"
#include "experiments/summary/probe_files.h"
#include "experiments/summary/probe_text.h"

namespace mica {
namespace {

struct ProbeOptions {
  std::vector<std::string> models;  // as written
  std::string picture;              // absolute
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

absl::StatusOr<ProbeOptions> OptionsOf(const VerbArguments& arguments) {
  ProbeOptions options;
  options.models = arguments.words();
  const std::string picture = std::move(options.models.back());
  options.models.pop_back();
  MICA_ASSIGN_OR_RETURN(options.picture, ResolveWord(picture, picture));
  options.layers = absl::StrSplit(arguments.GetString("layers"), ',', absl::SkipWhitespace());
  if (options.layers.empty()) return FlagError("--layers=NAME,… is required: mica summary shows the names of a model's layers");
  MICA_ASSIGN_OR_RETURN(options.format, FormatOf(arguments));
  if (!arguments.IsGiven("output_dir")) {
    if (arguments.IsGiven("format")) return FlagError("--format has no effect without --output_dir=FOLDER");
    return options;
  }
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

absl::StatusOr<ProbedModel> Probe(const ModelSource& source, const ProbeOptions& options) {
  MICA_ASSIGN_OR_RETURN(const PredictionInput input, NamedInput({options.picture}, source.class_names, source.experiment().decode()));
  if (input.pictures.size() != 1) return FlagError(absl::StrCat(ShownPath(options.picture), ": name one picture, not a folder"));
  MICA_ASSIGN_OR_RETURN(const ComputeLibrary* const compute, OpenComputeLibrary());
  ProbedModel probed = {absl::StrCat(source.word, " (", source.weights, ")"), source.class_names, {}};
  absl::StatusOr<LayerOutputs> result = compute->ProbeModel(source.Subject(), input.index, input.split, options.layers);
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

absl::StatusOr<ExitCode> RunProbe(const VerbArguments& arguments) {
  MICA_ASSIGN_OR_RETURN(const ProbeOptions options, OptionsOf(arguments));
  std::vector<ProbedModel> probed;
  for (const std::string& word : options.models) {
    MICA_ASSIGN_OR_RETURN(const ModelSource source, ModelSourceOf(word, arguments, WeightsNeeded::kAny));
    MICA_RETURN_IF_ERROR(RequireOutsideDataOf(source, options.output_dir));
    MICA_ASSIGN_OR_RETURN(ProbedModel model, Probe(source, options));
    probed.push_back(std::move(model));
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
          "RUN_OR_EXPERIMENT [RUN_OR_EXPERIMENT] PICTURE",
          /*min_words=*/2,
          /*max_words=*/3,
          "Shows what comes out of layers for a picture, prepared as the experiment's eval_transforms say, and the logits with the names "
          "of their classes. Of two models, what differs. An experiment's model has the weights that training begins with.",
          {
              {"layers", FlagType::kString, "NAME,…",
               "Names of layers as mica summary shows them, or patterns: conv1,layer1,layer4.*.conv1. A block is a layer too: layer1 is "
               "what comes out of it.",
               "", "name all in one list"},
              {"output_dir", FlagType::kString, "FOLDER", "Writes all values into this folder, in place of an earlier probe's.", "", ""},
              {"format", FlagType::kString, "FORMAT", "Of the values: npy, or csv.", "npy", ""},
              CheckpointFlag(),
              ModelSetFlag(),
          },
          "  mica probe runs/cats_dogs_resnet18_sgd/20260131-120000 cat.jpg --layers=conv1,layer1,avgpool,fc\n"
          "  mica probe runs/x/a runs/x/b cat.jpg --layers='layer4.*' --output_dir=/tmp/probe",
      },
      RunProbe};
}

}  // namespace mica
