#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "generate/fates.h"
#include "generate/song.h"

namespace tarn::generate {

/// \brief One user; the texts are JSON values, shared by all users that have them.
struct User {
  const std::string* first_name = nullptr;
  const std::string* last_name = nullptr;
  const std::string* location = nullptr;
  const std::string* user_agent = nullptr;
  bool is_female = false;
  bool starts_paid = false;      ///< on the first day, before any change
  int64_t registered_at_ms = 0;  ///< since 1970
};

/// \brief A user's `userId` in the log; its first number there is 2, as in the sample.
inline int64_t UserIdOf(int64_t index) { return index + 2; }

/// \brief Who uses the service, and on which days they change between free and paid.
///
/// The first users are the most active ones (Random::Skewed), and pay more often.
class Users {
 public:
  /// \param[in] trouble_share of Fates; 0: there are none
  Users(uint64_t seed, int64_t num_users, int num_days, int64_t begin_ms, double trouble_share = 0);

  int64_t size() const { return static_cast<int64_t>(users_.size()); }
  const User& operator[](int64_t index) const { return users_[index]; }

  /// \brief Users that change their level on `day`.
  const std::vector<int64_t>& ChangesOn(int day) const { return changes_[day]; }

  /// \brief Who has trouble and who leaves.
  const Fates& fates() const { return fates_; }

  /// \brief Whether `user` pays at the begin of `day`.
  bool IsPaid(int64_t user, int day) const;

 private:
  void MakeUsers(uint64_t seed, int64_t begin_ms);
  void PlanFates(uint64_t seed, double trouble_share);
  void PlanChanges(uint64_t seed);
  void AddChange(int64_t user, int day);

  std::vector<std::string> first_names_[2];
  std::vector<std::string> last_names_;
  std::vector<std::string> locations_;
  std::vector<std::string> user_agents_;
  std::vector<User> users_;
  Fates fates_;
  std::vector<std::vector<int64_t>> changes_;           // by day
  std::unordered_map<int64_t, std::vector<int>> days_;  // of change, by user
};

}  // namespace tarn::generate
