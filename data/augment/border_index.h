// Which pixel of a row or column stands for one beyond its ends.
#ifndef MICA_DATA_AUGMENT_BORDER_INDEX_H_
#define MICA_DATA_AUGMENT_BORDER_INDEX_H_

#include <cstdint>

namespace mica {

// All take any index and size > 0, and give an index in [0, size): … c b [a b c d] c b a …
int64_t ReflectedIndex(int64_t index, int64_t size);
// … b a [a b c d] d c b …
int64_t SymmetricIndex(int64_t index, int64_t size);
// … a a [a b c d] d d d …
int64_t EdgeIndex(int64_t index, int64_t size);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_BORDER_INDEX_H_
