#include "spark/launch/server_log.h"

namespace tarn::spark {

void ServerLog::Add(std::string_view line) {
  std::lock_guard lock(mutex_);
  facts_.Read(line);
  if (!facts_.news.empty() && facts_.news != last_news_) {
    last_news_ = facts_.news;
    news_.push_back(facts_.news);
  }
  tail_.emplace_back(line);
  if (tail_.size() > kLinesMax) tail_.pop_front();
}

LogFacts ServerLog::facts() const {
  std::lock_guard lock(mutex_);
  return facts_;
}

std::vector<std::string> ServerLog::TakeNews() {
  std::lock_guard lock(mutex_);
  return std::exchange(news_, {});
}

std::deque<std::string> ServerLog::tail() const {
  std::lock_guard lock(mutex_);
  return tail_;
}

}  // namespace tarn::spark
