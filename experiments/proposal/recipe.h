// From what is known of a data set to an experiment: every decision with its reason.
//   const Proposal proposal = Propose(facts, /*pretrained=*/nullptr, settings);
//   proposal.parts[0].reason        // "A folder for each class in flowers/. …"
//   WholeOf(proposal).model()       // resnet9 { channels: 24 }
// It decides; experiment_text.h writes it down. Nothing is opened here, so each rule is tested by
// facts alone.
#ifndef MICA_EXPERIMENTS_PROPOSAL_RECIPE_H_
#define MICA_EXPERIMENTS_PROPOSAL_RECIPE_H_

#include <google/protobuf/repeated_field.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data/augment/transform.pb.h"
#include "data/decode/decode.pb.h"
#include "experiments/experiment.pb.h"
#include "experiments/proposal/data_facts.h"
#include "experiments/proposal/network_choice.h"
#include "models/zoo/pretrained_network.h"

namespace mica {

struct ProposedPart {
  std::string reason;  // sentences
  Experiment part;     // the fields that it is about
};

struct Proposal {
  std::vector<ProposedPart> parts;  // in the order of the file
  NetworkChoice network;
  int batch_size = 0;
  std::vector<std::string> warnings;  // what makes a good result unlikely
};

struct ProposalSettings {
  std::string name;  // of the experiment

  // Means and deviations of what these settings make of the training pictures.
  std::function<MeasuredChannels(const DecodeConfig& decode, const google::protobuf::RepeatedPtrField<TransformConfig>& transforms)>
      measure;

  // That the process could have; half of it is for the model. Nullopt: nobody knows.
  std::optional<int64_t> machine_bytes;
};

// `pretrained` may be null. Deterministic.
Proposal Propose(const DataFacts& facts, const PretrainedNetwork* pretrained, const ProposalSettings& settings);

// All parts as one experiment.
Experiment WholeOf(const Proposal& proposal);

// "about 7 minutes", "about 40 seconds".
std::string DurationInWords(double seconds);

// Whether a mirrored picture is still of its class, as far as can be told: not for small grey
// pictures (digits, letters), classes that are named by single characters, or by left and right.
// Returns why not, "" if it is.
std::string WhyNoMirroring(const DataFacts& facts);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_PROPOSAL_RECIPE_H_
