// The files that every page holds, as they were when mica was built.
#ifndef MICA_VIZ_PAGE_PAGE_ASSETS_H_
#define MICA_VIZ_PAGE_PAGE_ASSETS_H_

namespace mica {

extern const char kPageCss[];
extern const char kPageJs[];
extern const char kChartJs[];  // Chart.js, with its licence

}  // namespace mica

#endif  // MICA_VIZ_PAGE_PAGE_ASSETS_H_
