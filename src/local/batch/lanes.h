#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "local/batch/stage.h"

namespace tarn::local {

/// \brief Work in several lanes: in each one item after the other, in the order in which they were
/// added; lanes beside one another, on whatever threads come to work.
///
/// Nobody waits: who finds a lane that another thread is at leaves what it has there. What waits is
/// counted in the backlog. An item that fails lets those after it go by, in all lanes.
class Lanes : public std::enable_shared_from_this<Lanes> {
 public:
  /// \brief What an item is in a lane. Threads: one at a time in a lane, any number in all.
  using Task = std::function<Status(int lane)>;

  /// \param[in] context its poll is not asked
  static std::shared_ptr<Lanes> Make(StageContext context, int num_lanes);

  /// \brief Do `task` once in each of some lanes, by this thread and those that are free.
  /// \param[in] lanes numbers, from 0. Once it has failed in one, it is not begun in those after it
  /// \param[in] on_end called once, with the failure in the first lane that has one, by the thread
  /// that does the last of it
  static void Run(const StageContext& context, std::span<const int> lanes, const Task& task,
                  std::function<void(Status status)> on_end);

  /// \brief The next item. Threads: one at a time; not after Close.
  /// \param[in] lanes that it has something for, each once
  /// \param[in] num_bytes that it holds
  void Add(std::span<const int> lanes, int64_t num_bytes, Task task);

  /// \brief No more is added. Called once.
  /// \param[in] on_end called once, when all that was added is done: at once, or by the thread that
  /// does the last of it
  void Close(std::function<void()> on_end);

  /// \brief Work off what nobody is at. Whoever adds something calls it afterwards; threads that
  /// are free help. Threads: any.
  void Work();

  /// \brief The failure of the first item that has one; of several lanes, the first's. Final when
  /// all is done. Threads: any.
  Status status() const;

 private:
  struct Item {
    int64_t number = 0;  // as they were added
    int64_t num_bytes = 0;
    Task task;
    size_t num_left = 0;  // lanes that it is not done in
  };
  struct Lane {
    std::deque<std::shared_ptr<Item>> items;
    bool is_taken = false;  // by a thread, or it is in ready_
  };

  Lanes(StageContext context, int num_lanes)
      : context_(std::move(context)), lanes_(static_cast<size_t>(num_lanes)) {}

  void CallHelp();
  void WorkIn(int lane, std::unique_lock<std::mutex>* lock);
  Status Do(const Item& item, int lane) const;
  void Finish(const std::shared_ptr<Item>& item, int lane, Status status);

  const StageContext context_;

  mutable std::mutex mutex_;  // of all below
  std::vector<Lane> lanes_;
  std::deque<int> ready_;  // lanes with items, that nobody is at
  int64_t num_added_ = 0;
  int64_t num_open_ = 0;  // items that are not done
  bool has_helper_ = false;
  std::function<void()> on_end_;
  int64_t failed_item_ = std::numeric_limits<int64_t>::max();
  int failed_lane_ = 0;
  Status failure_;
};

}  // namespace tarn::local
