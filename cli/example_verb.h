// A verb with flags of every type, for tests.
#ifndef MICA_CLI_EXAMPLE_VERB_H_
#define MICA_CLI_EXAMPLE_VERB_H_

#include "cli/verb_table.h"

namespace mica {

inline VerbTable ExampleVerb() {
  VerbTable verb;
  verb.name = "train";
  verb.words = "EXPERIMENT";
  verb.min_words = verb.max_words = 1;
  verb.description = "Trains a model, evaluates it and writes a run folder.";
  verb.flags = {{"set", FlagType::kString, "FRAGMENT", "Text merged over the experiment.", "", "put both fields in one fragment"},
                {"output_dir", FlagType::kString, "FOLDER", "Where run folders are made.", "runs", ""},
                {"top_k", FlagType::kInt, "N", "How many classes are shown.", "5", ""},
                {"threshold", FlagType::kDouble, "P", "Smallest probability that counts.", "0.5", ""},
                {"amp", FlagType::kBool, "", "Computes in half precision.", "", ""}};
  verb.example = "mica train experiments/x.textproto --set='trainer { epochs: 1 }'";
  return verb;
}

}  // namespace mica

#endif  // MICA_CLI_EXAMPLE_VERB_H_
