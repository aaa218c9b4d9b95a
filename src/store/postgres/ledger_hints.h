// How nodes hear of each other's new ledger entries at once: LISTEN and NOTIFY, outside of the transactions
// that append them, since NOTIFY in a transaction makes all commits wait for one another. A hint alone: where
// it is lost, or cannot be had (a pooler between), whoever follows a ledger finds its entries by asking.
#pragma once

#include <chrono>
#include <mutex>
#include <set>
#include <span>
#include <thread>

#include "base/id.h"
#include "store/jobs/ledger_news.h"
#include "store/postgres/link.h"

namespace linebook::postgres {

class LedgerHints {
 public:
  static constexpr std::chrono::milliseconds gathering_pause{5};  // between two hints that this node sends
  static constexpr std::chrono::milliseconds pause_after_failure{1000};
  static constexpr std::size_t max_accounts_told = 400;  // in one hint, which has at most 8,000 bytes
  static constexpr std::size_t max_gathered = 10'000;    // accounts, while the database is away

  /// What is heard goes to `news`.
  LedgerHints(Endpoint const&, LedgerNews& news);
  ~LedgerHints() { stop(); }
  LedgerHints(LedgerHints const&) = delete;
  LedgerHints& operator=(LedgerHints const&) = delete;

  /// Listens from the first call on.
  void start();
  void stop();
  /// To be told to the other nodes. Any thread; waits for nobody.
  void tell(std::span<AccountId const>);

 private:
  void run();
  void listen();
  void send_gathered();
  void take_heard();
  void wait(std::chrono::milliseconds);

  LedgerNews& news_;
  Link link_;
  Connection* listening_ = nullptr;  // of the thread alone, as link_
  int const wake_;                   // an eventfd
  std::mutex mutex_;
  std::set<AccountId> gathered_;  // under mutex_, as all below
  bool is_started_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace linebook::postgres
