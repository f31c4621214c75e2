#include "data/index/sources/tar_shards.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/fingerprint.h"
#include "base/printable.h"
#include "base/status_macros.h"
#include "data/index/sources/folder_walk.h"
#include "data/index/sources/json_label.h"
#include "data/index/sources/label_table.h"
#include "data/index/sources/path_pattern.h"
#include "data/index/sources/tar_reader.h"

namespace mica {
namespace {

constexpr int64_t kMaxJsonBytes = 1 << 20;
constexpr int64_t kMaxTextBytes = 1000;
constexpr absl::string_view kUsualExtensions[] = {"cls", "txt", "json"};

absl::string_view FileNameOf(absl::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// "n01/0007" and "seg.png" of "n01/0007.seg.png".
struct MemberName {
  absl::string_view key;
  absl::string_view extension;
};

std::optional<MemberName> SplitMemberName(absl::string_view name) {
  const size_t last_part = name.rfind('/') + 1;
  const size_t dot = name.find('.', last_part);
  if (dot == absl::string_view::npos || dot == last_part) return std::nullopt;
  return MemberName{name.substr(0, dot), name.substr(dot + 1)};
}

bool IsJson(absl::string_view extension) {
  return extension == "json" || absl::EndsWith(extension, ".json");
}

// ".Cls" as it is compared: "cls".
std::string PlainExtension(absl::string_view extension) {
  absl::ConsumePrefix(&extension, ".");
  return absl::AsciiStrToLower(extension);
}

// Which member holds the label. No extension: none does.
struct LabelMember {
  std::string extension;
  std::string field;
};

absl::StatusOr<std::string> LabelInText(absl::string_view text) {
  const absl::string_view label = absl::StripAsciiWhitespace(text);
  if (std::any_of(label.begin(), label.end(), absl::ascii_iscntrl)) {
    return absl::InvalidArgumentError("holds several lines or control characters, expected a label");
  }
  return std::string(label);
}

// How often something is wrong, and where first.
struct Occurrences {
  int64_t count = 0;
  std::vector<std::string> first;

  static constexpr size_t kMaxFirst = 3;

  void Add(absl::FunctionRef<std::string()> place) {
    if (++count <= static_cast<int64_t>(kMaxFirst)) first.push_back(place());
  }

  void Add(const Occurrences& later) {
    count += later.count;
    for (const std::string& place : later.first) {
      if (first.size() < kMaxFirst) first.push_back(place);
    }
  }

  std::string Places() const { return absl::StrCat(absl::StrJoin(first, ", "), count > static_cast<int64_t>(first.size()) ? ", …" : ""); }
};

// What may be wrong with samples.
enum Fault { kNoPicture, kSeveralPictures, kEmptyPicture, kNoLabel, kSeveralLabels, kBadLabel, kApart, kLinked, kFaults };

// What one shard holds.
struct Shard {
  std::string path;
  std::string problem;  // why it could not be read to its end
  bool has_end_mark = false;
  std::vector<std::string> members;  // names of the pictures
  std::vector<ImageRecord> records;
  std::vector<std::string> labels;   // of the records; none without labels
  std::vector<uint64_t> key_hashes;  // of the records
  std::set<std::string> extensions;  // the first few, of all members
  uint64_t fingerprint = 0;
  std::array<Occurrences, kFaults> faults;
};

// Members of one key that follow each other.
struct TarSample {
  std::string key;
  int plain_pictures = 0;  // "jpg"
  int other_pictures = 0;  // "input.png"
  TarMember plain_picture;
  TarMember other_picture;
  int label_members = 0;
  std::optional<std::string> label;  // none: missing or unusable
  std::set<std::string> extensions;
};

// Reads one shard sample by sample.
class ShardReader {
 public:
  ShardReader(const LabelMember& label_member, Shard* shard) : label_member_(label_member), shard_(*shard), tar_(shard->path) {}

  void ReadAll() {
    shard_.fingerprint = Fingerprint(FileNameOf(shard_.path));
    const absl::Status status = ReadMembers();
    if (!status.ok()) shard_.problem = std::string(status.message());
    shard_.has_end_mark = tar_.has_end_mark();
  }

 private:
  absl::Status ReadMembers() {
    MICA_RETURN_IF_ERROR(tar_.Open());
    TarMember member;
    while (true) {
      MICA_ASSIGN_OR_RETURN(const bool found, tar_.Next(&member));
      if (!found) break;
      MICA_RETURN_IF_ERROR(AddMember(member));
    }
    FinishSample();
    return absl::OkStatus();
  }

  absl::Status AddMember(const TarMember& member) {
    const std::optional<MemberName> name = SplitMemberName(member.name);
    if (!name.has_value()) return absl::OkStatus();
    if (!member.is_file) {
      if (IsPictureName(member.name)) shard_.faults[kLinked].Add([&] { return Place(member.name); });
      return absl::OkStatus();
    }
    if (name->key != sample_.key) {
      FinishSample();
      sample_.key = std::string(name->key);
    }
    const std::string extension = absl::AsciiStrToLower(name->extension);
    constexpr size_t kMaxExtensions = 10;
    if (sample_.extensions.size() < kMaxExtensions) sample_.extensions.insert(absl::StrCat(".", extension));
    if (!label_member_.extension.empty() && extension == label_member_.extension) return AddLabel(member);
    if (IsPictureName(member.name)) AddPicture(member, extension);
    return absl::OkStatus();
  }

  void AddPicture(const TarMember& member, absl::string_view extension) {
    const bool is_plain = !absl::StrContains(extension, ".");
    if (++(is_plain ? sample_.plain_pictures : sample_.other_pictures) == 1) {
      (is_plain ? sample_.plain_picture : sample_.other_picture) = member;
    }
  }

  absl::Status AddLabel(const TarMember& member) {
    if (++sample_.label_members > 1) return absl::OkStatus();
    const bool is_json = IsJson(label_member_.extension);
    const int64_t limit = is_json ? kMaxJsonBytes : kMaxTextBytes;
    if (member.size > limit) {
      shard_.faults[kBadLabel].Add(
          [&] { return absl::StrCat(Place(member.name), " has ", member.size, " bytes, at most ", limit, " are read"); });
      return absl::OkStatus();
    }
    MICA_ASSIGN_OR_RETURN(const std::string content, tar_.ContentOf(member));
    const absl::StatusOr<std::string> label = is_json ? LabelInJson(content, label_member_.field) : LabelInText(content);
    if (!label.ok()) {
      shard_.faults[kBadLabel].Add([&] { return absl::StrCat(Place(member.name), " ", label.status().message()); });
      return absl::OkStatus();
    }
    sample_.label = *label;
    return absl::OkStatus();
  }

  // "train-0.tar#0007"
  std::string Place(absl::string_view name) const {
    return absl::StrCat(Printable(FileNameOf(shard_.path)), "#", Printable(name.substr(0, 200)));
  }

  void FinishSample() {
    const TarSample sample = std::exchange(sample_, TarSample());
    if (sample.key.empty()) return;
    for (const std::string& extension : sample.extensions) {
      constexpr size_t kMaxExtensions = 10;
      if (shard_.extensions.size() < kMaxExtensions) shard_.extensions.insert(extension);
    }
    const auto place = [&] { return Place(sample.key); };
    const uint64_t key_hash = Fingerprint(sample.key);
    if (!keys_.insert(key_hash).second) return shard_.faults[kApart].Add(place);
    const bool has_plain = sample.plain_pictures > 0;
    const int pictures = has_plain ? sample.plain_pictures : sample.other_pictures;
    if (pictures == 0) {
      return shard_.faults[kNoPicture].Add(
          [&] { return absl::StrCat(place(), " has ", Printable(absl::StrJoin(sample.extensions, " "))); });
    }
    if (pictures > 1) return shard_.faults[kSeveralPictures].Add(place);
    const TarMember& picture = has_plain ? sample.plain_picture : sample.other_picture;
    if (picture.size == 0) shard_.faults[kEmptyPicture].Add(place);
    CheckLabel(sample, place);
    AddRecord(sample, picture, key_hash);
  }

  void CheckLabel(const TarSample& sample, absl::FunctionRef<std::string()> place) {
    if (label_member_.extension.empty()) return;
    if (sample.label_members == 0) shard_.faults[kNoLabel].Add(place);
    if (sample.label_members > 1) shard_.faults[kSeveralLabels].Add(place);
    if (sample.label_members == 1 && sample.label == "") shard_.faults[kNoLabel].Add(place);
  }

  void AddRecord(const TarSample& sample, const TarMember& picture, uint64_t key_hash) {
    ImageRecord& record = shard_.records.emplace_back();
    record.offset = picture.offset;
    record.length = picture.size;
    record.position = static_cast<int32_t>(shard_.members.size());
    shard_.members.push_back(picture.name);
    if (!label_member_.extension.empty()) shard_.labels.push_back(sample.label.value_or(""));
    shard_.key_hashes.push_back(key_hash);
    char length[8];
    for (int i = 0; i < 8; ++i) length[i] = static_cast<char>(picture.size >> (8 * i));
    const uint64_t with_key = Fingerprint(sample.key, shard_.fingerprint);
    shard_.fingerprint = Fingerprint({length, sizeof(length)}, Fingerprint(sample.label.value_or(""), with_key));
  }

  const LabelMember& label_member_;
  Shard& shard_;
  TarReader tar_;
  TarSample sample_;
  std::unordered_set<uint64_t> keys_;  // hashes of those seen so far
};

// With several threads; in the order of the paths. If the system grants no thread, `get` does the
// work instead.
std::vector<Shard> ReadShards(const std::vector<std::string>& paths, const LabelMember& label_member) {
  constexpr unsigned kMaxThreads = 8;
  std::vector<Shard> shards(paths.size());
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t i = next++; i < shards.size(); i = next++) {
      shards[i].path = paths[i];
      ShardReader(label_member, &shards[i]).ReadAll();
    }
  };
  const size_t threads = std::min<size_t>(paths.size(), std::clamp(std::thread::hardware_concurrency(), 2u, kMaxThreads));
  std::vector<std::future<void>> workers;
  for (size_t i = 1; i < threads; ++i) workers.push_back(std::async(std::launch::async | std::launch::deferred, work));
  work();
  for (std::future<void>& worker : workers) worker.get();
  return shards;
}

// The extensions of the first sample, and its name for messages; nothing if the first shard with
// members cannot be read so far.
std::optional<std::pair<std::string, std::set<std::string>>> FirstSample(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    TarReader tar(path);
    if (!tar.Open().ok()) return std::nullopt;
    std::string key;
    std::set<std::string> extensions;
    TarMember member;
    while (true) {
      const absl::StatusOr<bool> found = tar.Next(&member);
      if (!found.ok()) return std::nullopt;
      if (!*found) break;
      const std::optional<MemberName> name = SplitMemberName(member.name);
      if (!name.has_value() || !member.is_file) continue;
      if (!key.empty() && name->key != key) break;
      key = std::string(name->key);
      extensions.insert(absl::AsciiStrToLower(name->extension));
    }
    if (!key.empty()) return std::make_pair(absl::StrCat(FileNameOf(path), "#", key), std::move(extensions));
  }
  return std::nullopt;
}

// As the config says or, if it does not, as the first sample has it.
LabelMember ChooseLabelMember(const TarShardsConfig& config, const std::vector<std::string>& paths, SampleList* list) {
  if (config.labels() == SourceConfig::NONE) return {};
  if (!config.label_extension().empty()) return {PlainExtension(config.label_extension()), config.label_field()};
  if (!config.label_field().empty()) return {"json", config.label_field()};
  const auto first = FirstSample(paths);
  if (!first.has_value()) return {};
  const auto& [name, extensions] = *first;
  for (const absl::string_view usual : kUsualExtensions) {
    if (extensions.count(std::string(usual)) == 0) continue;
    if (!IsJson(usual)) return {std::string(usual), ""};
    list->problems.push_back(absl::StrCat(Printable(list->origin), ": the label of sample ", Printable(name),
                                          " is in its \".json\" member; say under which key: tar_shards { label_field: \"…\" }"));
    return {};
  }
  list->problems.push_back(
      absl::StrCat(Printable(list->origin), ": sample ", Printable(name),
                   " has no \".cls\", \".txt\" or \".json\" member for its label; it has .", Printable(absl::StrJoin(extensions, ", .")),
                   "; name the one with the label in tar_shards { label_extension: \"…\" }, or set tar_shards { labels: NONE }",
                   absl::StrContains(name, "/") ? ". If its folder is its class, unpack the archive and take class_folders" : ""));
  return {};
}

void ReportFaults(const std::vector<Shard>& shards, const LabelMember& label_member, SampleList* list) {
  std::array<Occurrences, kFaults> faults;
  for (const Shard& shard : shards) {
    for (int fault = 0; fault < kFaults; ++fault) faults[fault].Add(shard.faults[fault]);
  }
  const auto report = [&](Fault fault, absl::string_view what, absl::string_view remedy) {
    const Occurrences& occurrences = faults[fault];
    if (occurrences.count == 0) return;
    list->problems.push_back(
        absl::StrCat(Printable(list->origin), ": ", occurrences.count, " samples ", what, " (", occurrences.Places(), "); ", remedy));
  };
  report(kLinked, "are stored as links or devices", "pack them again with tar --dereference --hard-dereference");
  report(kApart, "have members that do not lie side by side", "pack the shards again in the order of names (tar --sort=name)");
  if (faults[kApart].count > 0) return;  // the halves lack a picture or a label
  const std::string extension = absl::StrCat("\".", Printable(label_member.extension), "\"");
  report(kNoPicture, "have no picture", absl::StrCat("a sample needs one member of ", AcceptedExtensions()));
  report(kSeveralPictures, "have several pictures", "a sample is what shares its name up to the first dot; leave one picture in each");
  report(kEmptyPicture, "have an empty picture", "take them out or pack them again");
  report(kNoLabel, absl::StrCat("have no label in a member ", extension),
         "label them, or list them as dataset { unlabelled { … } } with `labels: NONE`");
  report(kSeveralLabels, absl::StrCat("have several members ", extension), "leave one in each");
  report(kBadLabel, absl::StrCat("have no usable label in their member ", extension),
         "correct them, or name another member in label_extension");
}

// Keys name samples; the same in two shards may be the same sample twice.
void WarnOfSharedKeys(const std::vector<Shard>& shards, SampleList* list) {
  struct Use {
    uint64_t hash;
    size_t index;  // among all samples
  };
  std::vector<Use> uses;
  for (const Shard& shard : shards) {
    for (const uint64_t hash : shard.key_hashes) uses.push_back({hash, uses.size()});
  }
  std::sort(uses.begin(), uses.end(), [](const Use& a, const Use& b) { return a.hash != b.hash ? a.hash < b.hash : a.index < b.index; });
  int64_t shared = 0;
  std::pair<size_t, size_t> first = {0, uses.size()};
  for (size_t i = 1; i < uses.size(); ++i) {
    if (uses[i].hash != uses[i - 1].hash) continue;
    ++shared;
    if (uses[i].index < first.second) first = {uses[i - 1].index, uses[i].index};
  }
  if (shared == 0) return;
  const auto name = [&](size_t index) {
    size_t shard = 0;
    while (index >= shards[shard].records.size()) index -= shards[shard++].records.size();
    return absl::StrCat(Printable(FileNameOf(shards[shard].path)), "#", Printable(shards[shard].members[index]));
  };
  list->warnings.push_back(absl::StrCat(Printable(list->origin), ": ", shared, " samples are named as one of another shard (",
                                        name(first.first), " and ", name(first.second), shared > 1 ? ", …" : "", "); are they the same?"));
}

void WarnOfOddShards(const std::vector<Shard>& shards, SampleList* list) {
  Occurrences unended;
  Occurrences empty;
  for (const Shard& shard : shards) {
    const auto name = [&] { return Printable(FileNameOf(shard.path)); };
    if (!shard.problem.empty()) continue;
    if (!shard.has_end_mark) unended.Add(name);
    if (shard.records.empty()) empty.Add(name);
  }
  const auto warn = [&](const Occurrences& occurrences, absl::string_view what) {
    if (occurrences.count > 0) {
      list->warnings.push_back(
          absl::StrCat(Printable(list->origin), ": ", occurrences.count, " shards ", what, " (", occurrences.Places(), ")"));
    }
  };
  warn(unended, "end without the end mark of tar files; are they whole?");
  warn(empty, "hold no samples");
}

std::string NoSamplesProblem(const std::vector<Shard>& shards, const std::string& origin) {
  std::set<std::string> extensions;
  for (const Shard& shard : shards) extensions.insert(shard.extensions.begin(), shard.extensions.end());
  return absl::StrCat(Printable(origin), ": no samples in ", shards.size(), " shards; ",
                      extensions.empty() ? "they hold no members named KEY.EXTENSION"
                                         : absl::StrCat("they hold members ", Printable(absl::StrJoin(extensions, ", "))),
                      "; a sample needs a member of ", AcceptedExtensions());
}

// Moves a shard's samples into the list.
void AddShard(Shard shard, LabelTable* labels, SampleList* list) {
  absl::StrAppend(&list->fingerprint_lines, FormatFingerprint(shard.fingerprint), " ", shard.records.size(), "\n");
  for (ImageRecord& record : shard.records) {
    record.file = static_cast<int32_t>(list->files.size());
    if (shard.labels.empty()) continue;
    record.label =
        labels->Add(shard.labels[record.position], [&] { return absl::StrCat(shard.path, "#", shard.members[record.position]); });
  }
  list->records.insert(list->records.end(), shard.records.begin(), shard.records.end());
  SampleFile& file = list->files.emplace_back();
  file.relative_begin = static_cast<int32_t>(shard.path.size() - FileNameOf(shard.path).size());
  file.path = std::move(shard.path);
  file.members = std::make_shared<const std::vector<std::string>>(std::move(shard.members));
}

}  // namespace

void TarShards::Validate(absl::string_view path, ConfigProblems* problems) const {
  const std::string files = JoinPath(path, "files");
  const std::string extension = PlainExtension(config_.label_extension());
  if (config_.files().empty()) {
    problems->Error(files, "is required: the path of the shards, as \"train-*.tar\" or \"train-{00000..00012}.tar\"");
  } else if (const auto paths = ExpandBraces(config_.files()); !paths.ok()) {
    problems->Error(files, paths.status().message());
  }
  if (config_.labels() == SourceConfig::LABELS_UNSPECIFIED)
    problems->Error(JoinPath(path, "labels"), "must be AUTO, NAMES, NUMBERS or NONE");
  ValidateLabelOffset(config_.label_offset(), path, problems);
  if (config_.labels() == SourceConfig::NONE) {
    const auto refuse = [&](bool is_set, absl::string_view field) {
      if (is_set) problems->Error(JoinPath(path, field), "has no effect beside `labels: NONE`; leave it out");
    };
    refuse(!config_.label_extension().empty(), "label_extension");
    refuse(!config_.label_field().empty(), "label_field");
    refuse(config_.label_offset() != 0, "label_offset");
    return;
  }
  if (IsPictureName(absl::StrCat(".", extension))) {
    problems->Error(JoinPath(path, "label_extension"), "is that of pictures; name the member that holds the label, as \"cls\"");
  }
  if (IsJson(extension) && config_.label_field().empty()) {
    problems->Error(JoinPath(path, "label_field"), "is required: the key of the label in \".json\" members");
  } else if (!extension.empty() && !IsJson(extension) && !config_.label_field().empty()) {
    problems->Error(JoinPath(path, "label_field"), "is for \".json\" members; leave it out, or set label_extension: \"json\"");
  }
}

SampleList TarShards::List() const {
  SampleList list;
  list.origin = Origin();
  PatternFiles found = FindFiles(config_.files());
  list.problems = std::move(found.problems);
  if (!list.problems.empty()) return list;
  const LabelMember label_member = ChooseLabelMember(config_, found.paths, &list);
  std::vector<Shard> shards = ReadShards(found.paths, label_member);
  constexpr size_t kMaxUnreadable = 20;
  for (const Shard& shard : shards) {
    if (!shard.problem.empty() && list.problems.size() < kMaxUnreadable) list.problems.push_back(shard.problem);
  }
  ReportFaults(shards, label_member, &list);
  WarnOfSharedKeys(shards, &list);
  WarnOfOddShards(shards, &list);
  const bool is_empty = std::all_of(shards.begin(), shards.end(), [](const Shard& shard) { return shard.records.empty(); });
  if (is_empty && list.problems.empty()) list.problems.push_back(NoSamplesProblem(shards, list.origin));
  if (!list.problems.empty()) return list;
  LabelTable labels;
  for (Shard& shard : shards) AddShard(std::move(shard), &labels, &list);
  if (config_.label_offset() != 0) absl::StrAppend(&list.fingerprint_lines, "label_offset ", config_.label_offset(), "\n");
  if (!label_member.extension.empty()) labels.MoveTo({config_.labels(), config_.label_offset(), "tar_shards"}, &list);
  return list;
}

}  // namespace mica
