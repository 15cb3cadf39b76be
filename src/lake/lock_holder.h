#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace tarn::lake {

/// \brief Who holds a lake: what the lock says, as one JSON object.
struct LockHolder {
  std::string holder;   ///< such as "run 20181127-1"
  int64_t process = 0;  ///< its id; 0: unknown
  std::string host;
  std::string since;  ///< UTC
  // What tells this process from all others that this machine ever ran.
  std::string boot_id;        ///< the kernel's, new at each boot; "": unknown
  std::string pid_namespace;  ///< as /proc/self/ns/pid links to it: `process` is one of its ids
  int64_t process_start = 0;  ///< in clock ticks since boot
  // Of locks that must be renewed.
  std::string token;         ///< no other lock has it; "" for a lock on a disk
  int64_t num_renewals = 0;  ///< so far

  /// \brief This process.
  /// \param[in] holder reported to others, such as a run's id
  static LockHolder Self(const std::string& holder);

  /// \brief Nothing is known of who wrote `json` when it is none: a lock may not be written yet.
  static LockHolder FromJson(std::string_view json);

  std::string ToJson() const;

  /// \brief Whether it was read from what a run wrote.
  bool is_known() const { return !holder.empty(); }

  /// \brief Whether the process surely ended. Processes of other machines and containers are not
  /// known to have.
  bool IsDead() const;

  /// \brief kConflict that tells others what to do.
  /// \param[in] path or URI of the lock
  Status Conflict(std::string_view path) const;
};

}  // namespace tarn::lake
