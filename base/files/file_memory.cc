#include "base/files/file_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/available_memory.h"
#include "base/error.h"
#include "base/files/input_file.h"
#include "base/status_macros.h"

namespace mica {
namespace {

constexpr int64_t kPartBytes = int64_t{16} << 20;  // for which a thread is worth its start
constexpr int64_t kMaxThreads = 4;                 // more do not read faster from one file

// Reads the part of the file from `begin` to `end`.
absl::Status ReadPart(const InputFile& file, int64_t begin, int64_t end, char* to) {
  MICA_ASSIGN_OR_RETURN(const size_t got, file.ReadAt(begin, to + begin, end - begin));
  if (static_cast<int64_t>(got) == end - begin) return absl::OkStatus();
  return DataError(
      absl::StrCat(file.path(), ": shrank from ", file.size(), " to ", begin + static_cast<int64_t>(got), " bytes while it was read"));
}

absl::Status ReadAll(const InputFile& file, char* to) {
  const int64_t cores = std::max(1u, std::thread::hardware_concurrency());
  const int64_t parts = std::clamp(file.size() / kPartBytes, int64_t{1}, std::min(cores, kMaxThreads));
  std::vector<absl::Status> statuses(parts);
  const auto read_part = [&](int64_t part) {
    statuses[part] = ReadPart(file, file.size() / parts * part, part + 1 == parts ? file.size() : file.size() / parts * (part + 1), to);
  };
  std::vector<std::thread> others;
  for (int64_t part = 1; part < parts; ++part) others.emplace_back(read_part, part);
  read_part(0);
  for (std::thread& other : others) other.join();
  for (const absl::Status& status : statuses) MICA_RETURN_IF_ERROR(status);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<FileMemory> FileMemory::Read(const std::string& path) {
  InputFile file(path);
  MICA_RETURN_IF_ERROR(file.Open());
  FileMemory memory;
  if (file.size() == 0) return memory;
  // The kernel would grant more memory than there is and kill the process once it is used.
  const int64_t most = TotalMemoryBytes().value_or(std::numeric_limits<int64_t>::max());
  void* const mapped =
      file.size() > most ? MAP_FAILED : mmap(nullptr, file.size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return DataError(absl::StrCat(path, ": ", file.size(), " bytes do not fit into memory"));
  memory.begin_ = static_cast<char*>(mapped);
  memory.size_ = file.size();
  MICA_RETURN_IF_ERROR(ReadAll(file, memory.begin_));
  return memory;
}

FileMemory& FileMemory::operator=(FileMemory&& other) noexcept {
  std::swap(begin_, other.begin_);
  std::swap(size_, other.size_);
  return *this;
}

FileMemory::~FileMemory() {
  if (begin_ != nullptr) munmap(begin_, size_);
}

}  // namespace mica
