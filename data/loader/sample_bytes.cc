#include "data/loader/sample_bytes.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <optional>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace mica {
namespace {

constexpr char kReadAgain[] = "; wait until nothing writes to it, or list the data set again";

}  // namespace

absl::StatusOr<absl::string_view> SampleBytes::Read(const ImageRecord& record) {
  const SampleFile& file = index_.files[record.file];
  if (file.bytes != nullptr) {
    return record.length == 0 ? absl::string_view(*file.bytes) : absl::string_view(*file.bytes).substr(record.offset, record.length);
  }
  if (record.file != open_file_) path_ = file.path;
  absl::string_view bytes;
  if (wait_ != nullptr) wait_->Begin();
  const std::string why = OpenAndRead(record.file, record.offset, record.length, &bytes);
  if (wait_ != nullptr && !wait_->End()) return absl::CancelledError("nobody waits for the sample");
  if (why.empty()) return bytes;
  return DataError(absl::StrCat(index_.PathOf(record), ": ", why));
}

std::string SampleBytes::OpenAndRead(int32_t file, int64_t offset, int64_t length, absl::string_view* bytes) {
  if (file != open_file_) {
    open_file_ = -1;
    if (const std::optional<PictureProblem> problem = file_.Open(path_)) return problem->message;
    open_file_ = file;
  }
  const bool is_whole = length == 0;
  std::string why = ReadOpen(offset, is_whole ? file_.size() : length, bytes);
  if (is_whole || !why.empty()) {  // a failed read is final until the file is opened again
    open_file_ = -1;
    file_.Close();
  }
  return why;
}

std::string SampleBytes::ReadOpen(int64_t offset, int64_t length, absl::string_view* bytes) {
  if (length > kMaxPictureBytes) return absl::StrCat("has ", length, " bytes, above the limit of ", kMaxPictureBytes, "; scale it down");
  *bytes = file_.Read(offset, length);
  if (std::string why = file_.error(); !why.empty()) return why;
  const auto read = static_cast<int64_t>(bytes->size());
  if (read < length) return absl::StrCat("has become shorter: ", read, " of its ", length, " bytes are there", kReadAgain);
  struct stat now;
  if (stat(path_.c_str(), &now) != 0) return absl::StrCat("vanished while it was read: ", strerror(errno), kReadAgain);
  if (now.st_size == file_.size()) return "";
  return absl::StrCat("changed its size while it was read, from ", file_.size(), " to ", now.st_size, " bytes", kReadAgain);
}

}  // namespace mica
