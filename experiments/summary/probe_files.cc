#include "experiments/summary/probe_files.h"

#include <cstdint>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/files/csv.h"
#include "base/files/csv_reader.h"
#include "base/files/npy.h"
#include "base/number_format.h"
#include "base/tensor_statistics.h"
#include "experiments/summary/statistics_cells.h"

namespace mica {
namespace {

constexpr char kList[] = "probe.csv", kLogits[] = "logits.csv";

// "0,3,4,0.5" for each value.
std::string ValuesCsv(const LayerOutput& output) {
  std::vector<std::string> fields;
  for (size_t i = 0; i < output.shape.size(); ++i) fields.push_back(absl::StrCat("index_", i));
  fields.emplace_back("value");
  std::string csv = CsvRow(fields);
  std::vector<int64_t> index(output.shape.size());
  for (const float value : output.values) {
    absl::StrAppend(&csv, absl::StrJoin(index, ","), index.empty() ? "" : ",", FormatNumber(value), "\n");
    for (size_t i = index.size(); i-- > 0;) {
      if (++index[i] < output.shape[i]) break;
      index[i] = 0;
    }
  }
  return csv;
}

std::string LogitsCsv(absl::Span<const ProbedModel> models) {
  std::string csv = "model,class,name,logit\n";
  for (size_t model = 0; model < models.size(); ++model) {
    for (size_t i = 0; i < models[model].result.logits.size(); ++i) {
      csv += CsvRow({ModelLetter(model), absl::StrCat(i), models[model].class_names[i], FormatNumber(models[model].result.logits[i])});
    }
  }
  return csv;
}

std::string FreeName(const std::string& stem, const std::string& extension, std::set<std::string>* taken) {
  std::string name = absl::StrCat(stem, extension);
  while (!taken->insert(name).second) name.insert(name.size() - extension.size(), "_");
  return name;
}

std::vector<std::string> ListHeader() {
  std::vector<std::string> header = {"file", "model", "layer", "kind", "shape"};
  for (std::string& column : StatisticsColumns()) header.push_back(std::move(column));
  return header;
}

std::vector<std::string> ListRow(const std::string& file, size_t model, const LayerOutput& output) {
  std::vector<std::string> row = {file, ModelLetter(model), output.layer, output.kind, absl::StrJoin(output.shape, "x")};
  for (std::string& field : StatisticsFields(TensorStatisticsOf(output.values))) row.push_back(std::move(field));
  return row;
}

// What an earlier probe wrote into the folder, as its list says.
std::vector<std::string> EarlierFiles(const std::string& folder) {
  std::vector<std::string> names;
  const absl::StatusOr<CsvTable> list = ReadCsv(absl::StrCat(folder, "/", kList), {"file", "layer"});
  for (size_t row = 0; list.ok() && row < list->size(); ++row) names.push_back(list->Text(row, "file"));
  return names;
}

}  // namespace

std::vector<ReportFile> ProbeFiles(absl::Span<const ProbedModel> models, ProbeFormat format) {
  const bool is_npy = format == ProbeFormat::kNpy;
  std::vector<ReportFile> files = {{kList, CsvRow(ListHeader())}, {kLogits, LogitsCsv(models)}};
  std::set<std::string> taken = {kList, kLogits};
  for (size_t model = 0; model < models.size(); ++model) {
    const auto add = [&](const LayerOutput& output) {
      const std::string stem = models.size() > 1 ? absl::StrCat(ModelLetter(model), ".", output.layer) : output.layer;
      const std::string name = FreeName(stem, is_npy ? ".npy" : ".csv", &taken);
      files[0].bytes += CsvRow(ListRow(name, model, output));
      files.push_back({name, is_npy ? NpyBytes(output.shape, output.values) : ValuesCsv(output)});
    };
    add(models[model].result.picture);
    for (const LayerOutput& output : models[model].result.outputs) add(output);
  }
  return files;
}

absl::Status WriteProbe(const std::string& folder, absl::Span<const ReportFile> files) {
  const std::vector<std::string> earlier = EarlierFiles(folder);
  std::vector<absl::string_view> known(earlier.begin(), earlier.end());
  known.insert(known.end(), {kList, kLogits});  // not the new names: fc.npy may be somebody else's
  return WriteReportFolder(folder, files, known, "mica probe");
}

}  // namespace mica
