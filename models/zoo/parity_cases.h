// The cases of testdata/parity, one for each network that PyTorch was asked about.
//   for (const ParityCase& parity : ParityCases()) …
// A file that does not parse ends the test process. Torch-free.
#ifndef MICA_MODELS_ZOO_PARITY_CASES_H_
#define MICA_MODELS_ZOO_PARITY_CASES_H_

#include <string>
#include <vector>

#include "models/zoo/parity_case.pb.h"

namespace mica {

// In the order of their files' names. The test that calls it has "testdata_parity" in its data.
std::vector<ParityCase> ParityCases();

// The case's arm of ModelConfig: "resnet18".
std::string ArmOf(const ParityCase& parity);

// The arm, "_" and the variant, if the case has one; unique.
std::string NameOf(const ParityCase& parity);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_PARITY_CASES_H_
