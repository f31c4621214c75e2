// Counts how often a program asks for memory, to show that something takes none.
//   const AllocationCounts before = CountAllocations();
//   …
//   std::cout << CountAllocations().cpp - before.cpp;
// A program that links this unit has malloc and operator new replaced by glibc's with a counter in
// front. Not with a sanitizer, which replaces them itself: then all counts are 0.
#ifndef MICA_BASE_ALLOCATION_COUNTER_H_
#define MICA_BASE_ALLOCATION_COUNTER_H_

#include <cstdint>

namespace mica {

struct AllocationCounts {
  int64_t cpp = 0;        // operator new, of all threads since the program began
  int64_t cpp_bytes = 0;  // asked for by these, also where they were given back
  int64_t c = 0;          // malloc and its relatives, called otherwise: by C libraries
};

// Thread-safe.
AllocationCounts CountAllocations();

}  // namespace mica

#endif  // MICA_BASE_ALLOCATION_COUNTER_H_
