#include "data/export/class_names_file.h"

#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/files/csv.h"
#include "base/utf8.h"
#include "data/index/class_names.h"
#include "data/index/sources/reserved_names.h"

namespace mica {
namespace {

// Without what no line of text can hold.
std::string PlainText(absl::string_view name) {
  std::string text;
  while (!name.empty()) {
    const size_t size = Utf8CharacterSize(name);
    const bool is_usable = size > 1 || (size == 1 && !absl::ascii_iscntrl(static_cast<unsigned char>(name[0])));
    is_usable ? text.append(name.data(), size) : text.append("_");
    name.remove_prefix(size > 0 ? size : 1);
  }
  absl::StripAsciiWhitespace(&text);
  return text.empty() ? "_" : text;
}

// Cut between two characters.
std::string CutTo(size_t bytes, absl::string_view text) {
  const absl::string_view cut = text.substr(0, bytes);
  return std::string(absl::StripTrailingAsciiWhitespace(cut.substr(0, ValidUtf8Prefix(cut))));
}

std::string FileNameText(absl::string_view name) {
  std::string text = PlainText(name);
  for (char& byte : text) {
    if (byte == '/') byte = '_';
  }
  if (text[0] == '.') text[0] = '_';
  text = CutTo(kMaxClassFileName, text);
  return IsHiddenName(text) || IsSplitFolderName(text) ? absl::StrCat(text, "_") : text;
}

// Gives each class its wanted name or, if another has it, that with a number behind.
class DistinctNames {
 public:
  explicit DistinctNames(size_t max_bytes) : max_bytes_(max_bytes) {}

  // Names that stay as they are have precedence.
  std::vector<std::string> Of(const std::vector<std::string>& names, std::vector<std::string> wanted) {
    std::vector<bool> is_settled(names.size());
    for (size_t i = 0; i < names.size(); ++i) is_settled[i] = wanted[i] == names[i] && taken_.insert(wanted[i]).second;
    for (size_t i = 0; i < names.size(); ++i) {
      if (!is_settled[i] && !taken_.insert(wanted[i]).second) wanted[i] = Numbered(wanted[i]);
    }
    return wanted;
  }

 private:
  std::string Numbered(const std::string& name) {
    int64_t& number = numbers_.insert({name, 1}).first->second;
    while (true) {
      const std::string suffix = absl::StrCat("-", ++number);
      std::string numbered = absl::StrCat(CutTo(max_bytes_ - suffix.size(), name), suffix);
      if (taken_.insert(numbered).second) return numbered;
    }
  }

  const size_t max_bytes_;
  std::unordered_set<std::string> taken_;
  std::unordered_map<std::string, int64_t> numbers_;  // the last one used, by name
};

}  // namespace

std::vector<std::string> ListedClassNames(const std::vector<std::string>& names) {
  std::vector<std::string> wanted;
  for (const std::string& name : names) wanted.push_back(PlainText(name));
  return DistinctNames(/*max_bytes=*/std::string::npos).Of(names, std::move(wanted));
}

std::vector<std::string> ClassFileNames(const std::vector<std::string>& names) {
  std::vector<std::string> wanted;
  for (const std::string& name : names) wanted.push_back(FileNameText(name));
  return DistinctNames(kMaxClassFileName).Of(names, std::move(wanted));
}

ClassNamesFile MakeClassNamesFile(const std::vector<std::string>& names, const std::vector<int64_t>& samples) {
  ClassNamesFile file = {std::string(kClassNamesFile), absl::StrCat(absl::StrJoin(names, "\n"), "\n")};
  if (const auto read = ParseClassNames(file.bytes, file.name); read.ok() && *read == names) return file;
  file = {"class_map.csv", CsvRow({"id", "name", "samples"})};
  for (size_t label = 0; label < names.size(); ++label) {
    file.bytes += CsvRow({absl::StrCat(label), names[label], absl::StrCat(samples[label])});
  }
  return file;
}

}  // namespace mica
