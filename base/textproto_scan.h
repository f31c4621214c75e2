// The first pass over a text in Protobuf text form: its tokens, and what is wrong with them before any schema is asked. It finds what
// Protobuf's parser hides or says badly: octal numbers, unclosed and unmatched brackets, unclosed strings, bytes that are no text, nesting
// that would overflow the parser's stack, files of another format.
//   const TextprotoScan scan = ScanTextproto(text);
// Part of base/textproto.h, which callers use. Knows no schema: base/textproto_fields.h compares the tokens with one.
#ifndef MICA_BASE_TEXTPROTO_SCAN_H_
#define MICA_BASE_TEXTPROTO_SCAN_H_

#include <google/protobuf/io/tokenizer.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace mica {

constexpr int kMaxTextprotoBytes = 1 << 20;
constexpr int kMaxTextprotoDepth = 100;

struct TextprotoToken {
  google::protobuf::io::Tokenizer::TokenType type;
  std::string text;  // as written, strings with their quotes
  int line;          // from 1
  int column;        // in bytes from 1, a tab counts as one
};

struct TextprotoProblem {
  int line;  // 0: the text as a whole
  int column;
  std::string message;
};

struct TextprotoScan {
  absl::string_view text;              // without a byte order mark
  std::vector<TextprotoToken> tokens;  // where `broken`, those before the first break alone
  std::vector<TextprotoProblem> problems;
  bool broken = false;  // no parser can read on
};

// `text` must live as long as the result.
TextprotoScan ScanTextproto(absl::string_view text);

// Text of a token for a message: printable and not long.
std::string ShownToken(absl::string_view text);

}  // namespace mica

#endif  // MICA_BASE_TEXTPROTO_SCAN_H_
