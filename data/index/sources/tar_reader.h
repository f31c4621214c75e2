// Walks through an uncompressed tar file and says where the bytes of each member lie, so that one
// can be read later without the others:
//   TarReader reader("/d/train-000.tar");
//   MICA_RETURN_IF_ERROR(reader.Open());
//   TarMember member;
//   while (true) {
//     MICA_ASSIGN_OR_RETURN(const bool found, reader.Next(&member));
//     if (!found) break;
//     // member.name == "0007.jpg"; its bytes begin at member.offset of the file
//   }
// Formats: POSIX ustar with pax headers ("x", "g"), GNU with long names ("L"), and old v7 (POSIX
// 1003.1, pax; GNU tar's manual, Basic Tar Format). Sizes are octal or GNU's base-256. Folders are
// passed over. Nothing is unpacked and no content is read that is not asked for: a walk costs a few
// microseconds a member.
// Not libarchive: it hands out an entry's data as a stream and tells where its header lies
// (archive_read_header_position), but documents no way to learn where its data lies.
#ifndef MICA_DATA_INDEX_SOURCES_TAR_READER_H_
#define MICA_DATA_INDEX_SOURCES_TAR_READER_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/files/input_file.h"

namespace mica {

struct TarMember {
  std::string name;    // as stored, without "./" in front
  int64_t offset = 0;  // of its content in the tar file
  int64_t size = 0;    // of its content, bytes; 0 for what is no file

  // A regular file. If not: a link, a device or a kind unknown here, which has no content.
  bool is_file = true;
};

// Errors are DataErrors (exit code 3) that begin with the path: a file that is no tar, is
// compressed or damaged (each header has a checksum), or ends within a member: "cut after A of B
// bytes (member NAME)"; a sparse member; a second archive behind the end of the first. Memory is a
// fixed buffer and one name of at most 1 MiB. Single-thread.
class TarReader {
 public:
  explicit TarReader(std::string path) : file_(std::move(path)) {}

  absl::Status Open();

  // The next member that is no folder; false at the end.
  absl::StatusOr<bool> Next(TarMember* member);

  // The content of a member of at most 16 MiB that Next() gave last.
  absl::StatusOr<std::string> ContentOf(const TarMember& member);

  // Whether the file ends as tar writes it, with two blocks of zeros. Known at the end; a file
  // without them is read all the same.
  bool has_end_mark() const { return has_end_mark_; }

  const std::string& path() const { return file_.path(); }

 private:
  // What an "L" or "x" header says of the member behind it.
  struct Extra {
    std::string name;
    int64_t size = -1;
  };

  struct Header {
    bool is_end = true;  // there is none
    char type = 0;
    std::string name;
    int64_t size = 0;  // of what follows
  };

  absl::StatusOr<absl::string_view> View(int64_t position, int64_t size);
  absl::StatusOr<absl::string_view> NextHeader();
  absl::Status CheckHeader(absl::string_view header);
  absl::Status CheckInside(absl::string_view name, int64_t size) const;
  absl::Status NotTar(absl::string_view start) const;
  absl::Status ReadLongName(int64_t size, Extra* extra);
  absl::Status ReadPax(int64_t size, bool is_global, Extra* extra);
  absl::Status ReadPaxRecord(absl::string_view key, absl::string_view value, bool is_global, Extra* extra);
  absl::Status ReadExtra(char type, int64_t size, Extra* extra);
  absl::StatusOr<Header> ReadHeader(const Extra& extra);
  absl::Status CheckPadding();
  absl::Status Problem(absl::string_view text) const;
  std::string After() const;

  InputFile file_;
  int64_t position_ = 0;  // of the next header
  std::string last_name_;
  std::string buffer_;  // the file's bytes from buffer_begin_ on
  int64_t buffer_begin_ = 0;
  bool has_header_ = false;
  bool has_end_mark_ = false;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_TAR_READER_H_
