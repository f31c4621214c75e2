#include "data/index/sources/list_file.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "data/index/sources/label_table.h"
#include "data/index/sources/line_problems.h"
#include "data/index/sources/list_settings.h"
#include "data/index/sources/list_text.h"
#include "data/index/sources/listed_samples.h"
#include "data/index/sources/table_header.h"
#include "data/index/sources/text_rows.h"

namespace mica {
namespace {

ListSettings SettingsOf(const ListFileConfig& config) {
  ListSettings settings;
  settings.config_name = "list_file";
  settings.list_path = config.list_file();
  settings.root_folder = config.root_folder();
  return settings;
}

// What people call the column of paths.
bool IsPathColumnName(absl::string_view field) {
  constexpr absl::string_view kNames[] = {
      "path",      "paths",    "file",       "files", "filename", "file_name", "filepath", "file_path", "image", "images",    "image_path",
      "imagepath", "image_id", "image_name", "img",   "img_path", "img_name",  "picture",  "id",        "name",  "imagename", "filenames"};
  return std::find(std::begin(kNames), std::end(kNames), absl::AsciiStrToLower(field)) != std::end(kNames);
}

// Reads one list.
class ListFileReader {
 public:
  ListFileReader(const ListFileConfig& config, absl::string_view text)
      : config_(config),
        text_(text),
        is_labelled_(config.labels() != SourceConfig::NONE),
        has_header_(!config.path_column_name().empty()),
        rows_(text, config.delimiter()),
        samples_(SettingsOf(config), {config.labels(), config.label_offset(), "list_file"}),
        path_column_(static_cast<size_t>(config.path_column())),
        label_column_(static_cast<size_t>(config.label_column())) {}

  SampleList Read() {
    samples_.ReserveFor(text_);
    if (has_header_ && !ReadHeader()) return samples_.Finish();
    fewest_ = std::max(path_column_, is_labelled_ ? label_column_ : 0) + 1;
    while (!has_wrong_delimiter_ && rows_.Next()) ReadRow();
    return samples_.Finish();
  }

 private:
  bool ReadHeader() {
    if (!rows_.Next()) return true;  // no samples
    if (!rows_.problem().empty()) {
      samples_.problems().Add(rows_.line(), rows_.problem());
      return false;
    }
    TableHeader header(rows_.fields(), rows_.line(), &samples_.problems());
    const std::optional<size_t> path = header.Find(config_.path_column_name(), "list_file.path_column_name");
    const std::optional<size_t> label = is_labelled_ ? header.Find(config_.label_column_name(), "list_file.label_column_name") : 0;
    if (!path.has_value() || !label.has_value()) {
      if (header.names().size() == 1) SayBetterDelimiter(2);
      return false;
    }
    path_column_ = *path;
    label_column_ = *label;
    SetFields(header.names().size());
    return true;
  }

  void SetFields(size_t fields) {
    fields_ = fields;
    fields_line_ = rows_.line();
  }

  void ReadRow() {
    const std::vector<ScannedField>& fields = rows_.fields();
    if (!rows_.problem().empty()) return samples_.problems().Add(rows_.line(), rows_.problem());
    if (fields.size() < fewest_) return AddTooFew();
    if (!fields_.has_value() && config_.delimiter() == ListFileConfig::SPACE) SetFields(fields.size());
    if (fields_.has_value() && fields.size() != *fields_) return AddOtherNumber();
    ListedRow row;
    row.line = rows_.line();
    row.path = fields[path_column_].View(&path_storage_);
    if (is_labelled_) row.label = fields[label_column_].View(&label_storage_);
    if (is_first_ && !has_header_ && IsPathColumnName(row.path)) return AddHeader(row);
    is_first_ = false;
    samples_.Add(row);
  }

  void AddTooFew() {
    const auto found = static_cast<int64_t>(rows_.fields().size());
    samples_.problems().Add(rows_.line(), [&] {
      return absl::StrCat(Counted(found, "field"), ", expected at least ", fewest_, " separated by ", DelimiterNoun(config_.delimiter()),
                          is_labelled_ && found == 1 ? "; without labels, set list_file { labels: NONE }" : "");
    });
    if (!looked_for_delimiter_) SayBetterDelimiter(fewest_);
    looked_for_delimiter_ = true;
  }

  void SayBetterDelimiter(size_t fewest) {
    const auto better = FindBetterDelimiter(text_, config_.delimiter(), fewest);
    if (!better.has_value()) return;
    has_wrong_delimiter_ = true;
    samples_.problems().Add(rows_.line(), [&] {
      return absl::StrCat("most lines have ", Counted(static_cast<int64_t>(better->fields), "field"), " separated by ",
                          DelimiterNoun(better->delimiter),
                          ": set list_file { delimiter: ", ListFileConfig::Delimiter_Name(better->delimiter), " }");
    });
  }

  void AddOtherNumber() {
    samples_.problems().Add(rows_.line(), [&] {
      return absl::StrCat(Counted(static_cast<int64_t>(rows_.fields().size()), "field"), ", but ",
                          has_header_ ? "the header" : absl::StrCat("line ", fields_line_), " has ", *fields_, Remedy());
    });
  }

  std::string Remedy() const {
    switch (config_.delimiter()) {
      case ListFileConfig::SPACE:
        return "; paths and labels with blanks need a list with delimiter: TAB or COMMA";
      case ListFileConfig::COMMA:
        return "; a field with commas stands in double quotes";
      case ListFileConfig::TAB:
      case ListFileConfig::DELIMITER_UNSPECIFIED:
        break;
    }
    return "";
  }

  void AddHeader(const ListedRow& row) {
    is_first_ = false;
    samples_.problems().Add(row.line, [&] {
      return absl::StrCat("looks like a header; set list_file { path_column_name: ", ShownField(row.path),
                          row.label.has_value() ? absl::StrCat(" label_column_name: ", ShownField(*row.label)) : "", " }");
    });
  }

  const ListFileConfig& config_;
  const absl::string_view text_;
  const bool is_labelled_;
  const bool has_header_;
  TextRows rows_;
  ListedSamples samples_;
  size_t path_column_;
  size_t label_column_;
  size_t fewest_ = 1;             // fields of a row
  std::optional<size_t> fields_;  // that every row must have
  int64_t fields_line_ = 0;       // whose they are
  bool is_first_ = true;
  bool looked_for_delimiter_ = false;
  bool has_wrong_delimiter_ = false;
  std::string path_storage_;
  std::string label_storage_;
};

void ValidateNumberedColumns(const ListFileConfig& config, absl::string_view path, ConfigProblems* problems) {
  problems->Require(config.path_column() >= 0, JoinPath(path, "path_column"), "must be 0 or more", config.path_column());
  if (config.labels() == SourceConfig::NONE) return;
  problems->Require(config.label_column() >= 0, JoinPath(path, "label_column"), "must be 0 or more", config.label_column());
  if (config.path_column() == config.label_column()) {
    problems->Error(JoinPath(path, "label_column"), absl::StrCat("is path_column too (", config.label_column(), "); columns count from 0"));
  }
}

void ValidateNamedColumns(const ListFileConfig& config, absl::string_view path, ConfigProblems* problems) {
  const std::string label = JoinPath(path, "label_column_name");
  const bool is_labelled = config.labels() != SourceConfig::NONE;
  if (config.path_column_name().empty()) {
    problems->Error(JoinPath(path, "path_column_name"), "is required beside label_column_name: columns are named both or none");
  } else if (is_labelled && config.label_column_name().empty()) {
    problems->Error(label, "is required beside path_column_name; without labels, set labels: NONE");
  } else if (is_labelled && config.path_column_name() == config.label_column_name()) {
    problems->Error(label, absl::StrCat("is path_column_name too (", ShownField(config.label_column_name()), ")"));
  }
  if (!is_labelled && !config.label_column_name().empty())
    problems->Error(label, "cannot stand beside labels: NONE; leave one of the two out");
  // What differs from its default was set.
  const ListFileConfig& defaults = ListFileConfig::default_instance();
  if (config.path_column() != defaults.path_column()) {
    problems->Error(JoinPath(path, "path_column"), "cannot stand beside path_column_name; keep one of the two");
  }
  if (config.label_column() != defaults.label_column()) {
    problems->Error(JoinPath(path, "label_column"), "cannot stand beside path_column_name; set label_column_name");
  }
}

void ValidateLabels(const ListFileConfig& config, absl::string_view path, ConfigProblems* problems) {
  if (config.labels() == SourceConfig::LABELS_UNSPECIFIED)
    problems->Error(JoinPath(path, "labels"), "must be AUTO, NAMES, NUMBERS or NONE");
  ValidateLabelOffset(config.label_offset(), path, problems);
  if (config.label_offset() == 0) return;
  if (config.labels() == SourceConfig::NAMES || config.labels() == SourceConfig::NONE) {
    problems->Error(JoinPath(path, "label_offset"),
                    absl::StrCat("has no effect beside labels: ", SourceConfig::Labels_Name(config.labels()),
                                 "; it is added to labels that are numbers"));
  }
}

}  // namespace

void ListFile::Validate(absl::string_view path, ConfigProblems* problems) const {
  if (config_.list_file().empty()) problems->Error(JoinPath(path, "list_file"), "is required: a text file with a path and a label a line");
  if (config_.delimiter() == ListFileConfig::DELIMITER_UNSPECIFIED)
    problems->Error(JoinPath(path, "delimiter"), "must be TAB, COMMA or SPACE");
  if (config_.path_column_name().empty() && config_.label_column_name().empty()) {
    ValidateNumberedColumns(config_, path, problems);
  } else {
    ValidateNamedColumns(config_, path, problems);
  }
  ValidateLabels(config_, path, problems);
}

SampleList ListFile::List() const {
  const absl::StatusOr<std::string> text = ReadListText(config_.list_file());
  if (text.ok()) return ListFileReader(config_, *text).Read();
  SampleList list;
  list.origin = config_.list_file();
  list.problems.emplace_back(text.status().message());
  return list;
}

}  // namespace mica
