// Follows the ledgers of the accounts that somebody on this node listens to, and keeps the newest events of
// each in memory: one thread, however many streams, long polls and webhooks there are.
//
// Commits of this node are told by the store; those of others are found by asking where the ledgers end, a
// few times a second. A ledger's sequences are given under a lock that is held until the commit, so what is
// read behind a sequence has no gaps and nothing can appear in front of it later.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "app/ports/event_counters.h"
#include "app/ports/event_feed.h"
#include "app/ports/ledger_listener.h"
#include "app/ports/store.h"

namespace linebook {

class LedgerFollower final : public EventFeed, private LedgerListener {
 public:
  static constexpr std::int64_t entries_at_once = 256;  // of one account in one read
  static constexpr std::size_t accounts_at_once = 64;   // in one read
  static constexpr std::chrono::milliseconds look_interval{100};
  /// Of all windows; each has its share, but at least the second.
  static constexpr std::size_t bytes_of_windows = 256 * EventWindow::max_bytes;
  static constexpr std::size_t least_window_bytes = 32 * 1024;
  static constexpr std::chrono::milliseconds pause_after_failure{200};

  struct Dependencies {
    Store& store;
    EventRenderer const& renderer;
    EventCounters& counters;
    std::function<void(std::string_view)> log;  // any thread
  };

  explicit LedgerFollower(Dependencies);
  /// Nobody follows any more.
  ~LedgerFollower();

  std::unique_ptr<Following> follow(AccountId, std::int64_t after, std::function<void()> news) override;

 private:
  class Seat;
  struct Followed {
    std::shared_ptr<EventWindow> window;
    std::int64_t last = -1;         // sequence that the window ends with; -1: it is not known yet
    std::int64_t wanted_after = 0;  // where the first follower stands
    bool has_grown = true;
    std::unordered_map<Seat*, std::function<void()>> news;
  };
  struct Look {
    AccountId account;
    std::int64_t last;
    std::int64_t wanted_after;
    std::shared_ptr<EventWindow> window;
  };
  struct Found {
    std::vector<Event> events;
    std::int64_t begins_behind = -1;  // where the window was not known
    bool has_more = false;
  };

  void ledgers_grew(std::span<AccountId const>) override;
  void leave(AccountId, Seat&);
  void run();
  std::vector<Look> take_grown();
  Result<std::vector<Found>> read(std::vector<Look> const&) const;
  void publish(std::vector<Look> const&, std::vector<Found>);
  void put_back(std::vector<Look> const&);
  void ask_where_ledgers_end();
  std::size_t window_bytes() const;

  Dependencies const deps_;

  std::mutex mutex_;
  std::condition_variable something_grew_;
  std::map<AccountId, Followed> followed_;
  bool any_grew_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace linebook
