// A model layer by layer, as `mica summary` shows it.
//   LayerFacts facts;
//   facts.batch_size = 64;
//   std::cout << LayerTableText(LayerRows(model.layers, facts, /*depth=*/2), facts);
// Torch-free, thread-safe.
#ifndef MICA_EXPERIMENTS_SUMMARY_LAYER_TABLE_H_
#define MICA_EXPERIMENTS_SUMMARY_LAYER_TABLE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "models/layers/layer_shape.h"
#include "models/layers/layer_shapes.h"

namespace mica {

// What a model's layers do not know themselves.
struct LayerFacts {
  int64_t batch_size = 1;                      // of training
  std::set<std::string> frozen;                // whole names of tensors that are not trained
  std::map<std::string, double> milliseconds;  // of layers by their whole names, without those within; empty: not measured
};

// A layer; with `depth`, also a container with all within. A residual and a concat whose layers
// have rows of their own come after them and count their sum, or what they join, alone.
struct LayerRow {
  std::string name;  // whole
  std::string kind;
  LayerShape input, output;
  int64_t parameters = 0;
  int64_t trained = 0;  // of the parameters
  int64_t multiply_adds = 0;
  int64_t activations = 0;             // output values for one image
  std::optional<double> milliseconds;  // nullopt: not measured
};

constexpr int kWholeDepth = 1 << 30;  // shows every layer

// Containers at that many levels of names get one row; 1 shows the outermost layers alone.
std::vector<LayerRow> LayerRows(absl::Span<const InferredLayer> layers, const LayerFacts& facts, int depth);

// Sums over rows, from the first one's input to the last one's output.
LayerRow TotalRow(absl::Span<const LayerRow> rows);

// "64x56x56", "197x768" for tokens, "512".
std::string ShortShape(const LayerShape& shape);

// A table of at least one row, its totals, and what its columns mean. Names are cut at the front to
// keep it within 100 columns where that leaves 24 letters. The column "trained" is there if anything
// is frozen, "ms" if it was measured.
std::string LayerTableText(absl::Span<const LayerRow> rows, const LayerFacts& facts);

// layer,kind,input,output,parameters,trained,multiply_adds,activation_bytes,milliseconds; the bytes
// are those of a training batch. No totals.
std::string LayerTableCsv(absl::Span<const LayerRow> rows, const LayerFacts& facts);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_SUMMARY_LAYER_TABLE_H_
