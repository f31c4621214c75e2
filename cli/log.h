// The log of a program whose flags have a VerbTable: glog's, for people who look for the cause of
// something (--v=1). Results and progress do not go through it.
//   int main(int argc, char** argv) {
//     mica::StartLog(argv[0]);
#ifndef MICA_CLI_LOG_H_
#define MICA_CLI_LOG_H_

#include <string>

namespace mica {

// Messages go to stderr, and into files only with --log_dir; glog alone would write files to /tmp.
// Their names begin with the program's. Installs no signal handlers. May be called again, without
// effect.
void StartLog(const std::string& program);

}  // namespace mica

#endif  // MICA_CLI_LOG_H_
