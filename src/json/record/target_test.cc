// The tests that are linked with this file on one instruction set: TARN_SIMD_TARGET=SSE4
// tarn_json_test. Without the variable they run on the best one. CMakeLists.txt has a test for each
// set that Highway compiles.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <string_view>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "json/record/target_test.cc"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tarn::json {
namespace HWY_NAMESPACE {

int64_t DispatchedTarget() { return HWY_TARGET; }

// NOLINTNEXTLINE(google-readability-namespace-comments): Highway's name is a macro
}  // namespace HWY_NAMESPACE
}  // namespace tarn::json
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tarn::json {
namespace {

HWY_EXPORT(DispatchedTarget);

std::string_view WantedName() {
  const char* const name = std::getenv("TARN_SIMD_TARGET");
  return name == nullptr ? std::string_view() : name;
}

// The set of that name, 0 when it is not compiled or this processor lacks it.
int64_t FindTarget(std::string_view name) {
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    if (hwy::TargetName(target) == name) return target;
  }
  return 0;
}

class TargetEnvironment : public testing::Environment {
 public:
  void SetUp() override {
    if (WantedName().empty()) return;
    const int64_t target = FindTarget(WantedName());
    if (target == 0) GTEST_SKIP() << "No instructions here for target " << WantedName();
    if (target == hwy::SupportedAndGeneratedTargets().front()) {
      GTEST_SKIP() << "All other tests run on target " << WantedName();
    }
    hwy::SetSupportedTargetsForTest(target);
  }
};

[[maybe_unused]] const testing::Environment* const kEnvironment =
    testing::AddGlobalTestEnvironment(new TargetEnvironment);

// That the variable has an effect: otherwise all sets would pass what only the best was asked.
TEST(TargetTest, IsTheOneAskedFor) {
  const int64_t target = HWY_DYNAMIC_DISPATCH(DispatchedTarget)();
  if (WantedName().empty()) {
    EXPECT_EQ(target, hwy::SupportedAndGeneratedTargets().front());
  } else {
    EXPECT_EQ(hwy::TargetName(target), WantedName());
  }
}

// As CMakeLists.txt lists them.
TEST(TargetTest, EveryOneHasATest) {
  for (int64_t targets = HWY_TARGETS; targets != 0; targets &= targets - 1) {
    const std::string name = hwy::TargetName(targets & -targets);
    EXPECT_NE(std::string_view(TARN_SIMD_TARGETS).find("," + name + ","), std::string_view::npos)
        << name;
  }
}

}  // namespace
}  // namespace tarn::json
#endif  // HWY_ONCE
