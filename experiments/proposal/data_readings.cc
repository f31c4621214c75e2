#include "experiments/proposal/data_readings.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/files/input_file.h"
#include "base/files/open_error.h"
#include "base/files/path.h"
#include "base/printable.h"
#include "base/status_macros.h"
#include "data/index/cifar_folder.h"
#include "data/index/dataset_index.h"
#include "data/index/sources/folder_walk.h"
#include "data/index/sources/reserved_names.h"
#include "experiments/proposal/name_labels.h"
#include "experiments/proposal/table_guess.h"
#include "experiments/proposal/tar_labels.h"

namespace mica {
namespace {

constexpr int kMaxWrappers = 8;               // folders that hold one folder
constexpr size_t kMaxTables = 100;            // files that may be tables
constexpr size_t kMaxRoots = 50;              // folders that a table's paths may start at
constexpr int64_t kMaxTableBytes = 16 << 20;  // larger ones are read up to here
constexpr char kHowToArrange[] = "; put the pictures of each class into a folder of their own: FOLDER/cat/…, FOLDER/dog/…";

// What lies directly in a folder, without what is hidden; sorted by bytes.
struct Entries {
  std::vector<std::string> files, folders;
  bool has_pictures = false;
};

absl::StatusOr<Entries> ListEntries(const std::string& folder) {
  std::vector<std::string> names;
  if (SystemFileCalls().List(folder.c_str(), &names) != 0) {
    return DataError(absl::StrCat(Printable(folder), ": cannot be read (", WhyNotOpened(folder, errno), ")"));
  }
  std::sort(names.begin(), names.end());
  Entries entries;
  for (const std::string& name : names) {
    if (IsHiddenName(name)) continue;
    if (IsPictureName(name)) {
      entries.has_pictures = true;
      continue;
    }
    struct stat stats;
    if (stat(absl::StrCat(folder, "/", name).c_str(), &stats) != 0) continue;
    if (S_ISDIR(stats.st_mode)) entries.folders.push_back(name);
    if (S_ISREG(stats.st_mode)) entries.files.push_back(name);
  }
  return entries;
}

std::string ShownFolder(const std::string& folder) {
  return absl::StrCat(Printable(BaseName(folder)), "/");
}

// --- IDX ---

constexpr absl::string_view kImageEndings[] = {"images-idx3-ubyte", "images.idx3-ubyte"};

// "train-images-idx3-ubyte" for "train-images-idx3-ubyte.gz"; "" if it is no file of images.
std::string IdxImagesName(absl::string_view name) {
  name = absl::StripSuffix(name, ".gz");
  const bool is_one = std::any_of(std::begin(kImageEndings), std::end(kImageEndings),
                                  [&](absl::string_view ending) { return absl::EndsWith(name, ending); });
  return is_one ? std::string(name) : "";
}

std::string IdxLabelsName(const std::string& images) {
  return absl::StrReplaceAll(images, {{"images-idx3", "labels-idx1"}, {"images.idx3", "labels.idx1"}});
}

// EMNIST's letters count from 1, its pictures are transposed, and a file says what labels mean.
void SetWhatIsEmnists(const std::string& folder, const std::string& name, const std::set<std::string>& names, IdxDatasetConfig* idx) {
  if (!absl::StartsWith(name, "emnist-")) return;
  idx->set_transpose(true);
  if (absl::StrContains(name, "letters")) idx->set_first_label(1);
  const std::string mapping = absl::StrCat(name.substr(0, name.find("-train")), "-mapping.txt");
  if (names.count(mapping) > 0) idx->set_mapping_file(absl::StrCat(folder, "/", mapping));
}

void AddIdx(const std::string& folder, const Entries& entries, std::vector<DataReading>* readings) {
  const std::set<std::string> names(entries.files.begin(), entries.files.end());
  const auto exists = [&](const std::string& name) { return names.count(name) > 0 || names.count(name + ".gz") > 0; };
  std::set<std::string> added;
  for (const std::string& file : entries.files) {
    const std::string images = IdxImagesName(file);
    if (images.empty() || !absl::StrContains(images, "train") || !exists(IdxLabelsName(images)) || !added.insert(images).second) continue;
    DataReading reading;
    IdxDatasetConfig* const idx = reading.config.mutable_idx();
    idx->set_folder(folder);
    idx->set_train_images(images);
    idx->set_train_labels(IdxLabelsName(images));
    idx->set_test_images("");
    idx->set_test_labels("");
    for (const char* const word : {"t10k", "test"}) {
      const std::string test = absl::StrReplaceAll(images, {{"train", word}});
      if (!exists(test) || !exists(IdxLabelsName(test))) continue;
      idx->set_test_images(test);
      idx->set_test_labels(IdxLabelsName(test));
      break;
    }
    SetWhatIsEmnists(folder, images, names, idx);
    reading.in_words = absl::StrCat("IDX files in ", ShownFolder(folder), " (", Printable(images), ")");
    readings->push_back(std::move(reading));
  }
}

void AddCifar(const std::string& folder, std::vector<DataReading>* readings) {
  const absl::StatusOr<CifarFiles> files = FindCifarFiles(folder);
  if (!files.ok()) return;
  DataReading reading;
  reading.config.mutable_cifar()->set_folder(folder);
  reading.in_words = absl::StrCat(CifarVersionName(files->version), "'s binary files in ", ShownFolder(folder));
  readings->push_back(std::move(reading));
}

// --- splits ---

// By the words of a name: "seg_train" is one of training samples. Nullopt if it names no split.
std::optional<Split> SplitOfName(absl::string_view name) {
  constexpr std::pair<absl::string_view, Split> kWords[] = {
      {"train", Split::kTrain},      {"training", Split::kTrain},        {"val", Split::kValidation},
      {"valid", Split::kValidation}, {"validation", Split::kValidation}, {"dev", Split::kValidation},
      {"test", Split::kTest},        {"testing", Split::kTest},          {"eval", Split::kTest},
      {"evaluation", Split::kTest}};
  std::optional<Split> found;
  const std::string lower = absl::AsciiStrToLower(name);
  for (const absl::string_view part : absl::StrSplit(lower, absl::ByAnyChar("_-. "))) {
    const absl::string_view letters = part.substr(0, part.find_last_not_of("0123456789") + 1);
    const auto word = std::find_if(std::begin(kWords), std::end(kWords), [&](const auto& known) { return known.first == letters; });
    if (word != std::end(kWords) && !found.has_value()) found = word->second;
  }
  return found;
}

SourceConfig* AddSource(Split split, DatasetConfig* config) {
  switch (split) {
    case Split::kTrain:
      return config->add_train();
    case Split::kValidation:
      return config->add_validation();
    case Split::kTest:
      return config->add_test();
    case Split::kUnlabelled:
      return config->add_unlabelled();
  }
  return config->add_unlabelled();
}

// --- tar shards ---

// "train-*.tar" for "train-000012.tar".
std::string ShardPattern(absl::string_view name) {
  std::string stem(absl::StripSuffix(name, ".tar"));
  const size_t digits = stem.find_last_not_of("0123456789") + 1;
  return absl::StrCat(stem.substr(0, digits), digits < stem.size() ? "*" : "", ".tar");
}

// A folder that holds shards of several names: those of each split, or all of them.
void AddTar(const std::string& folder, const Entries& entries, std::vector<DataReading>* readings) {
  std::map<std::string, std::string> first_of;  // by pattern
  for (const std::string& file : entries.files) {
    if (absl::EndsWith(file, ".tar")) first_of.emplace(ShardPattern(file), file);
  }
  if (first_of.empty()) return;
  const bool are_splits =
      std::all_of(first_of.begin(), first_of.end(), [](const auto& shard) { return SplitOfName(shard.first).has_value(); });
  DataReading reading;
  std::vector<std::string> shown;
  for (const auto& [pattern, first] : first_of) {
    SourceConfig* const source = are_splits ? AddSource(*SplitOfName(pattern), &reading.config) : reading.config.add_pool();
    TarShardsConfig* const shards = source->mutable_tar_shards();
    shards->set_files(absl::StrCat(folder, "/", pattern));
    SetTarLabels(absl::StrCat(folder, "/", first), shards);
    shown.push_back(Printable(pattern));
  }
  if (are_splits && reading.config.train_size() == 0) return;
  reading.in_words = absl::StrCat("tar shards ", absl::StrJoin(shown, ", "), " in ", ShownFolder(folder));
  readings->push_back(std::move(reading));
}

// --- tables ---

bool IsTableName(absl::string_view name) {
  const std::string extension = ExtensionOf(name);
  return extension == ".csv" || extension == ".tsv" || extension == ".txt" || extension == ".lst";
}

// The whole text, or whole lines of its beginning; "" if it cannot be read.
std::string BeginningOf(const std::string& path) {
  InputFile file(path);
  if (!file.Open().ok()) return "";
  std::string text(static_cast<size_t>(std::min(file.size(), kMaxTableBytes)), '\0');
  const absl::StatusOr<size_t> size = file.Read(text.data(), text.size());
  if (!size.ok()) return "";
  text.resize(*size);
  if (file.size() > kMaxTableBytes) text.resize(text.rfind('\n') + 1);
  return text;
}

// The table's own folder, the folders in it, and those in them.
std::vector<std::string> RootsFor(const std::string& folder) {
  std::vector<std::string> roots = {folder};
  for (size_t i = 0; i < roots.size() && roots.size() < kMaxRoots; ++i) {
    const absl::StatusOr<Entries> entries = ListEntries(roots[i]);
    if (!entries.ok() || std::count(roots[i].begin(), roots[i].end(), '/') > std::count(folder.begin(), folder.end(), '/') + 1) continue;
    for (const std::string& name : entries->folders) {
      if (roots.size() < kMaxRoots) roots.push_back(absl::StrCat(roots[i], "/", name));
    }
  }
  return roots;
}

struct FoundTable {
  std::string name;
  TableGuess guess;
};

std::vector<FoundTable> FindTables(const std::string& folder, const Entries& entries) {
  std::vector<FoundTable> tables;
  std::optional<std::vector<std::string>> roots;
  size_t tried = 0;
  for (const std::string& file : entries.files) {
    if (!IsTableName(file) || ++tried > kMaxTables) continue;
    if (!roots.has_value()) roots = RootsFor(folder);
    const std::string path = absl::StrCat(folder, "/", file);
    if (auto guess = GuessTable(BeginningOf(path), path, *roots)) tables.push_back({file, *std::move(guess)});
  }
  return tables;
}

// Tables named as splits belong together; every other is a reading of its own.
void AddTables(const std::vector<FoundTable>& tables, std::vector<DataReading>* readings) {
  std::map<Split, const FoundTable*> splits;
  for (const FoundTable& table : tables) {
    if (const auto split = SplitOfName(table.name)) splits.emplace(*split, &table);
  }
  if (splits.count(Split::kTrain) > 0 && splits.size() > 1) {
    DataReading reading;
    std::vector<std::string> shown;
    for (const auto& [split, table] : splits) {
      *AddSource(split, &reading.config) = table->guess.source;
      shown.push_back(Printable(table->name));
    }
    reading.in_words = absl::StrCat("tables ", absl::StrJoin(shown, ", "), ": ", splits.at(Split::kTrain)->guess.in_words);
    readings->push_back(std::move(reading));
    return;
  }
  for (const FoundTable& table : tables) {
    DataReading reading;
    *reading.config.add_pool() = table.guess.source;
    reading.in_words = absl::StrCat("table ", Printable(table.name), ": ", table.guess.in_words);
    readings->push_back(std::move(reading));
  }
}

// --- folders ---

// The folders directly below the root that hold pictures, at any depth.
std::set<std::string> FoldersWithPictures(const FolderListing& listing) {
  std::set<std::string> names;
  for (const ListedFolder& folder : listing.folders) {
    if (folder.path.size() <= listing.root.size()) continue;
    const std::string below = folder.path.substr(listing.root.size() + 1);
    names.insert(below.substr(0, below.find('/')));
  }
  return names;
}

std::optional<NameLabels> LabelsInNames(const FolderListing& listing) {
  std::vector<absl::string_view> names;
  for (const ListedFolder& folder : listing.folders) {
    for (const std::string& path : folder.pictures) names.push_back(absl::string_view(path).substr(path.rfind('/') + 1));
  }
  return GuessNameLabels(names);
}

// Passes through folders that hold one folder and nothing else that could be data.
std::string Unwrapped(std::string folder) {
  for (int i = 0; i < kMaxWrappers; ++i) {
    const absl::StatusOr<Entries> entries = ListEntries(folder);
    if (!entries.ok() || entries->has_pictures || entries->folders.size() != 1) break;
    folder = absl::StrCat(folder, "/", entries->folders[0]);
  }
  return folder;
}

struct LabelledFolder {
  SourceConfig source;
  std::string in_words;
};

// A folder of one split, or of all samples.
std::vector<LabelledFolder> ReadingsOfFolder(const FolderListing& listing) {
  std::vector<LabelledFolder> readings;
  if (FoldersWithPictures(listing).size() >= 2) {
    LabelledFolder classes;
    classes.source.mutable_class_folders()->set_folder(listing.root);
    classes.in_words = absl::StrCat("a folder for each class in ", ShownFolder(listing.root));
    readings.push_back(std::move(classes));
  }
  if (const auto labels = LabelsInNames(listing)) {
    LabelledFolder names;
    FileNamesConfig* const config = names.source.mutable_file_names();
    config->set_folder(listing.root);
    config->set_label_pattern(labels->pattern);
    names.in_words = absl::StrCat("names of files in ", ShownFolder(listing.root), ", ", labels->in_words);
    readings.push_back(std::move(names));
  }
  return readings;
}

// Folders by the splits that they are named as, and the others.
struct SplitFolders {
  std::map<Split, std::string> splits;
  std::vector<std::string> others;

  // A folder "train" beside "bus" and "car" is a class.
  bool AreSplits() const { return splits.count(Split::kTrain) > 0 && (splits.size() > 1 || others.empty()); }
};

SplitFolders SplitFoldersOf(const FolderListing& listing) {
  SplitFolders folders;
  for (const std::string& name : FoldersWithPictures(listing)) {
    const auto split = SplitOfName(name);
    if (!split.has_value() || !folders.splits.emplace(*split, name).second) folders.others.push_back(name);
  }
  return folders;
}

void AddSplits(const FolderListing& listing, const SplitFolders& folders, FoundReadings* found) {
  DataReading reading;
  std::vector<std::string> shown, notes;
  for (const std::string& name : folders.others)
    notes.push_back(absl::StrCat("the folder ", InQuotes(name), " is no split and is left out"));
  for (const auto& [split, name] : folders.splits) {
    const std::string folder = Unwrapped(absl::StrCat(listing.root, "/", name));
    const std::vector<LabelledFolder> readings = ReadingsOfFolder(WalkFolder(folder));
    if (readings.empty() && split == Split::kTrain) return;
    if (readings.empty()) {
      notes.push_back(
          absl::StrCat("the pictures in ", Printable(folder), "/ have no labels: mica predict classifies them once a model is trained"));
      continue;
    }
    *AddSource(split, &reading.config) = readings[0].source;
    shown.push_back(absl::StrCat(SplitName(split), " from ", readings[0].in_words));
  }
  reading.in_words = absl::StrJoin(shown, "; ");
  found->readings.push_back(std::move(reading));
  found->notes.insert(found->notes.end(), notes.begin(), notes.end());
}

void AddFolders(const FolderListing& listing, std::vector<DataReading>* readings) {
  for (const LabelledFolder& labelled : ReadingsOfFolder(listing)) {
    DataReading reading;
    *reading.config.add_pool() = labelled.source;
    reading.in_words = labelled.in_words;
    readings->push_back(std::move(reading));
  }
}

// Whether a table's labels say more than the folders that pictures lie in.
bool SaysMore(const FoundTable& table, const std::set<std::string>& folders) {
  return !std::includes(folders.begin(), folders.end(), table.guess.labels.begin(), table.guess.labels.end());
}

std::string JsonLinesHint(const FolderListing& listing) {
  const bool has_any = listing.leftover.count(".jsonl") + listing.leftover.count(".ndjson") > 0;
  return has_any ? "; JSON lines are not read: write them as a CSV file with a header, such as \"path,label\"" : "";
}

absl::Status NothingFound(const FolderListing& listing) {
  const std::string shown = listing.ShownRoot();
  const size_t pictures = listing.PictureCount();
  if (pictures == 0) return DataError(absl::StrCat(NoPicturesProblem(listing), JsonLinesHint(listing), kHowToArrange));
  const std::set<std::string> folders = FoldersWithPictures(listing);
  if (folders.size() == 1) {
    return DataError(absl::StrCat(shown, ": all ", pictures, " pictures lie in one folder, ", InQuotes(*folders.begin()),
                                  ", so there is one class; a classifier needs at least two", JsonLinesHint(listing), kHowToArrange));
  }
  return DataError(absl::StrCat(shown, ": ", pictures,
                                " pictures, but neither folders for classes, nor a table that names them, nor labels in ",
                                "their names (cat.0.jpg)", JsonLinesHint(listing), kHowToArrange));
}

// Readings 1 and the tables of this folder and of those that wrap the one with the pictures.
absl::StatusOr<std::string> ReadFiles(std::string folder, std::vector<DataReading>* packed, std::vector<FoundTable>* tables) {
  for (int i = 0; i < kMaxWrappers; ++i) {
    MICA_ASSIGN_OR_RETURN(const Entries entries, ListEntries(folder));
    AddIdx(folder, entries, packed);
    AddCifar(folder, packed);
    AddTar(folder, entries, packed);
    for (FoundTable& table : FindTables(folder, entries)) tables->push_back(std::move(table));
    if (entries.has_pictures || entries.folders.size() != 1) break;
    const std::string below = absl::StrCat(folder, "/", entries.folders[0]);
    MICA_ASSIGN_OR_RETURN(const Entries inside, ListEntries(below));
    if (inside.has_pictures && inside.folders.empty() && inside.files.empty() && !SplitOfName(entries.folders[0]).has_value()) break;
    folder = below;
  }
  return folder;
}

absl::StatusOr<FoundReadings> ReadingsOf(const std::string& folder) {
  FoundReadings found;
  std::vector<FoundTable> tables;
  MICA_ASSIGN_OR_RETURN(const std::string inner, ReadFiles(folder, &found.readings, &tables));
  const FolderListing listing = WalkFolder(inner);
  const SplitFolders splits = SplitFoldersOf(listing);
  if (splits.AreSplits()) AddSplits(listing, splits, &found);
  const std::set<std::string> folders = FoldersWithPictures(listing);
  std::vector<FoundTable> telling, others;
  for (FoundTable& table : tables) (SaysMore(table, folders) ? telling : others).push_back(std::move(table));
  AddTables(telling, &found.readings);
  if (!splits.AreSplits()) AddFolders(listing, &found.readings);
  AddTables(others, &found.readings);
  if (found.readings.empty()) return NothingFound(listing);
  return found;
}

absl::StatusOr<FoundReadings> ReadingsOfFile(const std::string& path) {
  FoundReadings found;
  const std::string name = BaseName(path), folder = FolderName(path);
  Entries alone;
  alone.files = {name};
  if (absl::EndsWith(name, ".tar")) {
    DataReading reading;
    TarShardsConfig* const shards = reading.config.add_pool()->mutable_tar_shards();
    shards->set_files(path);
    SetTarLabels(path, shards);
    reading.in_words = absl::StrCat("the tar shard ", Printable(name));
    found.readings.push_back(std::move(reading));
  }
  if (IsTableName(name)) AddTables(FindTables(folder, alone), &found.readings);
  if (!IdxImagesName(name).empty()) {
    MICA_ASSIGN_OR_RETURN(const Entries entries, ListEntries(folder));
    AddIdx(folder, entries, &found.readings);
  }
  if (!found.readings.empty()) return found;
  if (IsTableName(name)) {
    return DataError(absl::StrCat(Printable(path), ": is no table that names pictures and their classes: no column's values are files in ",
                                  Printable(folder), "/ or the folders in it, or no other column holds a class"));
  }
  return DataError(absl::StrCat(Printable(path), ": is a file; name the folder with the pictures, a .csv, .tsv or .txt table beside them, ",
                                "or a .tar shard"));
}

}  // namespace

absl::StatusOr<FoundReadings> FindReadings(const std::string& path) {
  struct stat stats;
  if (stat(path.c_str(), &stats) != 0) {
    return DataError(
        absl::StrCat(Printable(path), ": cannot be opened (", WhyNotOpened(path, errno), "); name the folder with the pictures"));
  }
  if (S_ISDIR(stats.st_mode)) return ReadingsOf(path);
  if (S_ISREG(stats.st_mode)) return ReadingsOfFile(path);
  return DataError(absl::StrCat(Printable(path), ": is neither a folder nor a regular file; name the folder with the pictures"));
}

}  // namespace mica
