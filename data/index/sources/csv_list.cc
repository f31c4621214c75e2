#include "data/index/sources/csv_list.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "data/index/sources/label_table.h"
#include "data/index/sources/line_problems.h"
#include "data/index/sources/list_settings.h"
#include "data/index/sources/list_text.h"
#include "data/index/sources/listed_samples.h"
#include "data/index/sources/table_header.h"
#include "data/index/sources/text_rows.h"

namespace mica {
namespace {

ListSettings SettingsOf(const CsvConfig& config) {
  ListSettings settings;
  settings.config_name = "csv";
  settings.list_path = config.csv_file();
  settings.root_folder = config.root_folder();
  settings.path_suffix = config.path_suffix();
  settings.has_path_suffix_field = true;
  return settings;
}

bool HasLabelColumns(const CsvConfig& config) {
  return config.labels() != SourceConfig::NONE && config.label_columns_size() > 0;
}

LabelRules RulesOf(const CsvConfig& config) {
  return {HasLabelColumns(config) ? SourceConfig::NAMES : config.labels(), config.label_offset(), "csv"};
}

// 0 or 1; nullopt if the cell is neither.
std::optional<bool> Flag(absl::string_view cell) {
  if (cell == "0" || cell == "0.0" || absl::EqualsIgnoreCase(cell, "false")) return false;
  if (cell == "1" || cell == "1.0" || absl::EqualsIgnoreCase(cell, "true")) return true;
  return std::nullopt;
}

// Reads one table.
class CsvListReader {
 public:
  CsvListReader(const CsvConfig& config, absl::string_view text)
      : config_(config),
        text_(text),
        is_one_hot_(HasLabelColumns(config)),
        rows_(text, ListFileConfig::COMMA),
        samples_(SettingsOf(config), RulesOf(config)) {}

  SampleList Read() {
    samples_.ReserveFor(text_);
    if (!ReadHeader()) return samples_.Finish();
    while (rows_.Next()) ReadRow();
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
    bool has_all = true;
    const auto find = [&](absl::string_view name, absl::string_view field) {
      const std::optional<size_t> place = header.Find(name, field);
      has_all = has_all && place.has_value();
      return place.value_or(0);
    };
    fields_ = header.names().size();
    path_column_ = find(config_.path_column(), "csv.path_column");
    if (!config_.group_column().empty()) group_column_ = find(config_.group_column(), "csv.group_column");
    if (is_one_hot_) {
      for (const std::string& name : config_.label_columns()) {
        one_hot_columns_.push_back(find(name, "csv.label_columns"));
        samples_.AddClass(name, rows_.line());
      }
    } else if (config_.labels() != SourceConfig::NONE) {
      label_column_ = find(config_.label_column(), "csv.label_column");
    }
    return has_all;
  }

  void ReadRow() {
    const std::vector<ScannedField>& fields = rows_.fields();
    if (!rows_.problem().empty()) return samples_.problems().Add(rows_.line(), rows_.problem());
    if (fields.size() != fields_) {
      return samples_.problems().Add(rows_.line(), [&] {
        return absl::StrCat(Counted(static_cast<int64_t>(fields.size()), "field"), ", but the header has ", fields_,
                            "; a field with commas stands in double quotes");
      });
    }
    ListedRow row;
    row.line = rows_.line();
    row.path = fields[path_column_].View(&path_storage_);
    if (group_column_.has_value()) row.group = fields[*group_column_].View(&group_storage_);
    if (label_column_.has_value()) row.label = fields[*label_column_].View(&label_storage_);
    if (is_one_hot_ && !ReadFlags(&row)) return;
    samples_.Add(row);
  }

  // The label of the column that is 1.
  bool ReadFlags(ListedRow* row) {
    int64_t ones = 0;
    for (size_t i = 0; i < one_hot_columns_.size(); ++i) {
      const absl::string_view cell = rows_.fields()[one_hot_columns_[i]].text;
      const std::optional<bool> flag = Flag(cell);
      const std::string& name = config_.label_columns(static_cast<int>(i));
      if (!flag.has_value()) {
        samples_.problems().Add(row->line,
                                [&] { return absl::StrCat("column ", ShownField(name), " is ", ShownField(cell), "; expected 0 or 1"); });
        return false;
      }
      if (!*flag) continue;
      ++ones;
      if (ones == 1) row->label = name;
      if (ones == 2) second_one_ = name;
    }
    if (ones != 1) AddNotOneHot(*row, ones);
    return ones == 1;
  }

  void AddNotOneHot(const ListedRow& row, int64_t ones) {
    samples_.problems().Add(row.line, [&] {
      const std::string columns = absl::StrCat(" of the ", one_hot_columns_.size(), " label_columns ");
      if (ones == 0) return absl::StrCat("none", columns, "is 1; expected one");
      return absl::StrCat(ones, columns, "are 1 (", ShownField(*row.label), ", ", ShownField(second_one_), ones > 2 ? ", …" : "",
                          "); mica trains classifiers of one label a sample");
    });
  }

  const CsvConfig& config_;
  const absl::string_view text_;
  const bool is_one_hot_;
  TextRows rows_;
  ListedSamples samples_;
  size_t fields_ = 0;  // of the header
  size_t path_column_ = 0;
  std::optional<size_t> label_column_;
  std::optional<size_t> group_column_;
  std::vector<size_t> one_hot_columns_;
  absl::string_view second_one_;
  std::string path_storage_;
  std::string label_storage_;
  std::string group_storage_;
};

void ValidateLabelColumns(const CsvConfig& config, absl::string_view path, ConfigProblems* problems) {
  const std::string field = JoinPath(path, "label_columns");
  if (config.label_columns_size() == 1) {
    problems->Error(field, "must be at least 2, one a class; a column that holds the label is label_column");
  }
  std::set<std::string> seen;
  for (int i = 0; i < config.label_columns_size(); ++i) {
    const std::string& name = config.label_columns(i);
    const std::string element = absl::StrCat(field, "[", i, "]");
    if (name.empty()) problems->Error(element, "is empty; it is the name of a column");
    if (!name.empty() && !seen.insert(name).second) problems->Error(element, absl::StrCat("is ", ShownField(name), " again"));
    if (!name.empty() && name == config.path_column())
      problems->Error(element, absl::StrCat("is path_column too (", ShownField(name), ")"));
    if (!name.empty() && name == config.group_column())
      problems->Error(element, absl::StrCat("is group_column too (", ShownField(name), ")"));
  }
  if (config.labels() == SourceConfig::NUMBERS) {
    problems->Error(JoinPath(path, "labels"), "cannot be NUMBERS beside label_columns: classes are named as the columns");
  }
  if (config.label_offset() != 0)
    problems->Error(JoinPath(path, "label_offset"), "has no effect beside label_columns; it is added to labels that are numbers");
}

void ValidateLabelColumn(const CsvConfig& config, absl::string_view path, ConfigProblems* problems) {
  const std::string field = JoinPath(path, "label_column");
  if (config.label_column().empty()) {
    problems->Error(field,
                    "or label_columns is required: the column of the labels, or one column a class; without labels, set labels: NONE");
  } else if (config.label_column() == config.path_column()) {
    problems->Error(field, absl::StrCat("is path_column too (", ShownField(config.label_column()), ")"));
  }
  if (config.label_offset() != 0 && config.labels() == SourceConfig::NAMES) {
    problems->Error(JoinPath(path, "label_offset"), "has no effect beside labels: NAMES; it is added to labels that are numbers");
  }
}

void ValidateNoLabels(const CsvConfig& config, absl::string_view path, ConfigProblems* problems) {
  constexpr char kConflict[] = "cannot stand beside labels: NONE; leave one of the two out";
  if (!config.label_column().empty()) problems->Error(JoinPath(path, "label_column"), kConflict);
  if (config.label_columns_size() > 0) problems->Error(JoinPath(path, "label_columns"), kConflict);
  if (config.label_offset() != 0) problems->Error(JoinPath(path, "label_offset"), kConflict);
}

void ValidateLabels(const CsvConfig& config, absl::string_view path, ConfigProblems* problems) {
  if (config.labels() == SourceConfig::LABELS_UNSPECIFIED)
    problems->Error(JoinPath(path, "labels"), "must be AUTO, NAMES, NUMBERS or NONE");
  ValidateLabelOffset(config.label_offset(), path, problems);
  if (config.labels() == SourceConfig::NONE) return ValidateNoLabels(config, path, problems);
  if (config.label_columns_size() == 0) return ValidateLabelColumn(config, path, problems);
  ValidateLabelColumns(config, path, problems);
  if (!config.label_column().empty()) {
    problems->Error(JoinPath(path, "label_column"), "cannot stand beside label_columns; keep the one that the table has");
  }
}

bool CanEndPath(absl::string_view suffix) {
  return std::none_of(suffix.begin(), suffix.end(), [](char letter) {
    return letter == '/' || letter == '\\' || absl::ascii_iscntrl(static_cast<unsigned char>(letter));
  });
}

}  // namespace

void CsvList::Validate(absl::string_view path, ConfigProblems* problems) const {
  if (config_.csv_file().empty()) problems->Error(JoinPath(path, "csv_file"), "is required: a CSV file with a header");
  if (config_.path_column().empty())
    problems->Error(JoinPath(path, "path_column"), "is required: the name of the column that holds the paths");
  if (!CanEndPath(config_.path_suffix())) {
    problems->Error(JoinPath(path, "path_suffix"),
                    absl::StrCat("is ", ShownField(config_.path_suffix()), "; it cannot hold slashes or control characters"));
  }
  const std::string& group = config_.group_column();
  if (!group.empty() && (group == config_.path_column() || group == config_.label_column())) {
    problems->Error(JoinPath(path, "group_column"), absl::StrCat("is ", group == config_.path_column() ? "path_column" : "label_column",
                                                                 " too (", ShownField(group), "); samples of a group share a split"));
  }
  ValidateLabels(config_, path, problems);
}

SampleList CsvList::List() const {
  const absl::StatusOr<std::string> text = ReadListText(config_.csv_file());
  if (text.ok()) return CsvListReader(config_, *text).Read();
  SampleList list;
  list.origin = config_.csv_file();
  list.problems.emplace_back(text.status().message());
  return list;
}

}  // namespace mica
