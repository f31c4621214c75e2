#include "viz/tensorboard/readable_utf8.h"

#include "base/utf8.h"

namespace mica {

std::string ReadableUtf8(absl::string_view text) {
  std::string readable;
  while (true) {
    const size_t valid = ValidUtf8Prefix(text);
    readable.append(text.data(), valid);
    text.remove_prefix(valid);
    if (text.empty()) return readable;
    readable += "\xef\xbf\xbd";
    text.remove_prefix(1);
  }
}

}  // namespace mica
