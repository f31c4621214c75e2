// Vectors for TensorBoard's embedding projector, which shows them as points in space (PCA, t-SNE,
// UMAP), with words and pictures for each.
//   Embedding embedding;
//   embedding.name = "penultimate layer";
//   embedding.vectors = vectors;  // samples x 512
//   embedding.dimensions = 512;
//   embedding.columns = {"class", "path"};
//   embedding.metadata = {{"cat", "a/1.jpg"}, …};
//   MICA_RETURN_IF_ERROR(WriteEmbeddings(run_folder, {embedding}));
// TensorBoard finds projector_config.pbtxt in a folder with event files. Thread-compatible.
#ifndef MICA_VIZ_TENSORBOARD_EMBEDDING_FILES_H_
#define MICA_VIZ_TENSORBOARD_EMBEDDING_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/files/file.h"
#include "base/files/report_folder.h"

namespace mica {

struct Embedding {
  std::string name;                 // what the projector lists; differs from that of the others
  absl::Span<const float> vectors;  // finite; row by row, at least one row
  int64_t dimensions = 0;           // numbers in a row, at least 1

  // What is known of each vector: no columns, or `metadata` has a row a vector with a value a
  // column.
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> metadata;

  // A PNG of pictures of one size, side by side and row by row, in the order of the vectors; the
  // last row may be short. Empty: none. Browsers take up to 8192 pixels in a direction.
  std::string sprite_png;
  int sprite_width_px = 0;  // of one picture
  int sprite_height_px = 0;
};

// Metadata as the projector reads them: one column has no header. There is no quoting, so tabs,
// line feeds and other control characters become escapes, as in Printable ("a\tb"); a row of
// blanks, which would be skipped, becomes "(empty)".
std::string MetadataTsv(const Embedding& embedding);

// projector_0_vectors.tsv, projector_0_metadata.tsv and projector_0_sprite.png, projector_1_… and
// so on, and projector_config.pbtxt as the last. Vectors are text, as TensorBoard takes binary
// files for text where their bytes allow it.
std::vector<ReportFile> EmbeddingFiles(absl::Span<const Embedding> embeddings);

// Writes them. Each file appears whole or not at all, in place of an older one; errors end with
// exit code 5.
absl::Status WriteEmbeddings(const std::string& folder, absl::Span<const Embedding> embeddings, FileCalls& calls = SystemFileCalls());

}  // namespace mica

#endif  // MICA_VIZ_TENSORBOARD_EMBEDDING_FILES_H_
