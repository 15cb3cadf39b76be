#include "generate/fates.h"

#include <algorithm>

namespace tarn::generate {
namespace {

Fate DrawFate(double trouble_share, bool pays, int num_days, Random* random) {
  Fate fate;
  if (random->Chance(trouble_share)) {
    constexpr Trouble kOfThosePaying[] = {Trouble::kErrors, Trouble::kSongs};
    constexpr Trouble kOfOthers[] = {Trouble::kAdverts, Trouble::kErrors, Trouble::kSongs};
    fate.trouble = pays ? kOfThosePaying[random->Below(2)] : kOfOthers[random->Below(3)];
    fate.trouble_day = static_cast<int>(random->Below(std::max(num_days / 2, 1)));
  }
  for (int day = 0; day < num_days; ++day) {
    bool has_trouble = fate.trouble != Trouble::kNone && day >= fate.trouble_day;
    double chance = has_trouble ? Fates::kLeavesWithTrouble : Fates::kLeavesWithoutTrouble;
    if (!random->Chance(chance)) continue;
    fate.end = pays && random->Chance(Fates::kDowngradeShare) ? End::kDowngrades : End::kCancels;
    fate.end_day = day;
    break;
  }
  return fate;
}

}  // namespace

Fates::Fates(uint64_t seed, double trouble_share, const std::vector<bool>& pays, int num_days)
    : fates_(pays.size()), cancels_(num_days) {
  for (size_t i = 1; i < fates_.size(); ++i) {
    Random random = RandomFor(seed, Topic::kFate, i);
    fates_[i] = DrawFate(trouble_share, pays[i], num_days, &random);
    if (fates_[i].end == End::kCancels) cancels_[fates_[i].end_day].push_back(i);
  }
}

Trouble Fates::TroubleOn(int64_t user, int day) const {
  if (empty() || day < fates_[user].trouble_day) return Trouble::kNone;
  // Who has given up paying is content.
  bool is_over = fates_[user].end == End::kDowngrades && day > fates_[user].end_day;
  return is_over ? Trouble::kNone : fates_[user].trouble;
}

}  // namespace tarn::generate
