#pragma once

#include <compare>
#include <string_view>
#include <vector>

#include "base/period.h"
#include "storage/date_template.h"
#include "storage/glob.h"

namespace tarn::storage {

/// \brief Which paths below a branch's literal prefix it matches: one meaning for every listing.
///
/// Names that begin with `_` or `.` match only what begins so too. A date template's span must
/// overlap the period. Threads: any number at once.
class GlobMatcher {
 public:
  /// A way to match the names so far: the next segment, and the dates taken.
  struct Spot {
    size_t segment;
    DateParts date;

    auto operator<=>(const Spot&) const = default;
  };
  /// Every way. Empty: nothing in this folder matches.
  using Spots = std::vector<Spot>;

  /// What a name in a folder may be.
  struct Step {
    bool is_match = false;  ///< a file that matches
    Spots by_name;          ///< a folder, by a segment for itself
    Spots by_depth;         ///< a folder, below `**`

    Spots all() const;
  };

  GlobMatcher(const GlobBranch& branch, const Period& period);

  /// \brief Where the branch's literal prefix is.
  Spots Begin() const { return {{0, {}}}; }

  Step Take(const Spots& spots, std::string_view name) const;

  /// \brief Whether a file matches. An empty name, as between two slashes, is a name.
  /// \param[in] path relative to the branch's literal prefix
  bool Matches(std::string_view path) const;

  /// \brief Length of the shortest of the folders of `path`, its slash included, in which nothing
  /// matches; 0 when there is none.
  /// \param[in] path as for Matches; a name after the last slash does not matter
  size_t DeadFolderLength(std::string_view path) const;

 private:
  void TakeSegment(const Spot& spot, std::string_view name, Step* step) const;

  std::vector<GlobSegment> segments_;  // no `**` after another
  const Period period_;
};

}  // namespace tarn::storage
