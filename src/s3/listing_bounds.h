#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "base/error.h"
#include "s3/responses.h"

namespace tarn::s3 {

/// \brief Which page of a listing was asked for; see Client::List.
struct AskedPage {
  std::string prefix;
  std::string token;       ///< ListPage::next_token of the page before; "": the first page
  std::string after;       ///< names come after this one; "": no matter
  bool is_ordered = true;  ///< names come in their order
};

/// \brief Whether `page` can be the one that was asked for. \return IOError that says why not
Status CheckPage(const ListPage& page, const AskedPage& asked);

/// \brief The same of uploads, in the order of their keys.
/// \param[in] after the page before; null for the first page
Status CheckUploadPage(const UploadPage& page, const std::string& prefix, const UploadPage* after);

/// \brief Ends listings that would not end by themselves. Threads: one at a time.
class ListingBounds {
 public:
  static constexpr int64_t kPagesMax = 1'000'000;  ///< a billion keys
  static constexpr int64_t kEmptyPagesMax = 1000;  ///< one after another; AWS has some

  explicit ListingBounds(int64_t num_pages_max = kPagesMax) : num_pages_max_(num_pages_max) {}

  /// \brief Called with each page. \return IOError when there are too many
  Status Count(const ListPage& page);

  /// \brief The same of uploads; where the next page begins may not come twice.
  Status Count(const UploadPage& page);

 private:
  Status CountPage(bool is_empty, bool is_last);

  const int64_t num_pages_max_;
  int64_t num_pages_ = 0;
  int64_t num_empty_ = 0;  // since the last page with anything on it
  std::set<std::pair<std::string, std::string>> upload_markers_;
};

}  // namespace tarn::s3
