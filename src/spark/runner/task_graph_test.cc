#include "spark/runner/task_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <future>
#include <mutex>

namespace tarn::spark {
namespace {

void NoInterrupt() { ADD_FAILURE() << "nothing is to be interrupted"; }

TEST(TaskGraphTest, RunsEachAfterWhatItNeeds) {
  std::mutex mutex;
  std::vector<int> ended;
  const auto task = [&](int number, std::vector<size_t> needs) {
    return Task{std::move(needs), [&, number] {
                  std::lock_guard lock(mutex);
                  ended.push_back(number);
                  return Status::OK();
                }};
  };
  const std::vector<Task> tasks = {task(0, {}), task(1, {0}), task(2, {0, 1}), task(3, {2})};
  EXPECT_FALSE(RunTasks(tasks, 4, NoInterrupt).has_value());
  EXPECT_THAT(ended, testing::ElementsAre(0, 1, 2, 3));
  EXPECT_FALSE(RunTasks({}, 4, NoInterrupt).has_value());
}

TEST(TaskGraphTest, RunsSeveralAtOnceButNotMore) {
  // Three meet, so they do run at once; a fourth at the same time would be counted.
  std::barrier meet(3);
  std::atomic<int> running = 0, most = 0;
  std::vector<Task> tasks;
  for (int i = 0; i < 9; ++i) {
    tasks.push_back({{}, [&] {
                       int now = ++running;
                       for (int seen = most;
                            now > seen && !most.compare_exchange_weak(seen, now);) {
                       }
                       meet.arrive_and_wait();
                       --running;
                       return Status::OK();
                     }});
  }
  EXPECT_FALSE(RunTasks(tasks, 3, NoInterrupt).has_value());
  EXPECT_EQ(most, 3);
}

TEST(TaskGraphTest, TheFirstInOrderThatFailsDecides) {
  std::promise<void> last_failed, interrupted;
  auto last_has_failed = last_failed.get_future().share();
  std::atomic<bool> was_begun = false;
  const std::vector<Task> tasks = {
      {{},
       [&] {
         last_has_failed.wait();
         return Status::OK();
       }},
      // Begun when a later one has failed already, as it stands before that.
      {{0}, [] { return Status::Invalid("the second"); }},
      // Ends when it is told to.
      {{},
       [&] {
         interrupted.get_future().wait();
         return Status::Cancelled("the third");
       }},
      {{},
       [&] {
         last_failed.set_value();
         return Status::Invalid("the fourth");
       }},
      {{0},
       [&] {
         was_begun = true;
         return Status::OK();
       }},
  };
  const auto failure = RunTasks(tasks, 3, [&] { interrupted.set_value(); });
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->task, 1);
  EXPECT_EQ(failure->status.message(), "the second");
  EXPECT_FALSE(was_begun);
}

}  // namespace
}  // namespace tarn::spark
