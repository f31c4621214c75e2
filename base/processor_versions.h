// MICA_PROCESSOR_VERSIONS void Invert(int64_t count, uint8_t* values) { … }
// The compiler makes a function three times: with AVX-512, with AVX2, and for every x86-64
// processor. Which one is called is decided when the program starts. An attribute can be named by
// nothing but a macro.
//
// All versions give the same numbers if products and sums are fused by name alone: compile with
// -ffp-contract=off and call __builtin_fmaf where the fused sum is meant. What such a function
// calls has three versions only if it is inlined: mark it [[gnu::always_inline]] inline.
#ifndef MICA_BASE_PROCESSOR_VERSIONS_H_
#define MICA_BASE_PROCESSOR_VERSIONS_H_

#ifdef MICA_EVERY_PROCESSOR  // for a test of the last version
#define MICA_PROCESSOR_VERSIONS
#else
#define MICA_PROCESSOR_VERSIONS [[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
#endif

#endif  // MICA_BASE_PROCESSOR_VERSIONS_H_
