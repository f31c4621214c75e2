// A split's embedding as tables, a plot, files for TensorBoard's projector and text.
// docs/file_formats.md describes the files.
//   const std::vector<ReportFile> files = MakeEmbeddingFiles(split, pictures, plot);
//   MICA_RETURN_IF_ERROR(WriteEmbedding(folder, files));
//   std::cout << EmbeddingText(split);
// Torch-free.
#ifndef MICA_EXPERIMENTS_EMBEDDING_EMBEDDING_REPORT_H_
#define MICA_EXPERIMENTS_EMBEDDING_EMBEDDING_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/files/file.h"
#include "base/files/report_folder.h"
#include "data/index/dataset_index.h"
#include "data/picture/picture.h"
#include "eval/metrics/prediction_table.h"
#include "experiments/embedding/layer_embedding.h"
#include "experiments/summary/layer_features.h"
#include "viz/plot/draw_plots.h"
#include "viz/plot/scatter_plot.h"

namespace mica {

// What is embedded, and how; all the same samples in the same order. Borrows.
struct EmbeddedSplit {
  const DatasetIndex& index;  // its classes are the model's
  const LayerFeatures& features;
  const LayerEmbedding& embedding;
  EmbeddingMethod method = EmbeddingMethod::kTsne;
  Split split = Split::kTest;
  int64_t split_samples = 0;  // of which these are drawn, or all
  std::string model;          // "runs/x/a"
};

// "tsne" and "pca".
absl::string_view MethodName(EmbeddingMethod method);

// The labels of the samples, -1 for those without.
std::vector<int64_t> LabelsOf(const PredictionTable& predictions);

// id,path,truth,truth_name,prediction,prediction_name,correct,x,y; truth and correct are empty
// where there is no label.
std::string EmbeddingCsv(const EmbeddedSplit& split);

// One row: what was embedded, and the measures; empty where they are not defined.
std::string EmbeddingSummaryCsv(const EmbeddedSplit& split);

// Colours are true classes, wrong ones have a cross. Of more than kMostColours classes the
// largest have colours, the others share one.
ScatterPlot EmbeddingPlot(const EmbeddedSplit& split);
inline constexpr size_t kMostColours = 30;

// `pictures`, one a sample, become the projector's sprites; none: it shows points. `plot` may be
// null.
std::vector<ReportFile> MakeEmbeddingFiles(const EmbeddedSplit& split, absl::Span<const Picture> pictures, const DrawnPlot* plot);
inline constexpr int kSpritePx = 32;
inline constexpr int64_t kMostSprites = 65'536;  // browsers take pictures of 8192 pixels

// Into `folder`, in place of an older embedding, whole or not at all. Errors end with exit code 5.
absl::Status WriteEmbedding(const std::string& folder, absl::Span<const ReportFile> files, FileCalls& calls = SystemFileCalls());

// For a terminal: the layer, the method, the measures and what they mean. Lines have at most 100
// columns, but for names.
std::string EmbeddingText(const EmbeddedSplit& split);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_EMBEDDING_EMBEDDING_REPORT_H_
