#include "lake/s3_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "lake/s3_for_test.h"

namespace tarn::lake {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A service that knows If-None-Match only.
class NoIfMatchClient : public PassingClient {
 public:
  using PassingClient::PassingClient;
  arrow::Future<std::string> Put(const std::string& key, std::shared_ptr<arrow::Buffer> bytes,
                                 s3::Condition condition) override {
    if (!condition.if_match.empty()) return NotImplemented();
    return PassingClient::Put(key, bytes, condition);
  }
  arrow::Future<> DeleteIfMatch(const std::string& key, const std::string& etag) override {
    return NotImplemented();
  }
};

// Every PUT is carried out twice, as when the first answer is lost.
class TwiceClient : public PassingClient {
 public:
  using PassingClient::PassingClient;
  arrow::Future<std::string> Put(const std::string& key, std::shared_ptr<arrow::Buffer> bytes,
                                 s3::Condition condition) override {
    client_->Put(key, bytes, condition).Wait();
    return client_->Put(key, bytes, condition);
  }
};

// The first answers to GET hold a page of a proxy instead of the object.
class PageClient : public PassingClient {
 public:
  PageClient(std::shared_ptr<s3::Client> client, int num_pages)
      : PassingClient(std::move(client)), num_pages_(num_pages) {}
  arrow::Future<s3::ObjectData> Get(const std::string& key, const std::string& if_match,
                                    int64_t size_bytes) override {
    return PassingClient::Get(key, if_match, size_bytes).Then([this](s3::ObjectData data) {
      if (num_pages_-- > 0) data.bytes = arrow::Buffer::FromString("<html></html>");
      return data;
    });
  }

 private:
  std::atomic<int> num_pages_;
};

class S3LockTest : public S3Test {
 protected:
  Result<std::unique_ptr<S3Lock>> Acquire(LeaseTiming timing = {}) {
    return S3Lock::Acquire(client_, prefix_ + "lock", "run x", timing);
  }

  // The lock of a process of this machine that is no more: it has our number and another start.
  void PutDeadLock() const {
    LockHolder dead = LockHolder::Self("run dead");
    dead.process_start += 1;
    dead.token = "dead";
    Put("lock", dead.ToJson());
  }

  // How many of 8 that ask at once get the lock.
  int CountWinners(const std::shared_ptr<s3::Client>& client) {
    std::atomic<int> num_conflicts = 0;
    std::vector<Result<std::unique_ptr<S3Lock>>> locks(8);
    std::vector<std::thread> threads;
    for (auto& lock : locks) {
      threads.emplace_back([&] {
        lock = S3Lock::Acquire(client, prefix_ + "lock", "run x");
        if (KindOf(lock.status()) == ErrorKind::kConflict) ++num_conflicts;
      });
    }
    for (std::thread& thread : threads) thread.join();
    const auto num_winners =
        std::count_if(locks.begin(), locks.end(), [](const auto& lock) { return lock.ok(); });
    EXPECT_EQ(num_winners + num_conflicts, 8);
    return static_cast<int>(num_winners);
  }
};

TEST_F(S3LockTest, IsGivenBack) {
  {
    const auto lock = Acquire().ValueOrDie();
    EXPECT_TRUE(lock->CheckHeld().ok());
    EXPECT_THAT(Objects(), ElementsAre("lock"));
    EXPECT_EQ(KindOf(Acquire().status()), ErrorKind::kConflict);
  }
  EXPECT_THAT(Objects(), IsEmpty());
  EXPECT_TRUE(Acquire().ok());
}

TEST_F(S3LockTest, AStaleOneIsTakenOverByOneOfEight) {
  for (int round = 0; round < 10; ++round) {
    PutDeadLock();
    EXPECT_EQ(CountWinners(client_), 1);
    EXPECT_THAT(Objects(), IsEmpty());
  }
}

TEST_F(S3LockTest, AStaleOneIsTakenOverByOneOfEightWithoutIfMatch) {
  const auto client = std::make_shared<NoIfMatchClient>(client_);
  for (int round = 0; round < 10; ++round) {
    PutDeadLock();
    EXPECT_EQ(CountWinners(client), 1);
    EXPECT_THAT(Objects(), IsEmpty());
  }
}

TEST_F(S3LockTest, ALockOfAnotherMachineIsStaleByTheServersClock) {
  LockHolder other = LockHolder::Self("run other");
  other.host = "elsewhere";
  other.process_start += 1;
  other.token = "other";
  Put("lock", other.ToJson());
  const Status status = Acquire().status();
  EXPECT_EQ(KindOf(status), ErrorKind::kConflict);
  EXPECT_THAT(status.message(), HasSubstr("run other, process"));
  EXPECT_THAT(status.message(), HasSubstr("on elsewhere since"));
  EXPECT_TRUE(Eventually([&] { return Acquire({milliseconds(200), milliseconds(1000)}).ok(); }));
}

TEST_F(S3LockTest, IsRenewed) {
  const LeaseTiming timing{milliseconds(100), milliseconds(2000)};
  const std::vector<std::shared_ptr<s3::Client>> clients = {
      client_, std::make_shared<NoIfMatchClient>(client_), std::make_shared<TwiceClient>(client_)};
  for (const auto& client : clients) {
    const auto lock = S3Lock::Acquire(client, prefix_ + "lock", "run x", timing).ValueOrDie();
    std::this_thread::sleep_for(milliseconds(4000));
    EXPECT_TRUE(lock->CheckHeld().ok());
    EXPECT_EQ(KindOf(Acquire(timing).status()), ErrorKind::kConflict);
  }
  EXPECT_THAT(Objects(), IsEmpty());
}

TEST_F(S3LockTest, IsLostWhenItIsGone) {
  const auto lock = Acquire({milliseconds(50), milliseconds(60'000)}).ValueOrDie();
  ASSERT_TRUE(client_->Delete({prefix_ + "lock"}).status().ok());
  EXPECT_TRUE(Eventually([&] { return KindOf(lock->CheckHeld()) == ErrorKind::kConflict; }));
  EXPECT_THAT(Objects(), IsEmpty());
}

TEST_F(S3LockTest, ALostAnswerIsNoConflict) {
  const auto client = std::make_shared<TwiceClient>(client_);
  EXPECT_TRUE(S3Lock::Acquire(client, prefix_ + "lock", "run x").ok());
  PutDeadLock();
  EXPECT_TRUE(S3Lock::Acquire(client, prefix_ + "lock", "run x").ok());
  EXPECT_THAT(Objects(), IsEmpty());
}

TEST_F(S3LockTest, AWrongAnswerIsNoConflict) {
  PutDeadLock();
  EXPECT_TRUE(
      S3Lock::Acquire(std::make_shared<PageClient>(client_, 2), prefix_ + "lock", "x").ok());
  Put("lock", "not a lock");
  const Status status = Acquire().status();
  EXPECT_EQ(KindOf(status), ErrorKind::kFailed);
  EXPECT_THAT(status.message(), HasSubstr("has other content than tarn writes"));
  EXPECT_THAT(Objects(), ElementsAre("lock"));
}

TEST_F(S3LockTest, AWrongAnswerIsNoLoss) {
  const LeaseTiming timing{milliseconds(100), milliseconds(2000)};
  const auto other = std::make_shared<NoIfMatchClient>(client_);
  const auto client = std::make_shared<PageClient>(other, 2);
  const auto lock = S3Lock::Acquire(client, prefix_ + "lock", "run x", timing).ValueOrDie();
  std::this_thread::sleep_for(milliseconds(3000));
  EXPECT_TRUE(lock->CheckHeld().ok());
}

TEST(LockHolderTest, KnowsTheDead) {
  const LockHolder self = LockHolder::Self("run x");
  EXPECT_FALSE(self.IsDead());
  EXPECT_FALSE(LockHolder::FromJson(self.ToJson()).IsDead());
  EXPECT_EQ(LockHolder::FromJson(self.ToJson()).process_start, self.process_start);
  LockHolder other = self;
  other.process_start += 1;
  EXPECT_TRUE(other.IsDead());
  for (std::string LockHolder::*field :
       {&LockHolder::host, &LockHolder::boot_id, &LockHolder::pid_namespace}) {
    LockHolder foreign = other;
    foreign.*field += "x";
    EXPECT_FALSE(foreign.IsDead());
  }
  for (const std::string text : {"", "[]", "{", R"({"process":"x","host":1})"}) {
    EXPECT_FALSE(LockHolder::FromJson(text).IsDead()) << text;
    EXPECT_THAT(LockHolder::FromJson(text).Conflict("s3://b/lock").message(),
                HasSubstr("or stop it: unknown: s3://b/lock"));
  }
}

}  // namespace
}  // namespace tarn::lake
