// What the allocator does with memory that is freed.
#ifndef MICA_CLI_KEPT_MEMORY_H_
#define MICA_CLI_KEPT_MEMORY_H_

namespace mica {

// glibc would return freed activations to the kernel and fetch them again at each step. Keeping
// them cuts the system time of an epoch (bench/README.md). For the beginning of a process.
void KeepFreedMemory();

}  // namespace mica

#endif  // MICA_CLI_KEPT_MEMORY_H_
