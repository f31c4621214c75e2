// Memory of this process.
#ifndef MICA_BASE_PEAK_MEMORY_H_
#define MICA_BASE_PEAK_MEMORY_H_

namespace mica {

// The largest resident size so far.
double PeakMemoryMib();

}  // namespace mica

#endif  // MICA_BASE_PEAK_MEMORY_H_
