#include "linebook/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <memory>

namespace linebook {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

/// What the service manager would hear.
class NotifySocket {
 public:
  explicit NotifySocket(std::filesystem::path const& path) : socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~NotifySocket() { ::close(socket_); }
  NotifySocket(NotifySocket const&) = delete;
  NotifySocket& operator=(NotifySocket const&) = delete;

  /// The next message, or empty after `patience`.
  std::string hear(std::chrono::milliseconds patience) const {
    timeval const time{patience / 1s, static_cast<suseconds_t>(patience % 1s / 1us)};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    char buffer[4096];
    auto const got = ::recv(socket_, buffer, sizeof buffer, 0);
    return got < 0 ? std::string() : std::string(buffer, static_cast<std::size_t>(got));
  }
  bool hears() const { return hear(20s).find("WATCHDOG=1") != std::string::npos; }
  /// After what was on its way when something stopped.
  bool is_silent() const {
    while (!hear(200ms).empty()) continue;
    return hear(400ms).empty();
  }

 private:
  int socket_;
};

/// Answers what it is told to, at once or when it is let go on.
class FakeStore final : public Store {
 public:
  void write(std::unique_ptr<WriteJob> job) override {
    std::lock_guard const lock(mutex_);
    held_.push_back(std::move(job));
    if (!holds_) answer_all();
  }
  void hold(bool holds) {
    std::lock_guard const lock(mutex_);
    holds_ = holds;
    if (!holds_) answer_all();
  }
  void answer_with(std::optional<ErrorCode> error) {
    std::lock_guard const lock(mutex_);
    error_ = error;
  }
  StoreCounters& own_counters() { return counters_; }

  void read(ReadCost, std::unique_ptr<ReadJob>) override {}
  std::uint64_t keys_generation() const override { return 0; }
  KeyChanges key_changes_since(std::uint64_t) const override { return {}; }
  std::optional<std::string> trouble() const override {
    return has_trouble ? std::optional<std::string>("secret path") : std::nullopt;
  }
  StoreCounters const& counters() const override { return counters_; }
  void stop() override {}
  std::atomic<bool> has_trouble{false};

 private:
  void answer_all() {
    for (auto& job : held_) job->done(error_ ? std::optional(Error{*error_, "told", {}}) : std::nullopt);
    held_.clear();
  }

  std::mutex mutex_;
  std::deque<std::unique_ptr<WriteJob>> held_;
  bool holds_ = false;
  std::optional<ErrorCode> error_;
  StoreCounters counters_;
};

class WatchdogTest : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("NOTIFY_SOCKET", path_.c_str(), 1);
    ::setenv("WATCHDOG_USEC", "80000", 1);
    ::unsetenv("WATCHDOG_PID");
  }
  void TearDown() override {
    ::unsetenv("NOTIFY_SOCKET");
    ::unsetenv("WATCHDOG_USEC");
    std::filesystem::remove(path_);
  }
  std::unique_ptr<Watchdog> watch() {
    return std::make_unique<Watchdog>(
        store_, [this] { return io_stands_ ? steady_clock::time_point() : steady_clock::now(); }, "serving");
  }

  std::filesystem::path const path_ =
      std::filesystem::temp_directory_path() / ("notify-" + std::to_string(::getpid()));
  NotifySocket socket_{path_};
  FakeStore store_;
  std::atomic<bool> io_stands_{false};
};

TEST_F(WatchdogTest, WriterThatDoesNotAnswerIsNoProgress) {
  auto const watchdog = watch();
  EXPECT_TRUE(socket_.hears());
  store_.hold(true);
  EXPECT_TRUE(socket_.is_silent());
  store_.hold(false);
  EXPECT_TRUE(socket_.hears());
}

TEST_F(WatchdogTest, OneIoThreadThatStandsIsNoProgress) {
  auto const watchdog = watch();
  EXPECT_TRUE(socket_.hears());
  io_stands_ = true;
  EXPECT_TRUE(socket_.is_silent());
  io_stands_ = false;
  EXPECT_TRUE(socket_.hears());
}

TEST_F(WatchdogTest, DatabaseThatIsAwayIsAnAnswer) {
  store_.answer_with(ErrorCode::unavailable);
  store_.has_trouble = true;
  auto const watchdog = watch();
  auto const told = socket_.hear(20s);
  EXPECT_NE(told.find("WATCHDOG=1"), std::string::npos);
  EXPECT_NE(told.find("STATUS=serving, not ready"), std::string::npos);
  EXPECT_EQ(told.find("secret"), std::string::npos);
}

TEST_F(WatchdogTest, FullQueueIsProgressOnlyWhileItIsWorkedOff) {
  store_.answer_with(ErrorCode::overloaded);
  auto const watchdog = watch();
  EXPECT_TRUE(socket_.is_silent());
  std::atomic<bool> done{false};
  std::thread busy([&] {
    while (!done) {
      ++store_.own_counters().commits;
      std::this_thread::sleep_for(1ms);
    }
  });
  EXPECT_TRUE(socket_.hears());
  done = true;
  busy.join();
}

TEST_F(WatchdogTest, StopsWhileItWaits) {
  store_.hold(true);
  auto watchdog = watch();
  std::this_thread::sleep_for(50ms);
  watchdog.reset();
  store_.hold(false);  // answers a probe whose owner is gone
}

TEST_F(WatchdogTest, WithoutOneNothingIsTold) {
  ::unsetenv("WATCHDOG_USEC");
  auto const watchdog = watch();
  EXPECT_EQ(socket_.hear(300ms), "");
}

}  // namespace
}  // namespace linebook
