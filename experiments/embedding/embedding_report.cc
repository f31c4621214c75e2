#include "experiments/embedding/embedding_report.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/console_table.h"
#include "base/files/csv.h"
#include "base/number_format.h"
#include "data/decode/picture_encoder.h"
#include "viz/sprite_sheet.h"
#include "viz/tensorboard/embedding_files.h"

namespace mica {
namespace {

constexpr absl::string_view kFileNames[] = {"embedding.csv",
                                            "summary.csv",
                                            "embedding.png",
                                            "embedding.svg",
                                            "projector_config.pbtxt",
                                            "projector_0_vectors.tsv",
                                            "projector_0_metadata.tsv",
                                            "projector_0_sprite.png"};

const PredictionTable& PredictionsOf(const EmbeddedSplit& split) {
  return split.features.predictions;
}

std::string ShownMethod(EmbeddingMethod method) {
  return method == EmbeddingMethod::kTsne ? "t-SNE" : "PCA";
}

bool IsWrong(const PredictionTable& predictions, int64_t row) {
  return predictions.is_labelled(row) && predictions.prediction(row) != predictions.label(row);
}

// id, path, truth, truth_name, prediction, prediction_name, correct
std::vector<std::string> SampleFields(const EmbeddedSplit& split, int64_t row) {
  const PredictionTable& predictions = PredictionsOf(split);
  const ClassMap& classes = split.index.classes;
  const int64_t id = predictions.record_id(row);
  const int label = predictions.label(row), prediction = predictions.prediction(row);
  std::vector<std::string> fields = {absl::StrCat(id), split.index.PathOf(split.index.records[id])};
  if (label < 0) return {fields[0], fields[1], "", "", absl::StrCat(prediction), classes.name(prediction), ""};
  fields.insert(fields.end(), {absl::StrCat(label), classes.name(label), absl::StrCat(prediction), classes.name(prediction),
                               label == prediction ? "1" : "0"});
  return fields;
}

std::vector<std::string> SampleColumns() {
  return {"id", "path", "truth", "truth_name", "prediction", "prediction_name", "correct"};
}

std::string Cell(const std::optional<double>& value) {
  return value.has_value() ? FormatNumber(*value) : "";
}

// Labels that have samples, the largest classes first; of equals the lower.
std::vector<int> LabelsBySize(const std::map<int, int64_t>& counts) {
  std::vector<int> labels;
  for (const auto& [label, count] : counts) labels.push_back(label);
  std::stable_sort(labels.begin(), labels.end(), [&](int a, int b) { return counts.at(a) > counts.at(b); });
  return labels;
}

// The group of each label in the plot.
struct LabelGroups {
  std::vector<std::string> names;  // none if no sample has a label
  std::map<int, int32_t> group_of_label;
};

// In the order of classes; those that share a group and those without labels come last.
LabelGroups GroupLabels(const EmbeddedSplit& split) {
  const PredictionTable& predictions = PredictionsOf(split);
  std::map<int, int64_t> counts;
  for (int64_t row = 0; row < predictions.size(); ++row) ++counts[predictions.label(row)];
  const bool has_unlabelled = counts.erase(-1) > 0;
  std::vector<int> own = LabelsBySize(counts);
  const bool has_others = own.size() > kMostColours;
  if (has_others) own.resize(kMostColours - 1);
  std::sort(own.begin(), own.end());
  LabelGroups groups;
  if (counts.empty()) return groups;
  for (const int label : own) {
    groups.group_of_label[label] = static_cast<int32_t>(groups.names.size());
    groups.names.push_back(split.index.classes.name(label));
  }
  if (has_others) {
    for (const auto& [label, count] : counts) groups.group_of_label.emplace(label, static_cast<int32_t>(groups.names.size()));
    groups.names.push_back(absl::StrCat(counts.size() - own.size(), " other classes"));
  }
  if (!has_unlabelled) return groups;
  groups.group_of_label[-1] = static_cast<int32_t>(groups.names.size());
  groups.names.emplace_back("no label");
  return groups;
}

std::string SamplesText(const EmbeddedSplit& split) {
  const int64_t shown = PredictionsOf(split).size();
  return absl::StrCat(SplitName(split.split), " split, ",
                      shown < split.split_samples ? absl::StrCat(shown, " of ", split.split_samples) : absl::StrCat(shown),
                      split.split_samples == 1 ? " sample" : " samples");
}

// The projector's pictures, side by side.
std::string SpritePng(absl::Span<const Picture> pictures) {
  std::vector<const Picture*> borrowed;
  for (const Picture& picture : pictures) borrowed.push_back(&picture);
  return EncodePng(DrawSpriteSheet(borrowed, kSpritePx));
}

std::vector<ReportFile> ProjectorFiles(const EmbeddedSplit& split, absl::Span<const Picture> pictures) {
  Embedding embedding;
  embedding.name = split.features.layer;
  embedding.vectors = split.embedding.reduced;
  embedding.dimensions = split.embedding.columns;
  embedding.columns = SampleColumns();
  for (int64_t row = 0; row < PredictionsOf(split).size(); ++row) embedding.metadata.push_back(SampleFields(split, row));
  if (!pictures.empty()) {
    embedding.sprite_png = SpritePng(pictures);
    embedding.sprite_width_px = embedding.sprite_height_px = kSpritePx;
  }
  return EmbeddingFiles({embedding});
}

std::string FeaturesLine(const EmbeddedSplit& split) {
  const LayerFeatures& features = split.features;
  return absl::StrCat("layer ", features.layer, " (", features.kind, "), ", features.why, ": ", features.shape,
                      features.is_averaged ? ", averaged over all places" : "", "\n");
}

std::string Percent(double share) {
  return absl::StrCat(FormatFixed(100 * share, 1), " %");
}

std::string MethodLine(const EmbeddedSplit& split) {
  const LayerEmbedding& embedding = split.embedding;
  const std::string method =
      split.method == EmbeddingMethod::kTsne
          ? absl::StrCat("t-SNE, perplexity ", FormatDigits(embedding.perplexity, 4), ", ", kTsneIterations, " iterations")
          : absl::StrCat("PCA: x and y have ", Percent(embedding.plane_share.value_or(0)), " of the variance");
  if (!embedding.reduced_share.has_value()) return absl::StrCat(method, "\n");
  return absl::StrCat(method, "; measured against the first ", embedding.columns, " principal components (",
                      Percent(*embedding.reduced_share), " of the variance)\n");
}

// The chance that two samples with labels have the same.
std::optional<double> PurityAtRandom(const PredictionTable& predictions) {
  std::map<int, double> counts;
  double labelled = 0;
  for (int64_t row = 0; row < predictions.size(); ++row) {
    if (!predictions.is_labelled(row)) continue;
    ++counts[predictions.label(row)];
    ++labelled;
  }
  if (labelled < 2) return std::nullopt;
  double pairs = 0;
  for (const auto& [label, count] : counts) pairs += count * (count - 1);
  return pairs / (labelled * (labelled - 1));
}

std::string ByChance(const PredictionTable& predictions) {
  const std::optional<double> chance = PurityAtRandom(predictions);
  return chance.has_value() ? absl::StrCat("; chance ", FormatFixed(*chance, 4)) : "";
}

}  // namespace

absl::string_view MethodName(EmbeddingMethod method) {
  return method == EmbeddingMethod::kTsne ? "tsne" : "pca";
}

std::vector<int64_t> LabelsOf(const PredictionTable& predictions) {
  std::vector<int64_t> labels;
  for (int64_t row = 0; row < predictions.size(); ++row) labels.push_back(predictions.label(row));
  return labels;
}

std::string EmbeddingCsv(const EmbeddedSplit& split) {
  std::vector<std::string> header = SampleColumns();
  header.insert(header.end(), {"x", "y"});
  std::string csv = CsvRow(header);
  for (int64_t row = 0; row < PredictionsOf(split).size(); ++row) {
    std::vector<std::string> fields = SampleFields(split, row);
    fields.push_back(FormatNumber(split.embedding.points.x[row]));
    fields.push_back(FormatNumber(split.embedding.points.y[row]));
    csv += CsvRow(fields);
  }
  return csv;
}

std::string EmbeddingSummaryCsv(const EmbeddedSplit& split) {
  const LayerEmbedding& embedding = split.embedding;
  const bool is_tsne = split.method == EmbeddingMethod::kTsne;
  const std::vector<std::pair<std::string, std::string>> cells = {
      {"model", split.model},
      {"split", std::string(SplitName(split.split))},
      {"samples", absl::StrCat(PredictionsOf(split).size())},
      {"layer", split.features.layer},
      {"columns", absl::StrCat(split.features.columns)},
      {"components", absl::StrCat(embedding.columns)},
      {"components_variance", Cell(embedding.reduced_share)},
      {"method", std::string(MethodName(split.method))},
      {"perplexity", is_tsne ? FormatNumber(embedding.perplexity) : ""},
      {"neighbours", absl::StrCat(embedding.neighbours)},
      {"trustworthiness", Cell(embedding.trustworthiness)},
      {"continuity", Cell(embedding.continuity)},
      {"neighbour_purity", Cell(embedding.purity)},
      {"layer_neighbour_purity", Cell(embedding.layer_purity)},
      {"kl_divergence", Cell(embedding.divergence)},
      {"plane_variance", Cell(embedding.plane_share)},
      {"seconds", FormatFixed(embedding.seconds, 3)},
  };
  std::vector<std::string> names, values;
  for (const auto& [name, value] : cells) {
    names.push_back(name);
    values.push_back(value);
  }
  return CsvRow(names) + CsvRow(values);
}

ScatterPlot EmbeddingPlot(const EmbeddedSplit& split) {
  const PredictionTable& predictions = PredictionsOf(split);
  const LabelGroups groups = GroupLabels(split);
  ScatterPlot plot;
  plot.heading.title = absl::StrCat(ShownMethod(split.method), " of ", split.features.layer, ", ", SamplesText(split));
  plot.heading.note = split.model;
  plot.has_ticks = split.method == EmbeddingMethod::kPca;
  if (plot.has_ticks) {
    plot.x.label = "component 1";
    plot.y.label = "component 2";
  }
  plot.groups = groups.names;
  for (int64_t row = 0; row < predictions.size(); ++row) {
    const auto group = groups.group_of_label.find(predictions.label(row));
    const bool is_wrong = IsWrong(predictions, row);
    plot.points.push_back(
        {split.embedding.points.x[row], split.embedding.points.y[row], group == groups.group_of_label.end() ? 0 : group->second, is_wrong});
    if (is_wrong) plot.mark = "predicted wrong";
  }
  return plot;
}

std::vector<ReportFile> MakeEmbeddingFiles(const EmbeddedSplit& split, absl::Span<const Picture> pictures, const DrawnPlot* plot) {
  std::vector<ReportFile> files = {{"embedding.csv", EmbeddingCsv(split)}, {"summary.csv", EmbeddingSummaryCsv(split)}};
  if (plot != nullptr) {
    files.push_back({"embedding.png", plot->png});
    files.push_back({"embedding.svg", plot->svg});
  }
  for (ReportFile& file : ProjectorFiles(split, pictures)) files.push_back(std::move(file));
  return files;
}

absl::Status WriteEmbedding(const std::string& folder, absl::Span<const ReportFile> files, FileCalls& calls) {
  return WriteReportFolder(folder, files, kFileNames, "mica embed", calls);
}

std::string EmbeddingText(const EmbeddedSplit& split) {
  const LayerEmbedding& embedding = split.embedding;
  std::vector<std::vector<std::string>> rows = {{"measure", "value", "meaning"}};
  const auto add = [&](const std::string& name, const std::optional<double>& value, const std::string& meaning) {
    rows.push_back({name, value.has_value() ? FormatFixed(*value, 4) : "-", meaning});
  };
  add("trustworthiness", embedding.trustworthiness, "of neighbours in the plane; 1 is best");
  add("continuity", embedding.continuity, "of neighbours in the layer; 1 is best");
  add("neighbour purity", embedding.purity, "share of the same class in the plane");
  add("  in the layer", embedding.layer_purity, absl::StrCat("the same in the layer", ByChance(PredictionsOf(split))));
  if (embedding.divergence.has_value()) add("KL divergence", embedding.divergence, "nats");
  add("seconds", embedding.seconds, "for the map and its measures");
  const std::string neighbours = absl::StrCat("Neighbours are a sample's ", embedding.neighbours,
                                              " nearest. Trustworthiness falls where the plane shows false ones, continuity\n"
                                              "where it tears true ones apart.\n");
  return absl::StrCat(FeaturesLine(split), SamplesText(split), "\n", MethodLine(split), "\n", ConsoleTable(rows),
                      embedding.neighbours > 0 ? neighbours : "");
}

}  // namespace mica
