#include "base/config/textproto_scan.h"

#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/config/textproto_number.h"
#include "base/files/file_kind.h"
#include "base/utf8.h"

namespace mica {
namespace {

using ::google::protobuf::io::Tokenizer;

// Drops the tokens from `token` on: problems after a break would puzzle the user.
void Break(size_t token, TextprotoProblem problem, TextprotoScan* scan) {
  scan->problems.push_back(std::move(problem));
  scan->tokens.resize(std::min(token, scan->tokens.size()));
  scan->broken = true;
}

// The first byte that text cannot contain; -1 if there is none.
int64_t FirstControlByte(absl::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const uint8_t byte = text[i];
    const bool space = byte >= '\t' && byte <= '\r';
    if ((byte < ' ' && !space) || byte == 0x7f) return i;
  }
  return -1;
}

bool CheckBytes(absl::string_view text, TextprotoScan* scan) {
  if (text.size() > kMaxTextprotoBytes) {
    Break(0, {0, 0, absl::StrCat(text.size(), " bytes are too many for a config; at most ", kMaxTextprotoBytes, " are read")}, scan);
    return false;
  }
  const int64_t control = FirstControlByte(text);
  if (control >= 0) {
    const bool utf16 = absl::StartsWith(text, "\xff\xfe") || absl::StartsWith(text, "\xfe\xff");
    const std::optional<FileKind> kind = WhatItLooksLike(text);
    Break(0,
          {0, 0,
           absl::StrCat("not a text file (byte ", static_cast<uint8_t>(text[control]), " at offset ", control, ")",
                        utf16              ? "; it looks like UTF-16, save it as UTF-8"
                        : kind.has_value() ? absl::StrCat("; it ", kind->what)
                                           : "")},
          scan);
  }
  return control < 0;
}

// Text that is no config at all: what a download or a checkout brought instead of it.
bool FindOtherFile(absl::string_view text, TextprotoScan* scan) {
  const std::optional<FileKind> kind = WhatItLooksLike(text);
  const bool other = kind.has_value() && (kind->group == FileKind::Group::kMarkup || kind->group == FileKind::Group::kLfsPointer);
  if (other) {
    const absl::string_view raw = kind->group == FileKind::Group::kMarkup ? "; code hosts give the file itself under \"Raw\"" : "";
    Break(0, {0, 0, absl::StrCat("this ", kind->what, ", expected protobuf text; ", kind->remedy, raw)}, scan);
  }
  return other;
}

struct LexicalErrors : google::protobuf::io::ErrorCollector {
  void AddError(int line, int column, const std::string& message) override { all.push_back({line + 1, column + 1, message}); }
  std::vector<TextprotoProblem> all;
};

bool IsClosedString(absl::string_view token) {
  for (size_t i = 1; i < token.size(); ++i) {
    if (token[i] == '\\') {
      ++i;
    } else if (token[i] == token[0]) {
      return i + 1 == token.size();
    }
  }
  return false;
}

bool HasLeadingZero(const TextprotoToken& token) {
  return token.type == Tokenizer::TYPE_INTEGER && token.text.size() > 1 && token.text[0] == '0' && absl::ascii_isdigit(token.text[1]);
}

TextprotoProblem OctalProblem(const TextprotoToken& token) {
  const std::string decimal = token.text.substr(std::min(token.text.find_first_not_of('0'), token.text.size() - 1));
  std::string advice = absl::StrCat("; write ", decimal);
  uint64_t value = 0;
  if (token.text.find_first_of("89") == std::string::npos && Tokenizer::ParseInteger(token.text, UINT64_MAX, &value)) {
    const std::string octal = absl::StrCat(value);
    advice = absl::StrCat(" (", octal, ")", advice, octal == decimal ? "" : absl::StrCat(" or ", octal));
  }
  return {token.line, token.column, absl::StrCat("leading zero means octal in protobuf text", advice)};
}

// The tokenizer's complaint about `token`, in words for people who write configs.
TextprotoProblem LexicalProblem(const TextprotoToken& token, const TextprotoProblem& error) {
  if (token.type == Tokenizer::TYPE_STRING && !IsClosedString(token.text)) {
    return {token.line, token.column, absl::StrCat("unclosed string that began at ", token.line, ":", token.column)};
  }
  if (HasLeadingZero(token) && token.text.find_first_of("89") != std::string::npos) return OctalProblem(token);
  std::string message(absl::StripSuffix(error.message, "."));
  if (!message.empty()) message[0] = absl::ascii_tolower(message[0]);
  const bool in_string = token.type == Tokenizer::TYPE_STRING;
  return {error.line, error.column, absl::StrCat(message, in_string ? "; \"\\\" begins an escape: write \"/\" in paths, or \"\\\\\"" : "")};
}

struct ForeignCharacters {
  std::vector<absl::string_view> characters;
  const char* what;
};

// Characters that look like those of the language, or like nothing, as web pages and word
// processors write them.
const ForeignCharacters* FindForeignCharacters(absl::string_view character) {
  static const auto* const kAll = new std::vector<ForeignCharacters>{
      {{"\u2212", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\ufe63", "\uff0d"}, "is a dash; write a minus sign (-)"},
      {{"\u00a0", "\u2002", "\u2003", "\u2007", "\u2009", "\u202f", "\u3000"}, "is a special space; write a plain space"},
      {{"\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u200f"}, "is an invisible character; delete it"},
  };
  for (const ForeignCharacters& some : *kAll) {
    if (absl::c_linear_search(some.characters, character)) return &some;
  }
  return nullptr;
}

// The number of a character of two or three bytes, as "U+2212".
std::string CodePoint(absl::string_view character) {
  const auto low = [&](size_t i) { return static_cast<uint8_t>(character[i]) & 0x3f; };
  const int lead = static_cast<uint8_t>(character[0]);
  return absl::StrFormat("U+%04X", character.size() == 2 ? (lead & 0x1f) << 6 | low(1) : (lead & 0x0f) << 12 | low(1) << 6 | low(2));
}

// The first byte that is neither ASCII nor in a string or comment. The tokenizer's own message for
// it is incomprehensible.
TextprotoProblem ForeignByteProblem(const TextprotoToken& token, absl::string_view rest) {
  const size_t size = Utf8CharacterSize(rest.substr(0, 4));
  if (size == 0) return {token.line, token.column, absl::StrFormat("byte 0x%02x is not UTF-8", static_cast<uint8_t>(rest[0]))};
  const absl::string_view character = rest.substr(0, size);
  if (size == 2 && character < "\u00a0")
    return {token.line, token.column, absl::StrCat(CodePoint(character), " is a control character; delete it")};
  if (const ForeignCharacters* const some = FindForeignCharacters(character)) {
    return {token.line, token.column, absl::StrCat(CodePoint(character), " ", some->what)};
  }
  return {token.line, token.column,
          absl::StrCat("\"", character, "\" stands outside of a string; there only ASCII is allowed, and quotes are \" or '")};
}

// Whether two symbols stand side by side.
bool AreAdjacent(const TextprotoToken& a, const TextprotoToken& b, absl::string_view texts) {
  return a.text == texts.substr(0, 1) && b.text == texts.substr(1) && a.line == b.line && a.column + 1 == b.column;
}

// The mark of another language's comment that the last tokens are, or "". `rest` follows them.
std::string ForeignComment(const std::vector<TextprotoToken>& tokens, absl::string_view rest) {
  if (tokens.size() < 2) return "";
  const TextprotoToken &mark = tokens[tokens.size() - 2], &last = tokens.back();
  const TextprotoToken* const before = tokens.size() < 3 ? nullptr : &tokens[tokens.size() - 3];
  const bool first_in_line = before == nullptr || before->line < mark.line;
  // Not in an unquoted path or address, a//b and https://a.
  const bool in_path = before != nullptr && before->column + static_cast<int>(before->text.size()) == mark.column && !first_in_line &&
                       (before->type == Tokenizer::TYPE_IDENTIFIER || before->text == ":");
  for (const char* const marks : {"//", "/*"}) {
    if (!in_path && AreAdjacent(mark, last, marks)) return marks;
  }
  const bool is_yaml = absl::StartsWith(rest, "-");  // "---"
  if (first_in_line && AreAdjacent(mark, last, "--") && !is_yaml) return "--";
  // A separator of fields, but nobody puts it in front of a line.
  const bool words = last.type == Tokenizer::TYPE_IDENTIFIER && last.line == mark.line;
  return first_in_line && words && (mark.text == ";" || mark.text == "%") ? mark.text : "";
}

std::vector<size_t> LineBegins(absl::string_view text) {
  std::vector<size_t> begins = {0};
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') begins.push_back(i + 1);
  }
  return begins;
}

bool Is(const TextprotoScan& scan, size_t token, absl::string_view text) {
  return token < scan.tokens.size() && scan.tokens[token].text == text;
}

bool HasType(const TextprotoScan& scan, size_t token, Tokenizer::TokenType type) {
  return token < scan.tokens.size() && scan.tokens[token].type == type;
}

// The tokenizer advances a tab to the next multiple of 8 columns, so it gets spaces instead.
void Tokenize(absl::string_view text, const std::vector<size_t>& line_begins, TextprotoScan* scan) {
  const std::string untabbed = absl::StrReplaceAll(text, {{"\t", " "}});
  google::protobuf::io::ArrayInputStream input(untabbed.data(), static_cast<int>(untabbed.size()));
  LexicalErrors errors;
  Tokenizer tokenizer(&input, &errors);
  tokenizer.set_allow_f_after_float(true);  // as in the parser
  tokenizer.set_comment_style(Tokenizer::SH_COMMENT_STYLE);
  size_t number_end = 0;  // tokens before it belong to a number that has been reported
  while (tokenizer.Next()) {
    const Tokenizer::Token& current = tokenizer.current();
    const size_t offset = line_begins[current.line] + current.column;
    if (offset < number_end) {
      errors.all.clear();
      continue;
    }
    scan->tokens.push_back({current.type, current.text, current.line + 1, current.column + 1});
    TextprotoToken& token = scan->tokens.back();
    const absl::string_view written = Is(*scan, scan->tokens.size() - 2, ":") ? WrittenNumber(text.substr(offset)) : "";
    if (const std::string problem = NumberProblem(written); !problem.empty()) {
      const TextprotoProblem at_its_place = {token.line, token.column, problem};
      // The tokenizer takes an apostrophe for the begin of a string.
      if (absl::StrContains(written, "'")) return Break(scan->tokens.size() - 1, at_its_place, scan);
      scan->problems.push_back(at_its_place);
      token = {Tokenizer::TYPE_INTEGER, "1", token.line, token.column};  // stands for it, so that the rest is judged
      number_end = offset + written.size();
      errors.all.clear();
      continue;
    }
    if (const std::string mark = ForeignComment(scan->tokens, text.substr(offset + token.text.size())); !mark.empty()) {
      const TextprotoToken& begin = scan->tokens[scan->tokens.size() - 2];
      const TextprotoProblem problem = {begin.line, begin.column, absl::StrCat("comments begin with #, not with ", mark)};
      return Break(scan->tokens.size() - 2, problem, scan);
    }
    const bool foreign = token.type == Tokenizer::TYPE_SYMBOL && static_cast<uint8_t>(token.text[0]) >= 0x80;
    if (!foreign && errors.all.empty()) continue;
    const TextprotoProblem problem = foreign ? ForeignByteProblem(token, text.substr(offset)) : LexicalProblem(token, errors.all.front());
    return Break(scan->tokens.size() - 1, problem, scan);
  }
}

bool LooksLikeJson(const TextprotoScan& scan) {
  if (Is(scan, 0, "{")) return true;
  return Is(scan, 0, "[") && (Is(scan, 1, "{") || HasType(scan, 1, Tokenizer::TYPE_STRING) || HasType(scan, 1, Tokenizer::TYPE_INTEGER));
}

// "key:" with an indented "key:" or "- item" on the next line, which Protobuf text never has.
bool LooksLikeYamlBlock(const TextprotoScan& scan, size_t token) {
  const std::vector<TextprotoToken>& tokens = scan.tokens;
  if (token + 3 >= tokens.size() || tokens[token].type != Tokenizer::TYPE_IDENTIFIER || tokens[token + 1].text != ":") return false;
  const TextprotoToken& value = tokens[token + 2];
  const TextprotoToken& next = tokens[token + 3];
  if (value.line == tokens[token + 1].line) return false;
  if (value.text == "-") return next.line == value.line && next.column > value.column + 1;
  return value.type == Tokenizer::TYPE_IDENTIFIER && next.text == ":" && value.column > tokens[token].column;
}

// "[section]" alone in its line.
bool LooksLikeSection(const TextprotoScan& scan, size_t token) {
  const std::vector<TextprotoToken>& tokens = scan.tokens;
  const bool first_in_line = token == 0 || tokens[token - 1].line < tokens[token].line;
  if (!first_in_line || !Is(scan, token, "[") || !HasType(scan, token + 1, Tokenizer::TYPE_IDENTIFIER)) return false;
  size_t end = token;
  while (end < tokens.size() && tokens[end].line == tokens[token].line) ++end;
  const bool is_list = Is(scan, token - 1, ":"), is_extension = Is(scan, end, ":") || Is(scan, end, "{");
  return Is(scan, end - 1, "]") && !is_list && !is_extension;
}

bool LooksLikePython(const TextprotoScan& scan) {
  for (const char* const word : {"import", "from", "def", "class", "with"}) {
    if (Is(scan, 0, word) && HasType(scan, 1, Tokenizer::TYPE_IDENTIFIER)) return true;
  }
  return false;
}

// The language that the text is in, if it is another one, and the token that shows it.
std::string ForeignFormat(const TextprotoScan& scan, size_t* place) {
  *place = 0;
  if (LooksLikeJson(scan) || (Is(scan, 0, "-") && Is(scan, 1, "-") && Is(scan, 2, "-"))) return "YAML/JSON";
  if (LooksLikePython(scan)) return "Python";
  if (HasType(scan, 0, Tokenizer::TYPE_IDENTIFIER) && Is(scan, 1, "=")) return "TOML, INI or Python";
  for (*place = 0; *place < scan.tokens.size(); ++*place) {
    if (LooksLikeYamlBlock(scan, *place)) return "YAML/JSON";
    if (LooksLikeSection(scan, *place)) return "TOML or INI";
  }
  return "";
}

bool FindForeignFormat(TextprotoScan* scan) {
  size_t place = 0;
  const std::string format = ForeignFormat(*scan, &place);
  if (format.empty()) return false;
  const TextprotoToken token = scan->tokens[place];
  scan->problems.clear();  // the tokenizer's other findings are noise
  Break(0,
        {token.line, token.column,
         absl::StrCat("this looks like ", format, "; experiments are protobuf text: field: value and message { … }")},
        scan);
  return true;
}

// What git leaves where it could not merge, and Markdown's fences around code.
bool FindForeignLine(absl::string_view text, const std::vector<size_t>& line_begins, TextprotoScan* scan) {
  for (size_t line = 0; line < line_begins.size(); ++line) {
    const absl::string_view rest = text.substr(line_begins[line]);
    const bool conflict = absl::StartsWith(rest, "<<<<<<< ") || absl::StartsWith(rest, ">>>>>>> ");
    if (!conflict && !absl::StartsWith(rest, "```")) continue;
    Break(0,
          {static_cast<int>(line + 1), 1,
           conflict ? "git could not merge here; keep one of the two versions and delete the lines of <, = and >"
                    : "``` encloses code in Markdown; delete this line"},
          scan);
    return true;
  }
  return false;
}

char CloserOf(absl::string_view opener) {
  return opener == "{" ? '}' : opener == "<" ? '>' : opener == "[" ? ']' : '\0';
}

bool IsSymbol(const TextprotoToken& token, absl::string_view any_of) {
  return token.type == Tokenizer::TYPE_SYMBOL && token.text.size() == 1 && absl::StrContains(any_of, token.text);
}

std::string Opened(const TextprotoToken& opener) {
  return absl::StrCat("'", opener.text, "' opened at ", opener.line, ":", opener.column);
}

void CheckBrackets(TextprotoScan* scan) {
  std::vector<size_t> open;
  for (size_t i = 0; i < scan->tokens.size(); ++i) {
    const TextprotoToken token = scan->tokens[i];
    if (IsSymbol(token, "{<[")) {
      open.push_back(i);
      if (open.size() > kMaxTextprotoDepth) {
        return Break(i, {token.line, token.column, absl::StrCat("nesting deeper than ", kMaxTextprotoDepth)}, scan);
      }
    } else if (IsSymbol(token, "}>]")) {
      const bool matches = !open.empty() && CloserOf(scan->tokens[open.back()].text) == token.text[0];
      if (!matches) {
        const std::string still_open = open.empty() ? "" : absl::StrCat("; ", Opened(scan->tokens[open.back()]), " is still open");
        return Break(i, {token.line, token.column, absl::StrCat("unmatched '", token.text, "'", still_open)}, scan);
      }
      open.pop_back();
    }
  }
  if (open.empty() || scan->broken) return;
  for (const size_t i : open) {
    const TextprotoToken& opener = scan->tokens[i];
    scan->problems.push_back({opener.line, opener.column, absl::StrCat(Opened(opener), " is never closed")});
  }
  scan->tokens.resize(open.front());
  scan->broken = true;
}

// Strings are left to the pass that knows the names of their fields.
void FindBrokenComments(absl::string_view text, const std::vector<size_t>& line_begins, TextprotoScan* scan) {
  size_t token = 0;
  for (size_t i = ValidUtf8Prefix(text); i < text.size(); i += 1 + ValidUtf8Prefix(text.substr(i + 1))) {
    const auto end_of = [&](const TextprotoToken& t) { return line_begins[t.line - 1] + t.column - 1 + t.text.size(); };
    while (token < scan->tokens.size() && end_of(scan->tokens[token]) <= i) ++token;
    if (token == scan->tokens.size() && scan->broken) return;
    const bool in_token = token < scan->tokens.size() && end_of(scan->tokens[token]) - scan->tokens[token].text.size() <= i;
    if (in_token) continue;
    const size_t line = std::upper_bound(line_begins.begin(), line_begins.end(), i) - line_begins.begin();
    scan->problems.push_back({static_cast<int>(line), static_cast<int>(i - line_begins[line - 1] + 1),
                              absl::StrFormat("byte 0x%02x is not UTF-8", static_cast<uint8_t>(text[i]))});
    return;  // a file in another encoding has many of them and needs one remedy
  }
}

}  // namespace

TextprotoScan ScanTextproto(absl::string_view text) {
  TextprotoScan scan;
  if (!CheckBytes(text, &scan)) return scan;
  absl::ConsumePrefix(&text, "\xef\xbb\xbf");
  scan.text = text;
  if (FindOtherFile(text, &scan)) return scan;
  const std::vector<size_t> line_begins = LineBegins(text);
  if (FindForeignLine(text, line_begins, &scan)) return scan;
  Tokenize(text, line_begins, &scan);
  if (FindForeignFormat(&scan)) return scan;
  CheckBrackets(&scan);
  for (const TextprotoToken& token : scan.tokens) {
    if (HasLeadingZero(token)) scan.problems.push_back(OctalProblem(token));
  }
  FindBrokenComments(text, line_begins, &scan);
  return scan;
}

std::string ShownToken(absl::string_view text) {
  constexpr size_t kMaxBytes = 60;
  size_t size = std::min(text.size(), kMaxBytes);
  while (size > 0 && size < text.size() && (static_cast<uint8_t>(text[size]) & 0xc0) == 0x80) --size;
  const absl::string_view shown = text.substr(0, size);
  return absl::StrCat(ValidUtf8Prefix(shown) == size ? std::string(shown) : absl::CHexEscape(shown), size < text.size() ? "…" : "");
}

}  // namespace mica
