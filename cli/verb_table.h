// What one verb accepts, as a table: its words, its flags, its help. Nothing else names them; the
// scan (cli/verb_flags.h), gflags (cli/registered_flags.h) and the usage (cli/verb_usage.h) read
// it.
#ifndef MICA_CLI_VERB_TABLE_H_
#define MICA_CLI_VERB_TABLE_H_

#include <string>
#include <vector>

namespace mica {

enum class FlagType {
  kString,  // any text, even empty
  kInt,     // decimal, 32 bits; leading zeros are ignored
  kDouble,  // finite
  kBool,    // --amp, --amp=true, --noamp, --amp=false
};

struct VerbFlag {
  std::string name;  // without dashes; every verb has "help" and SharedFlags() already
  FlagType type = FlagType::kString;
  std::string placeholder;    // the value in the usage: "FOLDER"; empty for kBool
  std::string help;           // one sentence or more, wrapped when shown
  std::string default_value;  // used and shown if the flag is not given; "" for none
  std::string twice_remedy;   // follows "--set given twice; "; if empty, "keep one of them"
};

struct VerbTable {
  static constexpr int kAnyNumber = -1;

  std::string name;   // "train"
  std::string words;  // the positional words in the usage: "EXPERIMENT", "RUN IMAGE_OR_FOLDER…"
  int min_words = 0;
  int max_words = 0;  // or kAnyNumber
  std::string description;
  std::vector<VerbFlag> flags;
  std::string example;  // whole lines, shown as they are; at most 98 columns each
  // What stands before the name; the programs in bench/ have such tables too.
  std::string program = "mica";
};

}  // namespace mica

#endif  // MICA_CLI_VERB_TABLE_H_
