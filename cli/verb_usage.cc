#include "cli/verb_usage.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cli/shared_flags.h"

namespace mica {
namespace {

constexpr size_t kColumns = 100;

// Terminal columns; counts every code point as one.
size_t Width(absl::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xc0) != 0x80; });
}

// `first`, then `pieces` in lines of at most kColumns; further lines are indented.
std::string Wrap(std::string first, const std::vector<std::string>& pieces, size_t indent) {
  std::string text;
  std::string line = std::move(first);
  bool line_is_empty = true;  // it holds no piece yet
  for (const std::string& piece : pieces) {
    if (!line_is_empty && Width(line) + 1 + Width(piece) > kColumns) {
      absl::StrAppend(&text, line, "\n");
      line = std::string(indent, ' ');
      line_is_empty = true;
    }
    absl::StrAppend(&line, line_is_empty ? "" : " ", piece);
    line_is_empty = false;
  }
  return absl::StrCat(text, absl::StripTrailingAsciiWhitespace(line), "\n");
}

std::vector<std::string> Words(absl::string_view text) {
  return absl::StrSplit(text, ' ', absl::SkipEmpty());
}

// "--top_k=N", "--[no]amp"
std::string FlagText(const VerbFlag& flag) {
  return flag.type == FlagType::kBool ? absl::StrCat("--[no]", flag.name) : absl::StrCat("--", flag.name, "=", flag.placeholder);
}

std::string Synopsis(const VerbTable& verb) {
  const std::string command = absl::StrCat("usage: ", verb.program, " ", verb.name, " ");
  std::vector<std::string> pieces;
  if (!verb.words.empty()) pieces.push_back(verb.words);
  for (const VerbFlag& flag : verb.flags) pieces.push_back(absl::StrCat("[", FlagText(flag), "]"));
  return Wrap(command, pieces, Width(command));
}

std::string FlagLines(const VerbTable& verb) {
  VerbFlag help;
  help.name = "help";
  help.help = "Shows this text.";
  std::vector<std::pair<std::string, const VerbFlag*>> rows;
  for (const VerbFlag& flag : verb.flags) rows.emplace_back(FlagText(flag), &flag);
  rows.emplace_back("--help", &help);
  size_t widest = 0;
  for (const auto& row : rows) widest = std::max(widest, Width(row.first));
  std::string text;
  for (const auto& [name, flag] : rows) {
    const std::string first = absl::StrCat("  ", name, std::string(widest - Width(name) + 2, ' '));
    std::vector<std::string> words = Words(flag->help);
    if (!flag->default_value.empty()) words.push_back(absl::StrCat("Default: ", flag->default_value, "."));
    text += Wrap(first, words, Width(first));
  }
  return text;
}

// "Also accepted: --v=N (log level), …"
std::string SharedFlagLines() {
  std::vector<std::string> texts;
  for (const VerbFlag& flag : SharedFlags()) {
    texts.push_back(absl::StrCat(FlagText(flag), flag.help.empty() ? "" : absl::StrCat(" (", flag.help, ")")));
  }
  return Wrap("", Words(absl::StrCat("Also accepted: ", absl::StrJoin(texts, ", "), ".")), 0);
}

}  // namespace

std::string VerbUsage(const VerbTable& verb) {
  return absl::StrCat(Synopsis(verb), "\n", Wrap("", Words(verb.description), 0), "\nflags:\n", FlagLines(verb), "\n", SharedFlagLines(),
                      "\nexample:\n  ", absl::StrJoin(absl::StrSplit(absl::StripSuffix(verb.example, "\n"), '\n'), "\n  "), "\n");
}

}  // namespace mica
