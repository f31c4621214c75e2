#include "data/index/sources/listed_samples.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/files/path.h"
#include "base/fingerprint.h"
#include "base/printable.h"
#include "data/index/sources/listed_path.h"
#include "data/index/sources/missing_files.h"

namespace mica {
namespace {

uint64_t ArbitrarySeed() {
  return static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

}  // namespace

FileIndex::FileIndex(const std::vector<SampleFile>& files) : files_(files), seed_(ArbitrarySeed()), slots_(1024) {}

int32_t FileIndex::FindOrEnter(absl::string_view path) {
  if (used_ * 4 >= slots_.size() * 3) Grow();
  const auto hash = static_cast<uint32_t>(Fingerprint(path, seed_));
  Slot& slot = slots_[PlaceOf(hash, path)];
  if (slot.file >= 0) return slot.file;
  slot = {hash, static_cast<int32_t>(files_.size())};
  ++used_;
  return -1;
}

// Its slot, or the free one where it belongs.
size_t FileIndex::PlaceOf(uint32_t hash, absl::string_view path) const {
  size_t place = hash & (slots_.size() - 1);
  while (slots_[place].file >= 0 && (slots_[place].hash != hash || files_[slots_[place].file].path != path))
    place = (place + 1) & (slots_.size() - 1);
  return place;
}

void FileIndex::Grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.file < 0) continue;
    size_t place = slot.hash & (slots_.size() - 1);
    while (slots_[place].file >= 0) place = (place + 1) & (slots_.size() - 1);
    slots_[place] = slot;
  }
}

ListedSamples::ListedSamples(ListSettings settings, const LabelRules& rules)
    : settings_(std::move(settings)),
      rules_(rules),
      root_(FolderPrefix(settings_.root_folder.empty() ? FolderName(settings_.list_path) : settings_.root_folder)),
      problems_(settings_.list_path),
      index_(list_.files) {
  list_.origin = settings_.list_path;
}

void ListedSamples::ReserveFor(absl::string_view text) {
  // A file of nothing but line ends has no rows, and a very large one may lack the memory.
  constexpr size_t kFewestBytes = 32;  // of most rows
  constexpr size_t kMaxRows = size_t{1} << 22;
  const auto line_ends = static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
  const size_t rows = std::min({line_ends + 1, text.size() / kFewestBytes, kMaxRows});
  list_.files.reserve(rows);
  list_.records.reserve(rows);
  line_of_file_.reserve(rows);
  record_of_file_.reserve(rows);
}

void ListedSamples::AddClass(absl::string_view name, int64_t line) {
  labels_.AddClass(name, problems_.Place(line));
  list_.empty_class_remedy = "correct its column, or take it out of label_columns";
}

void ListedSamples::AddFull(int64_t line) {
  if (!is_full_) problems_.Add(line, [&] { return absl::StrCat("more than ", settings_.max_samples, " samples; divide the list"); });
  is_full_ = true;
}

void ListedSamples::Add(const ListedRow& row) {
  if (static_cast<int64_t>(list_.records.size()) >= settings_.max_samples) return AddFull(row.line);
  ListedPath path(row.path, settings_.path_suffix, root_);
  if (!path.problem.empty()) {
    const bool leaves = absl::StartsWith(path.problem, "leaves");
    return problems_.Add(row.line, [&] {
      return absl::StrCat("path ", ShownField(row.path), " ", path.problem,
                          leaves ? absl::StrCat(" (", Printable(root_), "/); set ", settings_.config_name,
                                                " { root_folder: … } to a folder above it, or write the path from \"/\" on")
                                 : "");
    });
  }
  if (!CheckLabel(row)) return;
  if (row.group.has_value() && row.group->empty()) return problems_.Add(row.line, "group is empty; every sample needs one");
  if (const int32_t known = index_.FindOrEnter(path.path); known >= 0) return AddRepeated(row, known);
  ImageRecord& record = list_.records.emplace_back();
  record.file = static_cast<int32_t>(list_.files.size());
  if (row.label.has_value()) record.label = labels_.Add(*row.label, [&] { return problems_.Place(row.line); });
  record.group = GroupOf(row);
  line_of_file_.push_back(static_cast<int32_t>(row.line));
  record_of_file_.push_back(static_cast<int32_t>(list_.records.size()) - 1);
  SampleFile& file = list_.files.emplace_back();
  file.path = std::move(path.path);
  file.relative_begin = static_cast<int32_t>(path.relative_begin);
}

bool ListedSamples::CheckLabel(const ListedRow& row) {
  if (!row.label.has_value()) return true;
  if (row.label->empty()) {
    problems_.Add(row.line, [&] { return absl::StrCat("the label of ", ShownField(row.path), " is empty"); });
    return false;
  }
  if (!HoldsControls(*row.label)) return true;
  problems_.Add(row.line, [&] { return absl::StrCat("label ", ShownField(*row.label), " holds a control character"); });
  return false;
}

int32_t ListedSamples::GroupOf(const ListedRow& row) {
  if (!row.group.has_value()) return -1;
  const auto [found, is_new] = groups_.insert({std::string(*row.group), static_cast<int32_t>(list_.groups.size())});
  if (is_new) list_.groups.push_back(found->first);
  return found->second;
}

void ListedSamples::AddRepeated(const ListedRow& row, int32_t file) {
  const ImageRecord first = list_.records[record_of_file_[file]];
  const int32_t first_line = line_of_file_[file];
  const auto differs = [&](absl::string_view what, absl::string_view here, absl::string_view there) {
    problems_.Add(row.line, [&] {
      return absl::StrCat(ShownField(row.path), " has the ", what, " ", ShownField(here), ", but line ", first_line, " gives it ",
                          ShownField(there));
    });
  };
  if (first.label >= 0 && labels_.text(first.label) != *row.label) return differs("label", *row.label, labels_.text(first.label));
  if (first.group >= 0 && list_.groups[first.group] != *row.group) return differs("group", *row.group, list_.groups[first.group]);
  if (++repeats_ == 1) {
    first_repeat_ = absl::StrCat(problems_.Place(row.line), ": ", ShownField(row.path), " stands in line ", first_line, " too");
  }
  if (row.label.has_value()) labels_.Add(*row.label, [] { return std::string(); });
  list_.records.push_back(first);
}

void ListedSamples::WarnOfRepeats() {
  if (repeats_ == 0) return;
  list_.warnings.push_back(absl::StrCat(first_repeat_,
                                        repeats_ > 1 ? absl::StrCat(", the first of ", repeats_, " repeated lines; each is") : "; it is",
                                        " a sample of its own"));
}

SampleList ListedSamples::Finish() {
  std::vector<std::string> missing = FindMissingFiles(settings_, list_.files, line_of_file_);
  if (list_.records.empty() && problems_.count() == 0 && list_.problems.empty()) {
    list_.problems.push_back(absl::StrCat(Printable(settings_.list_path), ": lists no samples"));
  }
  problems_.MoveTo(&list_.problems);
  std::move(missing.begin(), missing.end(), std::back_inserter(list_.problems));
  WarnOfRepeats();
  if (rules_.labels != SourceConfig::NONE) labels_.MoveTo(rules_, &list_);
  return std::move(list_);
}

}  // namespace mica
