#include "experiments/summary/layer_table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/console_table.h"
#include "base/files/csv.h"
#include "base/number_format.h"

namespace mica {
namespace {

constexpr double kBytesPerValue = 4;  // f32
constexpr size_t kWidestTable = 100, kShortestName = 24;

// In floating point, as the product may not fit an int64.
double BytesOf(int64_t values, int64_t batch_size) {
  return static_cast<double>(values) * static_cast<double>(batch_size) * kBytesPerValue;
}

std::string Mebibytes(double bytes) {
  return FormatFixed(bytes / (1 << 20), 3);
}

void AddTime(std::optional<double> more, std::optional<double>* sum) {
  if (more.has_value()) *sum = sum->value_or(0) + *more;
}

class Rows {
 public:
  explicit Rows(const LayerFacts& facts) : facts_(facts) {}

  // `around`: the name of the container that holds the layers.
  void Add(absl::Span<const InferredLayer> layers, const std::string& around, int depth) {
    for (const InferredLayer& layer : layers) {
      const bool is_named = layer.name != around;  // others do not count as a level
      if (layer.layers.empty() || (is_named && depth <= 1)) {
        rows_.push_back(Whole(layer, is_named));
        continue;
      }
      Add(layer.layers, layer.name, is_named ? depth - 1 : depth);
      if (layer.kind != "block") rows_.push_back(Own(layer, is_named));
    }
  }

  std::vector<LayerRow> Take() { return std::move(rows_); }

 private:
  // A layer without those within.
  LayerRow Own(const InferredLayer& layer, bool is_named) const {
    LayerRow row = {layer.name, layer.kind, layer.input, layer.output, 0, 0, 0, 0, std::nullopt};
    const InferredLayer within = TotalOf(layer.layers);
    row.parameters = layer.parameters - within.parameters;
    row.multiply_adds = layer.multiply_adds - within.multiply_adds;
    row.activations = layer.activations - within.activations;
    for (const LayerTensor& tensor : layer.tensors) {
      if (tensor.is_parameter() && facts_.frozen.count(tensor.name) == 0) row.trained += tensor.size();
    }
    const auto time = facts_.milliseconds.find(layer.name);
    if (is_named && time != facts_.milliseconds.end()) row.milliseconds = time->second;
    return row;
  }

  LayerRow Whole(const InferredLayer& layer, bool is_named) const {
    LayerRow row = Own(layer, is_named);
    for (const InferredLayer& inside : layer.layers) {
      const LayerRow more = Whole(inside, inside.name != layer.name);
      row.trained += more.trained;
      AddTime(more.milliseconds, &row.milliseconds);
    }
    row.parameters = layer.parameters;
    row.multiply_adds = layer.multiply_adds;
    row.activations = layer.activations;
    return row;
  }

  const LayerFacts& facts_;
  std::vector<LayerRow> rows_;
};

// The table's columns behind the layer's name.
std::vector<std::string> Cells(const LayerRow& row, const LayerFacts& facts, bool any_frozen) {
  std::vector<std::string> cells = {row.kind, ShortShape(row.input), ShortShape(row.output), absl::StrCat(row.parameters)};
  if (any_frozen) cells.push_back(absl::StrCat(row.trained));
  cells.push_back(absl::StrCat(row.multiply_adds));
  cells.push_back(Mebibytes(BytesOf(row.activations, facts.batch_size)));
  if (!facts.milliseconds.empty()) cells.push_back(row.milliseconds.has_value() ? FormatFixed(*row.milliseconds, 3) : "");
  return cells;
}

std::vector<std::string> Header(const LayerFacts& facts, bool any_frozen) {
  std::vector<std::string> header = {"kind", "input", "output", "parameters"};
  if (any_frozen) header.emplace_back("trained");
  header.insert(header.end(), {"multiply-adds", "MiB"});
  if (!facts.milliseconds.empty()) header.emplace_back("ms");
  return header;
}

// How many letters of names keep the table within its width. `rows` are the other columns.
size_t NameLetters(absl::Span<const std::vector<std::string>> rows) {
  std::vector<size_t> widths;
  for (const std::vector<std::string>& row : rows) {
    widths.resize(row.size());
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size() + 2);
  }
  size_t others = 0;
  for (const size_t width : widths) others += width;
  return others + kShortestName < kWidestTable ? kWidestTable - others : kShortestName;
}

// Layers differ at the end of their names.
std::string ShownName(const std::string& name, size_t letters) {
  if (name.size() <= letters) return name;
  return absl::StrCat("…", name.substr(name.size() - letters + 1));
}

std::string Notes(const LayerRow& total, const LayerFacts& facts) {
  std::string notes = "Multiply-adds are those of one image: of convolutions, linear layers and attention, without biases.\n";
  absl::StrAppend(&notes, "MiB are those of a training batch of ", facts.batch_size, ": what comes out of a layer, without gradients.\n");
  absl::StrAppend(&notes, "Weights take ", Mebibytes(BytesOf(total.parameters, 1)), " MiB",
                  total.trained < total.parameters
                      ? absl::StrCat("; ", total.parameters - total.trained, " of ", total.parameters, " parameters are frozen")
                      : "",
                  ".\n");
  return notes;
}

}  // namespace

std::vector<LayerRow> LayerRows(absl::Span<const InferredLayer> layers, const LayerFacts& facts, int depth) {
  Rows rows(facts);
  rows.Add(layers, "", depth);
  return rows.Take();
}

LayerRow TotalRow(absl::Span<const LayerRow> rows) {
  LayerRow total;
  total.name = "total";
  total.input = rows.front().input;
  total.output = rows.back().output;
  for (const LayerRow& row : rows) {
    total.parameters += row.parameters;
    total.trained += row.trained;
    total.multiply_adds += row.multiply_adds;
    total.activations += row.activations;
    AddTime(row.milliseconds, &total.milliseconds);
  }
  return total;
}

std::string ShortShape(const LayerShape& shape) {
  if (shape.is_picture()) return shape.ToString();
  return shape.is_flat() ? absl::StrCat(shape.channels) : absl::StrCat(shape.tokens, "x", shape.channels);
}

std::string LayerTableText(absl::Span<const LayerRow> rows, const LayerFacts& facts) {
  const LayerRow total = TotalRow(rows);
  const bool any_frozen = total.trained < total.parameters;
  std::vector<std::string> names = {"layer"};
  std::vector<std::vector<std::string>> cells = {Header(facts, any_frozen)};
  for (const LayerRow& row : rows) {
    names.push_back(row.name);
    cells.push_back(Cells(row, facts, any_frozen));
  }
  names.push_back(total.name);
  cells.push_back(Cells(total, facts, any_frozen));
  const size_t letters = NameLetters(cells);
  for (size_t i = 0; i < cells.size(); ++i) cells[i].insert(cells[i].begin(), ShownName(names[i], letters));
  return absl::StrCat(ConsoleTable(cells), "\n", Notes(total, facts));
}

std::string LayerTableCsv(absl::Span<const LayerRow> rows, const LayerFacts& facts) {
  std::string csv = "layer,kind,input,output,parameters,trained,multiply_adds,activation_bytes,milliseconds\n";
  for (const LayerRow& row : rows) {
    csv += CsvRow({row.name, row.kind, ShortShape(row.input), ShortShape(row.output), absl::StrCat(row.parameters),
                   absl::StrCat(row.trained), absl::StrCat(row.multiply_adds), FormatFixed(BytesOf(row.activations, facts.batch_size), 0),
                   row.milliseconds.has_value() ? FormatNumber(*row.milliseconds) : ""});
  }
  return csv;
}

}  // namespace mica
