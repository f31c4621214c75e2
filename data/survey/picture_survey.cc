#include "data/survey/picture_survey.h"

#include <errno.h>
#include <fcntl.h>
#include <glog/logging.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <new>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "data/decode/picture_decoder.h"
#include "data/decode/picture_file.h"
#include "data/decode/picture_header.h"
#include "data/decode/picture_slice.h"
#include "data/picture/picture.h"
#include "data/survey/perceptual_hash.h"
#include "data/survey/survey_cache.h"

namespace mica {
namespace {

FileStamp StampOf(const struct stat& stats) {
  FileStamp stamp;
  stamp.size_bytes = stats.st_size;
  stamp.mtime_ns = int64_t{stats.st_mtim.tv_sec} * 1000000000 + stats.st_mtim.tv_nsec;
  stamp.inode = stats.st_ino;
  return stamp;
}

void SetHeader(const PictureHeader& header, PictureFacts* facts) {
  facts->format = header.format;
  facts->colour = header.colour;
  facts->bits = header.bits;
  facts->orientation = header.orientation;
  facts->is_animated = header.is_animated;
  facts->width_px = header.width_px;
  facts->height_px = header.height_px;
}

ChannelSums SumsOf(const uint8_t* pixels, int64_t count, int channels) {
  ChannelSums sums;
  if (channels == 1) {
    for (int64_t i = 0; i < count; ++i) {
      sums.sum[0] += pixels[i];
      sums.sum_of_squares[0] += uint32_t{pixels[i]} * pixels[i];
    }
    return sums;
  }
  for (int64_t i = 0; i < count; ++i) {
    for (int channel = 0; channel < 3; ++channel) {
      const uint32_t value = pixels[3 * i + channel];
      sums.sum[channel] += value;
      sums.sum_of_squares[channel] += value * value;
    }
  }
  return sums;
}

void SetPixels(const uint8_t* pixels, int height_px, int width_px, int channels, PictureFacts* facts) {
  const int64_t count = int64_t{height_px} * width_px;
  facts->channels = static_cast<uint8_t>(channels);
  facts->sums = SumsOf(pixels, count, channels);
  const SmallGrey small = ShrinkToGrey({pixels, static_cast<size_t>(count * channels)}, height_px, width_px, channels);
  facts->brightness = static_cast<float>(small.mean);
  const std::optional<uint64_t> hash = PerceptualHash(small);
  facts->has_perceptual_hash = hash.has_value();
  facts->perceptual_hash = hash.value_or(0);
}

// What is known of one picture while it is looked at.
struct Look {
  PictureFacts facts;
  std::optional<PictureProblem> problem;

  bool IsUsable() const { return !problem.has_value() || problem->is_usable; }

  // Keeps the worse of two problems: what makes a picture useless comes before notes.
  void Add(PictureProblem found, SurveyDepth depth) {
    if (problem.has_value() && (!problem->is_usable || found.is_usable)) return;
    if (found.fault == PictureFault::kUnreadable) found.may_pass = true;
    problem = std::move(found);
    facts.problem_depth = depth;
  }
};

// Looks at pictures one after another. One for each thread.
class Worker {
 public:
  Worker(const DatasetIndex& index, const SurveyCache& cache, SurveyDepth depth) : index_(index), cache_(cache), depth_(depth) {}

  // Sets `is_cached` if the picture was not opened.
  Look LookAt(const ImageRecord& record, uint64_t key, bool* is_cached) {
    const SampleFile& file = index_.files[record.file];
    if (file.raw.has_value()) return LookAtPixels(record, file);
    Look look;
    struct stat stats;
    if (stat(file.path.c_str(), &stats) == 0) look.facts.stamp = StampOf(stats);
    *is_cached = Recall(static_cast<size_t>(record.id), key, &look);
    if (*is_cached) return look;
    try {
      LookAtFile(record, file, &look);
    } catch (const std::bad_alloc&) {
      PictureProblem problem = {PictureFault::kTooLarge, /*is_usable=*/false, "does not fit into the memory that is left"};
      problem.may_pass = true;
      look.Add(std::move(problem), depth_);
    }
    return look;
  }

 private:
  // Takes over what an earlier survey knows of the unchanged file, if it looked as closely or
  // closer looks would find no more. What only a closer look found is left out: a result must not
  // depend on what was looked at before.
  bool Recall(size_t id, uint64_t key, Look* look) const {
    const PictureFacts* const known = cache_.Find(id, key, look->facts.stamp);
    if (known == nullptr) return false;
    const PictureProblem* const problem =
        known->problem < 0 || known->problem_depth > depth_ ? nullptr : &cache_.problems()[known->problem];
    if (known->depth < depth_ && (problem == nullptr || problem->is_usable)) return false;
    look->facts = *known;
    if (problem != nullptr) look->problem = *problem;
    return true;
  }

  void LookAtFile(const ImageRecord& record, const SampleFile& file, Look* look) {
    look->facts.depth = depth_;
    if (!Open(record.file, file.path, look)) return;
    const bool is_whole = record.length == 0;
    PictureSlice packed(file_, record.offset, record.length);
    PictureBytes& bytes = is_whole ? static_cast<PictureBytes&>(file_) : packed;
    look->facts.picture_bytes = bytes.size();
    Take(ProbePicture(bytes), look);
    if (depth_ > SurveyDepth::kHeaders && look->facts.is_known()) LookAtContent(bytes, look);
    if (is_whole) open_file_ = -1;
  }

  // Samples of one shard follow one another, so it stays open.
  bool Open(int32_t file, const std::string& path, Look* look) {
    if (file == open_file_) return true;
    open_file_ = -1;
    if (std::optional<PictureProblem> problem = file_.Open(path)) {
      look->Add(*std::move(problem), SurveyDepth::kHeaders);
      return false;
    }
    open_file_ = file;
    return true;
  }

  static void Take(ProbeResult probe, Look* look) {
    if (probe.header.has_value()) SetHeader(*probe.header, &look->facts);
    if (probe.problem.has_value()) look->Add(*std::move(probe.problem), SurveyDepth::kHeaders);
  }

  void LookAtContent(PictureBytes& bytes, Look* look) {
    if (bytes.size() > kMaxPictureBytes) {
      return look->Add({PictureFault::kTooLarge, /*is_usable=*/false,
                        absl::StrCat("has ", bytes.size(), " bytes, above the limit of ", kMaxPictureBytes, "; scale it down")},
                       SurveyDepth::kContent);
    }
    const absl::string_view content = bytes.Read(0, bytes.size());
    if (static_cast<int64_t>(content.size()) != bytes.size()) {
      const std::string why = bytes.error();
      const std::string shorter = absl::StrCat("has become shorter while it was read: ", content.size(), " of ", bytes.size(), " bytes");
      return look->Add({PictureFault::kUnreadable, /*is_usable=*/false, why.empty() ? shorter : why}, SurveyDepth::kContent);
    }
    look->facts.content_hash = Fingerprint(content);
    if (depth_ == SurveyDepth::kPixels && look->IsUsable()) Decode(content, look);
  }

  void Decode(absl::string_view content, Look* look) {
    for (PictureProblem& problem : decoder_.Decode(content, look->facts.format, &picture_))
      look->Add(std::move(problem), SurveyDepth::kPixels);
    if (!look->IsUsable()) return;
    SetPixels(picture_.pixels.data(), picture_.height_px, picture_.width_px, picture_.channels, &look->facts);
  }

  Look LookAtPixels(const ImageRecord& record, const SampleFile& file) {
    Look look;
    PictureFacts& facts = look.facts;
    const absl::string_view bytes = absl::string_view(*file.bytes).substr(record.offset, record.length);
    facts.is_raw = true;
    facts.depth = depth_;
    facts.picture_bytes = record.length;
    facts.width_px = file.raw->width_px;
    facts.height_px = file.raw->height_px;
    facts.colour = file.raw->channels == 1 ? ColourKind::kGrey : ColourKind::kRgb;
    if (depth_ >= SurveyDepth::kContent) facts.content_hash = Fingerprint(bytes);
    if (depth_ < SurveyDepth::kPixels) return look;
    FromPlanes(bytes, file.raw->height_px, file.raw->width_px, file.raw->channels, &picture_);
    SetPixels(picture_.pixels.data(), picture_.height_px, picture_.width_px, picture_.channels, &facts);
    return look;
  }

  const DatasetIndex& index_;
  const SurveyCache& cache_;
  const SurveyDepth depth_;
  PictureFile file_;
  int32_t open_file_ = -1;
  PictureDecoder decoder_;
  Picture picture_;
};

std::vector<uint64_t> KeysOf(const DatasetIndex& index) {
  std::vector<uint64_t> keys;
  keys.reserve(index.records.size());
  for (const ImageRecord& record : index.records) {
    const SampleFile& file = index.files[record.file];
    const uint64_t key = Fingerprint(file.path);
    keys.push_back(record.length == 0 ? key : Fingerprint(absl::StrCat(record.offset, "+", record.length), key));
  }
  return keys;
}

// One survey: its threads take pictures in small runs.
class Survey {
 public:
  Survey(const DatasetIndex& index, const SurveyOptions& options, const std::vector<uint64_t>& keys, const SurveyCache& cache)
      : index_(index), options_(options), keys_(keys), cache_(cache) {
    result_.depth = options.depth;
    result_.facts.resize(index.records.size());
  }

  PictureSurvey Run() {
    const auto runs = (index_.records.size() + kRun - 1) / kRun;
    const size_t threads =
        std::clamp<size_t>(std::thread::hardware_concurrency(), 1, std::max<size_t>(1, std::min<size_t>(runs, kMaxThreads)));
    std::vector<std::thread> workers;
    for (size_t i = 1; i < threads; ++i) {
      try {
        workers.emplace_back([this] { Work(/*reports=*/false); });
      } catch (const std::system_error&) {
        break;  // the system grants no more: these will do
      }
    }
    Work(/*reports=*/true);
    for (std::thread& worker : workers) worker.join();
    result_.from_cache = cached_;
    return std::move(result_);
  }

 private:
  static constexpr size_t kRun = 32;
  static constexpr size_t kMaxThreads = 64;

  void Work(bool reports) {
    Worker worker(index_, cache_, options_.depth);
    while (!is_stopped_) {
      const size_t begin = next_.fetch_add(kRun);
      if (begin >= index_.records.size()) return;
      const size_t end = std::min(begin + kRun, index_.records.size());
      for (size_t id = begin; id < end; ++id) Keep(id, &worker);
      if (reports && options_.progress && !options_.progress(static_cast<int64_t>(end))) is_stopped_ = true;
    }
  }

  void Keep(size_t id, Worker* worker) {
    bool is_cached = false;
    Look look = worker->LookAt(index_.records[id], keys_.empty() ? 0 : keys_[id], &is_cached);
    look.facts.problem = -1;
    if (look.problem.has_value()) {
      const std::lock_guard<std::mutex> lock(mutex_);
      look.facts.problem = static_cast<int32_t>(result_.problems.size());
      result_.problems.push_back(*std::move(look.problem));
    }
    cached_ += is_cached;
    result_.facts[id] = look.facts;
  }

  const DatasetIndex& index_;
  const SurveyOptions& options_;
  const std::vector<uint64_t>& keys_;  // of the cache; empty if there is none
  const SurveyCache& cache_;
  std::atomic<size_t> next_{0};
  std::atomic<int64_t> cached_{0};
  std::atomic<bool> is_stopped_{false};
  std::mutex mutex_;  // of the problems
  PictureSurvey result_;
};

int64_t NowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

PictureSurvey SurveyPictures(const DatasetIndex& index, const SurveyOptions& options) {
  const int64_t started_ns = NowNs();
  const bool is_cacheable = !options.cache_file.empty() && !index.IsRaw();
  const SurveyCache cache = is_cacheable ? SurveyCache::Load(options.cache_file) : SurveyCache();
  const std::vector<uint64_t> keys = is_cacheable ? KeysOf(index) : std::vector<uint64_t>();
  PictureSurvey survey = Survey(index, options, keys, cache).Run();
  const bool is_news = survey.from_cache < static_cast<int64_t>(index.records.size());
  if (is_cacheable && is_news) {
    const absl::Status saved = cache.Save(options.cache_file, keys, survey, started_ns);
    survey.is_saved = saved.ok();
    if (!saved.ok()) VLOG(1) << "survey_cache_not_saved reason=\"" << saved.message() << "\"";
  }
  VLOG(1) << "pictures_surveyed pictures=" << survey.facts.size() << " depth=" << static_cast<int>(survey.depth)
          << " from_cache=" << survey.from_cache;
  return survey;
}

std::string CacheFileOf(const std::string& folder, const std::string& origin) {
  return folder.empty() ? "" : absl::StrCat(folder, "/", kCachePrefix, FormatFingerprint(Fingerprint(origin)));
}

}  // namespace mica
