#include "base/files/mapped_file.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/input_file.h"
#include "base/status_macros.h"

namespace mica {
namespace {

// Pages whose faults the signal handler mends. It may run at any time in any thread, so places are
// taken and given back, but never freed.
struct GuardedPages {
  std::atomic<uintptr_t> begin = 0;  // 0: nobody's
  std::atomic<uintptr_t> end = 0;
  std::atomic<bool> has_failed = false;
  GuardedPages* next = nullptr;
};

std::atomic<GuardedPages*> all_guarded = nullptr;
struct sigaction action_before;

GuardedPages* Holding(uintptr_t address) {
  for (GuardedPages* pages = all_guarded; pages != nullptr; pages = pages->next) {
    const uintptr_t begin = pages->begin;
    if (begin != 0 && address >= begin && address < pages->end) return pages;
  }
  return nullptr;
}

// From the page that cannot be read on, the rest becomes zeros.
bool Mend(uintptr_t address, GuardedPages* pages) {
  pages->has_failed = true;
  const uintptr_t page = address & ~static_cast<uintptr_t>(getpagesize() - 1);
  return mmap(reinterpret_cast<void*>(page), pages->end - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
}

void OnUnreadablePage(int signal_number, siginfo_t* info, void*) {
  const int error = errno;
  const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
  GuardedPages* const pages = info->si_code > 0 ? Holding(address) : nullptr;  // above 0: from the kernel, so there is an address
  if (pages == nullptr || !Mend(address, pages)) {
    sigaction(signal_number, &action_before, nullptr);
    raise(signal_number);  // comes when this handler has returned
  }
  errno = error;
}

GuardedPages* Guard(uintptr_t begin, size_t size) {
  static std::mutex mutex;
  const std::lock_guard<std::mutex> lock(mutex);
  GuardedPages* pages = all_guarded;
  if (pages == nullptr) {
    struct sigaction action = {};
    action.sa_sigaction = OnUnreadablePage;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    sigaction(SIGBUS, &action, &action_before);
  }
  while (pages != nullptr && pages->begin != 0) pages = pages->next;
  if (pages == nullptr) {
    pages = new GuardedPages;
    pages->next = all_guarded;
    all_guarded = pages;
  }
  pages->has_failed = false;
  pages->end = begin + size;
  pages->begin = begin;
  return pages;
}

timespec LastWritten(const InputFile& file) {
  struct stat stats = {};
  fstat(file.descriptor(), &stats);
  return stats.st_mtim;
}

}  // namespace

struct MappedFile::Mapping {
  explicit Mapping(const std::string& path) : file(path) {}

  ~Mapping() {
    if (pages == nullptr) return;
    const auto begin = reinterpret_cast<void*>(pages->begin.load());
    pages->begin = 0;
    munmap(begin, file.size());
  }

  InputFile file;
  timespec last_written = {};
  GuardedPages* pages = nullptr;  // none of an empty file
};

absl::StatusOr<MappedFile> MappedFile::Open(const std::string& path) {
  auto mapping = std::make_unique<Mapping>(path);
  InputFile& file = mapping->file;
  MICA_RETURN_IF_ERROR(file.Open());
  mapping->last_written = LastWritten(file);
  if (file.size() > 0) {
    void* const begin = mmap(nullptr, file.size(), PROT_READ, MAP_PRIVATE, file.descriptor(), 0);
    if (begin == MAP_FAILED) return DataError(absl::StrCat(path, ": cannot be mapped into memory: ", strerror(errno)));
    mapping->pages = Guard(reinterpret_cast<uintptr_t>(begin), file.size());
  }
  return MappedFile(std::move(mapping));
}

MappedFile::MappedFile(std::unique_ptr<Mapping> mapping) : mapping_(std::move(mapping)) {}
MappedFile::MappedFile(MappedFile&&) noexcept = default;
MappedFile& MappedFile::operator=(MappedFile&&) noexcept = default;
MappedFile::~MappedFile() = default;

absl::string_view MappedFile::bytes() const {
  if (mapping_->pages == nullptr) return "";
  return {reinterpret_cast<const char*>(mapping_->pages->begin.load()), static_cast<size_t>(mapping_->file.size())};
}

absl::Status MappedFile::CheckIntact() const {
  const InputFile& file = mapping_->file;
  struct stat stats;
  if (fstat(file.descriptor(), &stats) != 0) return DataError(absl::StrCat(file.path(), ": cannot read: ", strerror(errno)));
  if (stats.st_size < file.size()) {
    return DataError(absl::StrCat(file.path(), ": shrank from ", file.size(), " to ", stats.st_size, " bytes while it was read"));
  }
  const timespec now = stats.st_mtim, before = mapping_->last_written;
  if (now.tv_sec != before.tv_sec || now.tv_nsec != before.tv_nsec) {
    return DataError(absl::StrCat(file.path(), ": was written to while it was read"));
  }
  if (mapping_->pages == nullptr || !mapping_->pages->has_failed) return absl::OkStatus();
  return DataError(absl::StrCat(file.path(), ": cannot be read in full; is its disk or network at fault?"));
}

}  // namespace mica
