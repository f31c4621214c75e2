#include "data/export/image_export.h"

#include <glog/logging.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/elapsed.h"
#include "base/error.h"
#include "base/printable.h"
#include "base/status_macros.h"
#include "data/export/class_names_file.h"
#include "data/export/export_folder.h"
#include "data/export/layout_writer.h"
#include "data/export/listed_layouts.h"
#include "data/export/named_layouts.h"
#include "data/export/ordered_work.h"
#include "data/export/picture_maker.h"
#include "data/export/tar_layout.h"

namespace mica {
namespace {

constexpr size_t kMaxExamples = 3;

// What is made by one thread at a time: few enough that little waits, many enough that taking them
// costs nothing.
constexpr size_t kPicturesPerPiece = 64;
constexpr int64_t kBytesPerPiece = int64_t{4} << 20;
constexpr unsigned kMaxThreads = 32;

bool IsChosen(const ImageRecord& record, const ExportOptions& options) {
  return std::find(options.splits.begin(), options.splits.end(), record.split) != options.splits.end();
}

// Which splits have samples: "train (60000), test (10000)".
std::string SplitsThatHave(const DatasetIndex& index) {
  std::vector<std::string> splits;
  for (const Split split : {Split::kTrain, Split::kValidation, Split::kTest, Split::kUnlabelled}) {
    const size_t samples = index.RecordsOf(split).size();
    if (samples > 0) splits.push_back(absl::StrCat(SplitName(split), " (", samples, ")"));
  }
  return absl::StrJoin(splits, ", ");
}

std::unique_ptr<LayoutWriter> CreateLayoutWriter(ExportLayout layout, const std::vector<std::string>& class_names, ExportFolder& folder) {
  switch (layout) {
    case ExportLayout::kClassFolders:
      return std::make_unique<ClassFoldersWriter>(class_names, folder);
    case ExportLayout::kFileNames:
      return std::make_unique<FileNamesWriter>(class_names, folder);
    case ExportLayout::kListFile:
      return std::make_unique<ListFileWriter>(folder);
    case ExportLayout::kCsv:
      return std::make_unique<CsvWriter>(class_names, folder);
    case ExportLayout::kTarShards:
      return std::make_unique<TarLayoutWriter>(folder);
  }
  return nullptr;
}

std::vector<std::string> ClassNamesFor(ExportLayout layout, const std::vector<std::string>& names) {
  switch (layout) {
    case ExportLayout::kClassFolders:
    case ExportLayout::kFileNames:
      return ClassFileNames(names);
    case ExportLayout::kListFile:
    case ExportLayout::kCsv:
    case ExportLayout::kTarShards:
      return ListedClassNames(names);
  }
  return {};
}

// One call of WriteImages.
class Export {
 public:
  Export(const DatasetIndex& index, const PictureSurvey& survey, const ExportOptions& options)
      : index_(index), survey_(survey), options_(options), class_names_(ClassNamesFor(options.layout, index.classes.names())) {}

  absl::StatusOr<ExportResult> Run(FileCalls& calls);

 private:
  using Piece = std::vector<absl::StatusOr<MadePicture>>;

  absl::Status Choose();
  absl::Status CheckLabels() const;
  void Divide(const PictureMaker& maker);
  absl::Status WritePictures(LayoutWriter* writer);
  absl::Status WritePiece(int64_t piece, Piece pictures, LayoutWriter* writer);
  absl::Status WritePicture(size_t number, const MadePicture& picture, LayoutWriter* writer);
  absl::Status WriteClassNames(ExportFolder* folder);
  void LeaveOut(const ImageRecord& record, absl::string_view why);
  void Describe(const ExportFolder& folder);

  const DatasetIndex& index_;
  const PictureSurvey& survey_;
  const ExportOptions& options_;
  const std::vector<std::string> class_names_;  // as they are written
  std::vector<int64_t> ids_;                    // of the pictures, by number
  std::vector<size_t> pieces_;                  // the number at which each begins, and the end
  int digits_ = 6;                              // of numbers in names
  std::vector<ExportPart> parts_;               // that have pictures
  std::vector<int64_t> samples_;                // by class, of all parts
  std::vector<int64_t> training_samples_;       // by class
  std::string class_names_file_;                // its name; "": none
  ExportResult result_;
};

absl::StatusOr<ExportResult> Export::Run(FileCalls& calls) {
  MICA_RETURN_IF_ERROR(Choose());
  MICA_ASSIGN_OR_RETURN(const std::unique_ptr<ExportFolder> folder, ExportFolder::Create(options_.folder, calls));
  const std::unique_ptr<LayoutWriter> writer = CreateLayoutWriter(options_.layout, class_names_, *folder);
  MICA_RETURN_IF_ERROR(writer->Begin());
  MICA_RETURN_IF_ERROR(WritePictures(writer.get()));
  MICA_RETURN_IF_ERROR(writer->End());
  MICA_RETURN_IF_ERROR(WriteClassNames(folder.get()));
  MICA_RETURN_IF_ERROR(folder->Publish());
  result_.bytes = folder->bytes();
  Describe(*folder);
  return std::move(result_);
}

absl::Status Export::Choose() {
  for (const ImageRecord& record : index_.records) {
    if (!IsChosen(record, options_)) continue;
    if (!survey_.IsUsable(record.id)) {
      LeaveOut(record, survey_.ProblemOf(record.id)->message);
    } else if (!survey_.facts[record.id].is_known()) {
      LeaveOut(record, "was not looked at");
    } else {
      ids_.push_back(record.id);
    }
  }
  if (ids_.empty() && result_.left_out > 0) {
    return DataError(
        absl::StrCat("none of the ", result_.left_out, " pictures to write can be used: ", absl::StrJoin(result_.examples, "; ")));
  }
  if (ids_.empty()) {
    return FlagError(absl::StrCat("there are no pictures to write in the chosen splits; the data has ", SplitsThatHave(index_)));
  }
  digits_ = std::max<int>(digits_, static_cast<int>(absl::StrCat(ids_.size() - 1).size()));
  samples_.resize(index_.classes.size());
  training_samples_.resize(index_.classes.size());
  return TakesUnlabelled(options_.layout) ? absl::OkStatus() : CheckLabels();
}

absl::Status Export::CheckLabels() const {
  const auto is_unlabelled = [this](int64_t id) { return index_.records[id].label < 0; };
  const auto first = std::find_if(ids_.begin(), ids_.end(), is_unlabelled);
  if (first == ids_.end()) return absl::OkStatus();
  const ImageRecord& record = index_.records[*first];
  return FlagError(absl::StrCat(std::count_if(first, ids_.end(), is_unlabelled), " of the ", ids_.size(), " pictures have no label (",
                                Printable(index_.PathOf(record)), " of the ", SplitName(record.split), " split is the first), and ",
                                options_.layout == ExportLayout::kClassFolders ? "class folders have" : "names with classes have",
                                " no place for them; choose splits with labels, or one of the layouts LIST_FILE, CSV and TAR_SHARDS"));
}

void Export::LeaveOut(const ImageRecord& record, absl::string_view why) {
  if (++result_.left_out > static_cast<int64_t>(kMaxExamples)) return;
  result_.examples.push_back(absl::StrCat(Printable(index_.PathOf(record)), ": ", why));
}

void Export::Divide(const PictureMaker& maker) {
  int64_t bytes = 0;
  pieces_ = {0};
  for (size_t number = 0; number < ids_.size(); ++number) {
    const int64_t more = maker.EstimatedBytes(ids_[number]);
    const bool is_full = number - pieces_.back() == kPicturesPerPiece || (number > pieces_.back() && bytes + more > kBytesPerPiece);
    if (is_full) {
      pieces_.push_back(number);
      bytes = 0;
    }
    bytes += more;
  }
  pieces_.push_back(ids_.size());
}

absl::Status Export::WritePictures(LayoutWriter* writer) {
  const int threads = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, kMaxThreads));
  std::vector<std::unique_ptr<PictureMaker>> makers;  // by worker
  for (int i = 0; i < threads; ++i) makers.push_back(std::make_unique<PictureMaker>(index_, survey_, options_.format));
  Divide(*makers[0]);
  const auto make = [&](int worker, int64_t piece) {
    Piece pictures;
    for (size_t number = pieces_[piece]; number < pieces_[piece + 1]; ++number) {
      pictures.push_back(makers[worker]->Make(ids_[number]));
      if (!pictures.back().ok()) break;
    }
    return pictures;
  };
  const auto take = [&](int64_t piece, Piece pictures) { return WritePiece(piece, std::move(pictures), writer); };
  return DoInOrder<Piece>(static_cast<int64_t>(pieces_.size()) - 1, threads, make, take);
}

absl::Status Export::WritePiece(int64_t piece, Piece pictures, LayoutWriter* writer) {
  size_t number = pieces_[piece];
  for (const absl::StatusOr<MadePicture>& picture : pictures) {
    MICA_RETURN_IF_ERROR(picture.status());
    MICA_RETURN_IF_ERROR(WritePicture(number++, *picture, writer));
  }
  if (options_.progress && !options_.progress(static_cast<int64_t>(number))) {
    return absl::CancelledError(absl::StrCat(Printable(options_.folder), ": writing was stopped; nothing is left of it"));
  }
  return absl::OkStatus();
}

absl::Status Export::WritePicture(size_t number, const MadePicture& picture, LayoutWriter* writer) {
  const ImageRecord& record = index_.records[ids_[number]];
  if (!picture.damage.empty()) {
    LeaveOut(record, picture.damage);
    return absl::OkStatus();
  }
  const ExportPart part = {record.split, record.label >= 0};
  const auto is_part = [&](const ExportPart& other) { return other.split == part.split && other.is_labelled == part.is_labelled; };
  if (std::none_of(parts_.begin(), parts_.end(), is_part)) parts_.push_back(part);
  if (part.is_labelled) {
    ++samples_[record.label];
    training_samples_[record.label] += record.split == Split::kTrain;
  }
  ++result_.pictures;
  const PictureFormat format = FormatToWrite(survey_.facts[record.id], options_.format);
  const std::string name = absl::StrFormat("%s-%0*d", SplitName(record.split), digits_, number);
  return writer->Add({part.name(), record.label, name, FileExtension(format), picture.bytes});
}

absl::Status Export::WriteClassNames(ExportFolder* folder) {
  if (class_names_.empty()) return absl::OkStatus();
  const ClassNamesFile file = MakeClassNamesFile(class_names_, samples_);
  class_names_file_ = file.name;
  return folder->WriteFile(file.name, file.bytes);
}

void Export::Describe(const ExportFolder& folder) {
  std::sort(parts_.begin(), parts_.end(), [](const ExportPart& a, const ExportPart& b) {
    return a.split != b.split ? a.split < b.split : a.is_labelled > b.is_labelled;
  });
  const bool is_pool = !TakesUnlabelled(options_.layout) && parts_.size() > 1;
  const std::vector<int64_t>& counts = is_pool ? samples_ : training_samples_;
  const auto empty = std::count(counts.begin(), counts.end(), 0);
  const bool has_empty_classes = empty > 0 && empty < static_cast<int64_t>(counts.size());
  result_.how_to_read = HowToRead({options_.layout, folder.path(), class_names_file_, parts_, has_empty_classes});
}

}  // namespace

absl::StatusOr<ExportResult> WriteImages(const DatasetIndex& index, const PictureSurvey& survey, const ExportOptions& options,
                                         FileCalls& calls) {
  CHECK_EQ(survey.facts.size(), index.records.size());
  const auto start = std::chrono::steady_clock::now();
  MICA_ASSIGN_OR_RETURN(ExportResult result, Export(index, survey, options).Run(calls));
  VLOG(1) << "images_written pictures=" << result.pictures << " bytes=" << result.bytes << " left_out=" << result.left_out
          << " seconds=" << ElapsedSeconds(start);
  return result;
}

}  // namespace mica
