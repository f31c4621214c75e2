#include "viz/tensorboard/embedding_files.h"

#include <glog/logging.h>
#include <google/protobuf/text_format.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/number_format.h"
#include "base/printable.h"
#include "base/status_macros.h"
#include "viz/tensorboard/projector.pb.h"
#include "viz/tensorboard/readable_utf8.h"

namespace mica {
namespace {

using tensorboard::EmbeddingInfo;

std::string TsvRow(absl::Span<const std::string> values) {
  std::string row;
  for (size_t i = 0; i < values.size(); ++i) absl::StrAppend(&row, i == 0 ? "" : "\t", Printable(values[i]));
  return absl::StrCat(absl::StripAsciiWhitespace(row).empty() ? absl::StrCat("(empty)", row) : row, "\n");
}

std::string VectorsTsv(const Embedding& embedding) {
  std::string tsv;
  for (size_t i = 0; i < embedding.vectors.size(); ++i) {
    absl::StrAppend(&tsv, FormatNumber(embedding.vectors[i]), (i + 1) % embedding.dimensions == 0 ? "\n" : "\t");
  }
  return tsv;
}

int64_t RowsOf(const Embedding& embedding) {
  return static_cast<int64_t>(embedding.vectors.size()) / embedding.dimensions;
}

void CheckShapes(const Embedding& embedding) {
  CHECK_GE(embedding.dimensions, 1);
  CHECK(!embedding.vectors.empty());
  CHECK_EQ(embedding.vectors.size() % embedding.dimensions, 0u);
  CHECK_EQ(embedding.metadata.size(), embedding.columns.empty() ? 0u : RowsOf(embedding));
  for (const std::vector<std::string>& row : embedding.metadata) CHECK_EQ(row.size(), embedding.columns.size());
}

// Adds the files of an embedding, whose names begin with `prefix`, and says what they are.
EmbeddingInfo AddFiles(const std::string& prefix, const Embedding& embedding, std::vector<ReportFile>* files) {
  CheckShapes(embedding);
  EmbeddingInfo info;
  info.set_tensor_name(ReadableUtf8(embedding.name));
  info.set_tensor_path(absl::StrCat(prefix, "_vectors.tsv"));
  info.add_tensor_shape(static_cast<uint32_t>(RowsOf(embedding)));
  info.add_tensor_shape(static_cast<uint32_t>(embedding.dimensions));
  files->push_back({info.tensor_path(), VectorsTsv(embedding)});
  if (!embedding.columns.empty()) {
    info.set_metadata_path(absl::StrCat(prefix, "_metadata.tsv"));
    files->push_back({info.metadata_path(), MetadataTsv(embedding)});
  }
  if (!embedding.sprite_png.empty()) {
    info.mutable_sprite()->set_image_path(absl::StrCat(prefix, "_sprite.png"));
    info.mutable_sprite()->add_single_image_dim(embedding.sprite_width_px);
    info.mutable_sprite()->add_single_image_dim(embedding.sprite_height_px);
    files->push_back({info.sprite().image_path(), embedding.sprite_png});
  }
  return info;
}

}  // namespace

std::string MetadataTsv(const Embedding& embedding) {
  std::string tsv = embedding.columns.size() > 1 ? TsvRow(embedding.columns) : "";
  for (const std::vector<std::string>& row : embedding.metadata) tsv += TsvRow(row);
  return tsv;
}

std::vector<ReportFile> EmbeddingFiles(absl::Span<const Embedding> embeddings) {
  tensorboard::ProjectorConfig config;
  std::vector<ReportFile> files;
  for (size_t i = 0; i < embeddings.size(); ++i) *config.add_embeddings() = AddFiles(absl::StrCat("projector_", i), embeddings[i], &files);
  std::string text;
  CHECK(google::protobuf::TextFormat::PrintToString(config, &text));
  files.push_back({"projector_config.pbtxt", text});
  return files;
}

absl::Status WriteEmbeddings(const std::string& folder, absl::Span<const Embedding> embeddings, FileCalls& calls) {
  for (const ReportFile& file : EmbeddingFiles(embeddings)) {
    MICA_RETURN_IF_ERROR(WriteFileAtomically(absl::StrCat(folder, "/", file.name), file.bytes, calls));
  }
  return absl::OkStatus();
}

}  // namespace mica
