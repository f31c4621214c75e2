#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/error.h"
#include "base/files/path.h"
#include "base/nearest_name.h"
#include "base/number_format.h"
#include "base/progress_line.h"
#include "base/status_macros.h"
#include "cli/data_folders.h"
#include "cli/model_source.h"
#include "cli/shell_words.h"
#include "cli/split_flag.h"
#include "cli/split_of_model.h"
#include "cli/standard_output.h"
#include "cli/trained_model_flags.h"
#include "cli/verbs.h"
#include "data/index/dataset_index.h"
#include "data/picture/picture.h"
#include "eval/embedding/feature_rows.h"
#include "experiments/embedding/embedding_report.h"
#include "experiments/embedding/layer_embedding.h"
#include "experiments/embedding/sample_draw.h"
#include "experiments/preview/network_pictures.h"
#include "experiments/runner/asked_split.h"
#include "experiments/runner/compute_library.h"
#include "experiments/runner/model_input.h"
#include "experiments/summary/layer_features.h"
#include "viz/plot/draw_plots.h"
#include "viz/plot/scatter_plot.h"

namespace mica {
namespace {

constexpr int kMostSamples = 100'000;  // the time grows with their square

struct EmbedFlags {
  std::optional<Split> split;
  std::string layer;  // "" for the usual one
  EmbeddingMethod method = EmbeddingMethod::kTsne;
  double perplexity = 0;
  int samples = 0;
  std::string output_dir;  // absolute; "" if not given
};

absl::StatusOr<EmbeddingMethod> MethodOf(const VerbArguments& arguments) {
  const std::string method = arguments.GetString("method");
  for (const EmbeddingMethod known : {EmbeddingMethod::kTsne, EmbeddingMethod::kPca}) {
    if (method == MethodName(known)) return known;
  }
  return FlagError(absl::StrCat("--method=", method, ": expected tsne, pca", DidYouMean(method, {"tsne", "pca"})));
}

absl::StatusOr<EmbedFlags> FlagsOf(const VerbArguments& arguments) {
  EmbedFlags flags;
  MICA_ASSIGN_OR_RETURN(flags.split, SplitFlag(arguments, kAllSplits));
  MICA_ASSIGN_OR_RETURN(flags.method, MethodOf(arguments));
  flags.layer = arguments.GetString("layer");
  if (arguments.IsGiven("layer") && flags.layer.empty()) return FlagError("--layer is empty; name one, or leave it out");
  flags.perplexity = arguments.GetDouble("perplexity");
  if (!(flags.perplexity >= 1)) return FlagError(absl::StrCat("--perplexity=", FormatNumber(flags.perplexity), ": must be at least 1"));
  if (arguments.IsGiven("perplexity") && flags.method == EmbeddingMethod::kPca) {
    return FlagError("--perplexity has no effect with --method=pca");
  }
  flags.samples = arguments.GetInt("samples");
  if (flags.samples < 1 || flags.samples > kMostSamples) {
    return FlagError(absl::StrCat("--samples=", flags.samples, ": expected 1 to ", kMostSamples));
  }
  if (!arguments.IsGiven("output_dir")) return flags;
  if (arguments.GetString("output_dir").empty()) return FlagError("--output_dir is empty; name a folder, or leave it out");
  MICA_ASSIGN_OR_RETURN(flags.output_dir, ResolveWord("--output_dir", arguments.GetString("output_dir")));
  return flags;
}

// Where a model's embeddings lie, unless --output_dir says otherwise.
absl::StatusOr<std::string> ParentFolder(const EmbedFlags& flags, const ModelSource& source) {
  if (!flags.output_dir.empty()) return flags.output_dir;
  if (source.trained.has_value()) return absl::StrCat(source.trained->run.folder, "/embeddings");
  return ResolveWord("embeddings", absl::StrCat("embeddings/", source.experiment().name()));
}

// "classifier.0_tsne_test", with the name of a checkpoint that is not the reported one behind it.
std::string FolderNameOf(const EmbeddedSplit& split, const ModelSource& source) {
  std::string name =
      absl::StrCat(absl::StrReplaceAll(split.features.layer, {{"/", "_"}}), "_", MethodName(split.method), "_", SplitName(split.split));
  if (!source.trained.has_value()) return name;
  const std::string& checkpoint = source.trained->checkpoint.name;
  if (checkpoint != source.trained->run.report.reported_checkpoint()) absl::StrAppend(&name, "-", checkpoint);
  return name;
}

// Names the sample, which CheckFeatures cannot.
absl::Status RequireFinite(const LayerFeatures& features, const DatasetIndex& index) {
  const auto is_bad = [](float value) { return !(std::abs(value) <= kLargestFeature); };
  const auto bad = std::find_if(features.values.begin(), features.values.end(), is_bad);
  if (bad == features.values.end()) return absl::OkStatus();
  const int64_t row = (bad - features.values.begin()) / features.columns;
  return NonFiniteError(absl::StrCat("layer ", features.layer, " gives ", FormatNumber(*bad), " for ",
                                     index.PathOf(index.records[features.predictions.record_id(row)]),
                                     "; outputs must be finite and within +-", FormatNumber(kLargestFeature)));
}

absl::StatusOr<LayerFeatures> ComputeFeatures(const EmbedFlags& flags, const ModelSource& source, const ComputeAndInput& ready,
                                              const std::vector<int64_t>& ids) {
  absl::StatusOr<LayerFeatures> features = ready.compute->FeaturesOfLayer(source.Subject(), ready.input.index, ids, flags.layer);
  if (!features.ok()) return source.AtItsPlace(features.status());
  std::vector<std::string> broken;
  for (const FailedSample& failed : features->failed) broken.push_back(failed.reason);
  PrintWarnings(broken);
  if (features->predictions.size() == 0) return DataError("no sample of the split could be read");
  MICA_RETURN_IF_ERROR(RequireFinite(*features, ready.input.index));
  return features;
}

absl::StatusOr<LayerEmbedding> Embed(const EmbedFlags& flags, const ModelSource& source, const LayerFeatures& features) {
  EmbeddingOptions options;
  options.method = flags.method;
  options.perplexity = flags.perplexity;
  options.seed = source.experiment().seed();
  ProgressLine progress(stderr);
  options.progress = [&](int done) { progress.Update([&] { return absl::StrCat("t-SNE iteration ", done, "/", kTsneIterations); }); };
  const FeatureRows rows = {features.values, features.columns};
  return EmbedFeatures(rows, LabelsOf(features.predictions), options);
}

// None if there are more than a browser shows.
absl::StatusOr<std::vector<Picture>> SpritesOf(const ModelSource& source, const EmbeddedSplit& split) {
  const PredictionTable& predictions = split.features.predictions;
  if (predictions.size() > kMostSprites) {
    PrintWarnings({absl::StrCat("the projector gets no pictures: browsers show at most ", kMostSprites)});
    return std::vector<Picture>();
  }
  std::vector<int64_t> ids;
  for (int64_t row = 0; row < predictions.size(); ++row) ids.push_back(predictions.record_id(row));
  const Experiment& experiment = source.experiment();
  return NetworkPictures(split.index, DecodeFor(experiment, split.index), experiment.eval_transforms(), ids, kSpritePx);
}

// Nothing, said once, if this machine cannot draw plots.
absl::StatusOr<std::optional<DrawnPlot>> PlotOf(const EmbeddedSplit& split) {
  absl::StatusOr<std::vector<DrawnPlot>> drawn = DrawPlots({ScatterPlotScript(EmbeddingPlot(split))});
  if (drawn.ok()) return std::move(drawn->front());
  if (ExitCodeOf(drawn.status()) != ExitCode::kInstallation) return drawn.status();
  PrintWarnings({absl::StrCat("embedding.png and embedding.svg are not drawn: ", drawn.status().message())});
  return std::nullopt;
}

std::string FilesText(const std::string& folder, bool has_plot, bool has_sprites) {
  return absl::StrCat(
      "\nEverything is in ", ShownPath(folder), "/\n", "  embedding.csv    a row for each sample: truth, prediction, x and y\n",
      has_plot ? "  embedding.png, embedding.svg\n                   the plane; colours are true classes, crosses wrong predictions\n" : "",
      "  summary.csv      the measures above\n", "  projector_*      the same samples", has_sprites ? " with their pictures" : "",
      " for TensorBoard's projector:\n                   tensorboard --logdir ", ShellWord(ShownPath(folder)), "\n");
}

absl::StatusOr<std::string> WriteAll(const ModelSource& source, const EmbeddedSplit& split, const std::string& folder) {
  MICA_ASSIGN_OR_RETURN(const std::optional<DrawnPlot> plot, PlotOf(split));
  MICA_ASSIGN_OR_RETURN(const std::vector<Picture> sprites, SpritesOf(source, split));
  MICA_RETURN_IF_ERROR(WriteEmbedding(folder, MakeEmbeddingFiles(split, sprites, plot.has_value() ? &*plot : nullptr)));
  return FilesText(folder, plot.has_value(), !sprites.empty());
}

absl::StatusOr<ExitCode> RunEmbed(const VerbArguments& arguments) {
  MICA_ASSIGN_OR_RETURN(const EmbedFlags flags, FlagsOf(arguments));
  MICA_ASSIGN_OR_RETURN(const ModelSource source, ModelSourceOf(arguments.words()[0], arguments, WeightsNeeded::kAny));
  MICA_ASSIGN_OR_RETURN(const ComputeAndInput ready, PrepareSplit(source, flags.split));
  const DatasetIndex& index = ready.input.index;
  PrintWarnings(ready.input.warnings);
  MICA_ASSIGN_OR_RETURN(const std::string parent, ParentFolder(flags, source));
  if (!flags.output_dir.empty()) MICA_RETURN_IF_ERROR(RequireOutsideData(parent, "--output_dir", index));
  const std::vector<int64_t> ids = DrawSamples(index, ready.input.split, flags.samples, source.experiment().seed());
  MICA_ASSIGN_OR_RETURN(const LayerFeatures features, ComputeFeatures(flags, source, ready, ids));
  MICA_ASSIGN_OR_RETURN(const LayerEmbedding embedding, Embed(flags, source, features));
  PrintWarnings(embedding.warnings);
  const EmbeddedSplit split = {index,        features,          embedding,
                               flags.method, ready.input.split, static_cast<int64_t>(index.RecordsOf(ready.input.split).size()),
                               source.word};
  MICA_ASSIGN_OR_RETURN(const std::string files, WriteAll(source, split, absl::StrCat(parent, "/", FolderNameOf(split, source))));
  MICA_RETURN_IF_ERROR(PrintToStdout(absl::StrCat(source.word, " (", source.weights, ")\n", EmbeddingText(split), files), "the measures"));
  return ExitCode::kDone;
}

}  // namespace

Verb EmbedVerb() {
  return {
      {
          "embed",
          "RUN_OR_EXPERIMENT",
          /*min_words=*/1,
          /*max_words=*/1,
          "Shows how a layer of a run's model arranges the samples of a split: a map in the plane by t-SNE or PCA, how far it can be "
          "trusted, and files for TensorBoard's projector. Written into RUN/embeddings/LAYER_METHOD_SPLIT/; the run's own files stay as "
          "they are. An experiment's model has the weights that training begins with.",
          {
              {"layer", FlagType::kString, "NAME",
               "As mica summary shows it; its outputs for a sample are the sample's features, averaged over all places if they are more "
               "than "
               "1024 in pictures or tokens. Not given: what the last linear layer works on.",
               "", "map one after the other"},
              {"split", FlagType::kString, "SPLIT",
               "train, validation, test or unlabelled; not given: test, or the first of the others that has samples.", "", ""},
              {"method", FlagType::kString, "METHOD", "tsne or pca.", "tsne", ""},
              {"samples", FlagType::kInt, "N", "Of more samples, so many are drawn by the experiment's seed, of each class its share.",
               "10000", ""},
              {"perplexity", FlagType::kDouble, "P", "Of t-SNE: how many neighbours of a sample count, roughly.", "30", ""},
              {"output_dir", FlagType::kString, "FOLDER",
               "Writes FOLDER/LAYER_METHOD_SPLIT/ instead. Not given: RUN/embeddings, or embeddings/EXPERIMENT.", "", ""},
              CheckpointFlag(),
              ModelSetFlag(),
          },
          "  mica embed runs/fashion_mnist_tiny_vgg/20260131-120000\n"
          "  mica embed runs/food11_cnn_adam/20260131-120000 --layer=fc.0 --split=validation --method=pca",
      },
      RunEmbed};
}

}  // namespace mica
