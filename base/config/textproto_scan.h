// The first pass over a text in Protobuf text form: its tokens, and what is wrong with them without
// regard to a schema. It finds what Protobuf's parser hides or explains badly: octal numbers,
// unclosed and unmatched brackets, unclosed strings, bytes that are not text, nesting that would
// overflow the parser's stack, files of another format.
//   const TextprotoScan scan = ScanTextproto(text);
// Part of base/config/textproto.h, which callers use. base/config/textproto_fields.h compares the
// tokens with a schema.
#ifndef MICA_BASE_CONFIG_TEXTPROTO_SCAN_H_
#define MICA_BASE_CONFIG_TEXTPROTO_SCAN_H_

#include <google/protobuf/io/tokenizer.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace mica {

constexpr int kMaxTextprotoBytes = 1 << 20;
constexpr int kMaxTextprotoDepth = 100;

struct TextprotoToken {
  google::protobuf::io::Tokenizer::TokenType type;
  std::string text;  // as written; strings keep their quotes
  int line;          // from 1
  int column;        // in bytes from 1; a tab counts as one
};

struct TextprotoProblem {
  int line;  // 0: the whole text
  int column;
  std::string message;
};

struct TextprotoScan {
  absl::string_view text;  // without a byte order mark
  // If `broken`, only those before the first break. A 1 stands for each number that was written as
  // other languages write it, which is among the problems.
  std::vector<TextprotoToken> tokens;
  std::vector<TextprotoProblem> problems;
  bool broken = false;  // no parser can read beyond the first break
};

// `text` must outlive the result.
TextprotoScan ScanTextproto(absl::string_view text);

// A token as messages show it: printable and shortened.
std::string ShownToken(absl::string_view text);

}  // namespace mica

#endif  // MICA_BASE_CONFIG_TEXTPROTO_SCAN_H_
