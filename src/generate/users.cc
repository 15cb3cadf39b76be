#include "generate/users.h"

#include <algorithm>
#include <span>

#include "generate/vocabulary.h"

namespace tarn::generate {
namespace {

std::vector<std::string> AsJson(std::span<const std::string_view> words) {
  std::vector<std::string> values;
  for (std::string_view word : words) {
    std::string value;
    AppendJsonString(word, {.escapes_slash = true, .escapes_non_ascii = true}, &value);
    values.push_back(std::move(value));
  }
  return values;
}

const std::string* Pick(const std::vector<std::string>& values, uint64_t index) {
  return &values[index];
}

}  // namespace

Users::Users(uint64_t seed, int64_t num_users, int num_days, int64_t begin_ms, double trouble_share)
    : first_names_{AsJson(FirstNamesMale()), AsJson(FirstNamesFemale())},
      last_names_(AsJson(LastNames())),
      locations_(AsJson(Locations())),
      user_agents_(AsJson(UserAgents())),
      users_(num_users),
      changes_(num_days) {
  MakeUsers(seed, begin_ms);
  if (trouble_share > 0) PlanFates(seed, trouble_share);
  PlanChanges(seed);
}

void Users::MakeUsers(uint64_t seed, int64_t begin_ms) {
  constexpr int64_t kDaySeconds = 86'400;
  for (int64_t i = 0; i < size(); ++i) {
    Random random = RandomFor(seed, Topic::kUser, i);
    User& user = users_[i];
    user.is_female = random.Chance(0.6);
    const auto& first_names = first_names_[user.is_female ? 1 : 0];
    user.first_name = Pick(first_names, random.Below(first_names.size()));
    user.last_name = Pick(last_names_, random.Below(last_names_.size()));
    user.location = Pick(locations_, random.Skewed(locations_.size()));
    user.user_agent = Pick(user_agents_, random.Skewed(user_agents_.size()));
    bool is_active = i < size() / 4;
    user.starts_paid = random.Chance(is_active ? 0.85 : 0.4);
    // Whole seconds, as all of the sample.
    user.registered_at_ms = begin_ms - 1000 * static_cast<int64_t>(random.Below(90 * kDaySeconds));
  }
}

void Users::PlanFates(uint64_t seed, double trouble_share) {
  std::vector<bool> pays;
  for (const User& user : users_) pays.push_back(user.starts_paid);
  int num_days = static_cast<int>(changes_.size());
  fates_ = Fates(seed, trouble_share, pays, num_days);
  for (int64_t i = 0; i < size(); ++i) {
    if (fates_[i].end == End::kDowngrades) AddChange(i, fates_[i].end_day);
  }
}

void Users::PlanChanges(uint64_t seed) {
  constexpr double kChangesPerDay = 0.1 / 30;  // the sample's: one user of ten in a month
  Random random = RandomFor(seed, Topic::kLevelChanges, 0);
  int num_days = static_cast<int>(changes_.size());
  double expected = kChangesPerDay * static_cast<double>(size()) * num_days;
  auto num_changes = static_cast<int64_t>(expected + 0.5);
  for (int64_t i = 0; i < num_changes; ++i) {
    int64_t user = random.Skewed(size());
    int day = static_cast<int>(random.Below(num_days));
    // Trouble, and how somebody leaves, hang on whether that one pays.
    Fate fate = fates_[user];
    if (fate.trouble != Trouble::kNone || fate.end != End::kStays) continue;
    AddChange(user, day);
  }
}

void Users::AddChange(int64_t user, int day) {
  std::vector<int>& days = days_[user];
  if (std::find(days.begin(), days.end(), day) != days.end()) return;
  days.push_back(day);
  changes_[day].push_back(user);
}

bool Users::IsPaid(int64_t user, int day) const {
  bool is_paid = users_[user].starts_paid;
  auto days = days_.find(user);
  if (days == days_.end()) return is_paid;
  for (int change : days->second) is_paid ^= change < day;
  return is_paid;
}

}  // namespace tarn::generate
