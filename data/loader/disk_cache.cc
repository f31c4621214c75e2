#include "data/loader/disk_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "data/loader/ordered_prefetch.h"
#include "data/loader/temporary_cache.h"

namespace mica {
namespace {

constexpr char kMagic[8] = {'m', 'i', 'c', 'a', ' ', 'p', 'x', '\n'};
constexpr uint32_t kVersion = 1;  // another one wherever decoders give other pixels

template <typename T>
absl::string_view BytesOf(const T* values, size_t count) {
  static_assert(std::is_trivially_copyable_v<T>);
  return {reinterpret_cast<const char*>(values), count * sizeof(T)};
}

uint64_t HashFile(const SampleFile& file, uint64_t seed) {
  int64_t numbers[2] = {-1, -1};
  struct stat stats;
  if (stat(file.path.c_str(), &stats) == 0) {
    numbers[0] = stats.st_size;
    numbers[1] = int64_t{stats.st_mtim.tv_sec} * 1000000000 + stats.st_mtim.tv_nsec;
  }
  return Fingerprint(BytesOf(numbers, 2), Fingerprint(file.path, seed));
}

uint64_t KeyOf(const SampleDecoder& decoder, const DecodeConfig& decode) {
  uint64_t key = Fingerprint(absl::StrCat(decode.SerializeAsString(), " ", decoder.channels(), " ", kVersion));
  for (const SampleFile& file : decoder.index().files) key = HashFile(file, key);
  for (const ImageRecord& record : decoder.index().records) {
    const int64_t numbers[3] = {record.file, record.offset, record.length};
    key = Fingerprint(BytesOf(numbers, 3), key);
  }
  return key;
}

}  // namespace

// The end of the file.
struct DiskCache::Trailer {
  uint64_t key;
  uint64_t records;
  uint64_t table_checksum;
  uint32_t channels;
  uint32_t version;
  char magic[8];
};

// Decodes runs of pictures and appends them.
class DiskCache::Writer : public PrefetchWork {
 public:
  static constexpr int64_t kRun = 4;

  Writer(const SampleDecoder& decoder, int threads) : decoder_(decoder), threads_(threads), runs_(threads / 2 + 2) {}

  int slots() const { return static_cast<int>(runs_.size()); }

  absl::Status BeginBatch(int64_t /*epoch*/, int64_t batch, int slot) override {
    runs_[slot].first = batch * kRun;
    return absl::OkStatus();
  }

  absl::Status PrepareSample(int slot, int64_t sample, int worker, AbandonableWait* wait) override {
    std::optional<SampleDecoderScratch>& scratch = threads_[worker];
    if (!scratch.has_value()) scratch.emplace(decoder_.index(), wait);
    Picture& picture = runs_[slot].parts[sample].pixels;
    const absl::Status status = Decode(RecordAt(slot, sample), &*scratch, &runs_[slot].parts[sample]);
    if (absl::IsCancelled(status)) return status;
    if (!status.ok()) picture.Reshape(0, 0, decoder_.channels());
    return absl::OkStatus();
  }

  std::string NameOfSample(int slot, int64_t sample) const override { return decoder_.index().PathOf(RecordAt(slot, sample)); }

  // The run's pictures go to the file; their entries to *entries.
  absl::Status Append(int slot, int64_t* offset, AppendFile* file, std::vector<Entry>* entries) {
    const auto all = static_cast<int64_t>(decoder_.index().records.size());
    for (int64_t i = 0; i < std::min(kRun, all - runs_[slot].first); ++i) {
      Picture& picture = runs_[slot].parts[i].pixels;
      const absl::string_view pixels = BytesOf(picture.pixels.data(), picture.pixels.size());
      entries->push_back({*offset, picture.height_px, picture.width_px, Fingerprint(pixels)});
      MICA_RETURN_IF_ERROR(file->Append(pixels));
      *offset += static_cast<int64_t>(pixels.size());
      if (picture.pixels.capacity() > kKeptBytes) picture = Picture();
    }
    return absl::OkStatus();
  }

 private:
  struct Run {
    int64_t first = 0;
    PicturePart parts[kRun];
  };

  const ImageRecord& RecordAt(int slot, int64_t sample) const { return decoder_.index().records[runs_[slot].first + sample]; }

  absl::Status Decode(const ImageRecord& record, SampleDecoderScratch* scratch, PicturePart* part) const {
    MICA_ASSIGN_OR_RETURN(const PictureSize size, decoder_.Read(record, scratch));
    return decoder_.Decode(record, PictureRegion::Whole(size), /*output=*/{}, scratch, part);
  }

  static constexpr size_t kKeptBytes = 4 << 20;  // for the next picture

  const SampleDecoder& decoder_;
  std::vector<std::optional<SampleDecoderScratch>> threads_;
  std::vector<Run> runs_;  // by slot
};

absl::Status DiskCache::Write(const SampleDecoder& decoder, uint64_t key, const Options& options, const std::string& path,
                              FileCalls& calls) {
  const auto all = static_cast<int64_t>(decoder.index().records.size());
  const auto writer = std::make_shared<Writer>(decoder, options.threads);
  PrefetchOptions prefetch_options;
  prefetch_options.threads = options.threads;
  prefetch_options.slots = writer->slots();
  prefetch_options.timeout_seconds = options.timeout_seconds;
  prefetch_options.batches_per_epoch = (all + Writer::kRun - 1) / Writer::kRun;
  prefetch_options.batch_size = Writer::kRun;
  prefetch_options.last_batch_size = all - (prefetch_options.batches_per_epoch - 1) * Writer::kRun;
  prefetch_options.prepares_next_epoch = false;
  OrderedPrefetch prefetch(writer, prefetch_options);

  MICA_ASSIGN_OR_RETURN(const std::unique_ptr<AppendFile> file, AppendFile::Create(path, calls));
  MICA_RETURN_IF_ERROR(file->Append({kMagic, sizeof(kMagic)}));
  std::vector<Entry> entries;
  int64_t offset = sizeof(kMagic);
  MICA_RETURN_IF_ERROR(prefetch.StartEpoch(1, 0));
  for (bool there_is_one = true; there_is_one;) {
    absl::Status appended;
    MICA_ASSIGN_OR_RETURN(there_is_one, prefetch.Next([&](int slot) { appended = writer->Append(slot, &offset, file.get(), &entries); }));
    MICA_RETURN_IF_ERROR(appended);
    const auto done = static_cast<int64_t>(entries.size());
    if (options.progress && !options.progress(done, all)) return absl::CancelledError("the pictures are not all decoded");
  }
  const absl::string_view table = BytesOf(entries.data(), entries.size());
  Trailer trailer = {key, entries.size(), Fingerprint(table, key), static_cast<uint32_t>(decoder.channels()), kVersion, {}};
  std::memcpy(trailer.magic, kMagic, sizeof(kMagic));
  MICA_RETURN_IF_ERROR(file->Append(table));
  MICA_RETURN_IF_ERROR(file->Append(BytesOf(&trailer, 1)));
  return file->Sync();
}

absl::Status DiskCache::WriteAtomically(const SampleDecoder& decoder, uint64_t key, const Options& options, const std::string& path,
                                        FileCalls& calls) {
  MICA_RETURN_IF_ERROR(MakeFolders(options.folder, calls));
  const std::string temporary = TemporaryCacheName(path);
  absl::Status status = Write(decoder, key, options, temporary, calls);
  // A file that another machine has opened meanwhile must not vanish under it.
  const bool is_there = status.ok() && DiskCache(path, decoder.channels()).Load(key, decoder.index().records.size());
  if (status.ok() && !is_there) status = RenameFile(temporary, path, calls);
  if (!status.ok() || is_there) {
    calls.Unlink(temporary.c_str());
    return status;
  }
  return SyncFolder(options.folder, calls);
}

absl::StatusOr<std::shared_ptr<DiskCache>> DiskCache::Open(const SampleDecoder& decoder, const DecodeConfig& decode, const Options& options,
                                                           FileCalls& calls) {
  const uint64_t key = KeyOf(decoder, decode);
  const size_t records = decoder.index().records.size();
  const std::string path = absl::StrCat(options.folder, "/pictures-", FormatFingerprint(key), ".pixels");
  RemoveTemporariesOf(path, calls);
  std::shared_ptr<DiskCache> cache(new DiskCache(path, decoder.channels()));
  if (cache->Load(key, records)) return cache;
  const absl::Status status = WriteAtomically(decoder, key, options, path, calls);
  if (absl::IsCancelled(status)) return status;
  cache.reset(new DiskCache(path, decoder.channels()));
  if (cache->Load(key, records)) return cache;  // also if another machine wrote it and this one could not
  MICA_RETURN_IF_ERROR(status);
  return DataError(absl::StrCat(path, ": cannot be read back after it was written; leave loader.disk_cache out or choose another folder"));
}

DiskCache::~DiskCache() {
  if (file_ >= 0) close(file_);
}

bool DiskCache::ReadAll(int64_t offset, int64_t size, void* bytes) const {
  auto* next = static_cast<char*>(bytes);
  while (size > 0) {
    const ssize_t got = pread(file_, next, static_cast<size_t>(size), offset);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    next += got;
    offset += got;
    size -= got;
  }
  return true;
}

bool DiskCache::Load(uint64_t key, size_t records) {
  file_ = open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat stats;
  if (file_ < 0 || fstat(file_, &stats) != 0 || !S_ISREG(stats.st_mode)) return false;
  bytes_ = stats.st_size;
  const auto table_bytes = static_cast<int64_t>(records * sizeof(Entry));
  const int64_t table_offset = bytes_ - static_cast<int64_t>(sizeof(Trailer)) - table_bytes;
  Trailer trailer;
  if (table_offset < static_cast<int64_t>(sizeof(kMagic)) || !ReadAll(table_offset + table_bytes, sizeof(trailer), &trailer)) return false;
  if (std::memcmp(trailer.magic, kMagic, sizeof(kMagic)) != 0 || trailer.version != kVersion || trailer.key != key) return false;
  if (trailer.records != records || trailer.channels != static_cast<uint32_t>(channels_)) return false;
  entries_.resize(records);
  if (!ReadAll(table_offset, table_bytes, entries_.data())) return false;
  is_checked_ = std::vector<std::atomic<bool>>(records);
  return Fingerprint(BytesOf(entries_.data(), entries_.size()), key) == trailer.table_checksum;
}

std::optional<PictureSize> DiskCache::SizeOf(int64_t id) const {
  const Entry& entry = entries_[id];
  if (entry.height_px == 0) return std::nullopt;
  return PictureSize{entry.height_px, entry.width_px};
}

absl::Status DiskCache::Damaged(int64_t id) const {
  return DataError(absl::StrCat(path_, ": is damaged or cannot be read (picture ", id, "); delete it, then it is written again"));
}

// Whole rows are read, into the memory of the part, and then moved together.
absl::Status DiskCache::Copy(int64_t id, PictureRegion region, Picture* part) const {
  const Entry& entry = entries_[id];
  if (!is_checked_[id]) {
    part->Reshape(entry.height_px, entry.width_px, channels_);
    const auto size = static_cast<int64_t>(part->pixels.size());
    if (!ReadAll(entry.offset, size, part->pixels.data())) return Damaged(id);
    if (Fingerprint(BytesOf(part->pixels.data(), part->pixels.size())) != entry.checksum) return Damaged(id);
    is_checked_[id] = true;
  }
  part->Reshape(region.height_px, entry.width_px, channels_);
  const int64_t row_bytes = part->row_bytes();
  if (!ReadAll(entry.offset + region.top_px * row_bytes, region.height_px * row_bytes, part->pixels.data())) return Damaged(id);
  const uint8_t* from = part->pixels.data() + int64_t{region.left_px} * channels_;
  uint8_t* to = part->pixels.data();
  const int64_t part_bytes = int64_t{region.width_px} * channels_;
  for (int32_t y = 0; y < region.height_px; ++y, from += row_bytes, to += part_bytes) std::memmove(to, from, part_bytes);
  part->Reshape(region.height_px, region.width_px, channels_);
  return absl::OkStatus();
}

}  // namespace mica
