// The framing of TensorBoard's event files (that of TFRecord): length, checksum of the length,
// data, checksum of the data; numbers are little-endian.
//   std::string bytes;
//   AppendEventRecord(event.SerializeAsString(), &bytes);
// A reader waits where a record is cut off, and gives a file up at a wrong checksum. Thread-safe.
#ifndef MICA_VIZ_TENSORBOARD_EVENT_RECORD_H_
#define MICA_VIZ_TENSORBOARD_EVENT_RECORD_H_

#include <string>

#include "absl/strings/string_view.h"

namespace mica {

inline constexpr int kEventRecordOverheadBytes = 16;

// `data` has less than 2 GiB.
void AppendEventRecord(absl::string_view data, std::string* bytes);

}  // namespace mica

#endif  // MICA_VIZ_TENSORBOARD_EVENT_RECORD_H_
