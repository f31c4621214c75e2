// Text that every reader of Protobuf accepts: TensorBoard refuses a whole message for one byte that
// is not UTF-8.
//   ReadableUtf8("caf\xe9") == "caf\xef\xbf\xbd", which is shown as "caf" and a question mark
// Thread-safe.
#ifndef MICA_VIZ_TENSORBOARD_READABLE_UTF8_H_
#define MICA_VIZ_TENSORBOARD_READABLE_UTF8_H_

#include <string>

#include "absl/strings/string_view.h"

namespace mica {

// With U+FFFD for every byte that is not part of a UTF-8 character. All else stays.
std::string ReadableUtf8(absl::string_view text);

}  // namespace mica

#endif  // MICA_VIZ_TENSORBOARD_READABLE_UTF8_H_
