#include "store/postgres/ledger_hints.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <charconv>
#include <string>
#include <vector>

namespace linebook::postgres {
namespace {

constexpr std::string_view listen_for_hints = "LISTEN linebook_ledger";
constexpr Statement send_ledger_hint{"send_ledger_hint", "SELECT pg_notify('linebook_ledger', $1)"};
constexpr std::chrono::milliseconds longest_wait{1000};  // for a connection that died without a word

std::vector<AccountId> accounts_in(std::string_view hint) {
  std::vector<AccountId> accounts;
  while (!hint.empty()) {
    auto const comma = hint.find(',');
    AccountId account;
    auto const part = hint.substr(0, comma);
    if (std::from_chars(part.data(), part.data() + part.size(), account.value).ec == std::errc())
      accounts.push_back(account);
    hint = comma == hint.npos ? std::string_view() : hint.substr(comma + 1);
  }
  return accounts;
}

}  // namespace

LedgerHints::LedgerHints(Endpoint const& endpoint, LedgerNews& news)
    : news_(news), link_(endpoint, reading_bounds), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void LedgerHints::start() {
  std::scoped_lock lock(mutex_);
  if (is_started_ || stopping_) return;
  is_started_ = true;
  thread_ = std::thread([this] { run(); });
}

void LedgerHints::stop() {
  {
    std::scoped_lock lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
  }
  ::eventfd_write(wake_, 1);
  if (thread_.joinable()) thread_.join();
  ::close(wake_);
}

void LedgerHints::tell(std::span<AccountId const> accounts) {
  {
    std::scoped_lock lock(mutex_);
    if (!is_started_ || stopping_) return;
    if (gathered_.size() < max_gathered) gathered_.insert(accounts.begin(), accounts.end());
  }
  ::eventfd_write(wake_, 1);
}

void LedgerHints::run() {
  for (;;) {
    {
      std::scoped_lock lock(mutex_);
      if (stopping_) return;
    }
    try {
      if (listening_ == nullptr) listen();
      send_gathered();
      take_heard();
      wait(longest_wait);
    } catch (std::exception const&) {  // the store tells when the database is away
      listening_ = nullptr;
      link_.drop();
      wait(pause_after_failure);
    }
  }
}

void LedgerHints::listen() {
  auto& db = link_.open();
  db.run_script(std::string(listen_for_hints));
  listening_ = &db;
}

void LedgerHints::send_gathered() {
  std::set<AccountId> gathered;
  {
    std::scoped_lock lock(mutex_);
    gathered.swap(gathered_);
  }
  std::string hint;
  std::size_t told = 0;
  for (auto const account : gathered) {
    hint.append(hint.empty() ? "" : ",").append(std::to_string(account.value));
    if (++told % max_accounts_told != 0) continue;
    listening_->run(send_ledger_hint, hint);
    hint.clear();
  }
  if (!hint.empty()) listening_->run(send_ledger_hint, hint);
  if (!gathered.empty()) std::this_thread::sleep_for(gathering_pause);
}

void LedgerHints::take_heard() {
  for (auto const& hint : listening_->take_notifications()) news_.grew(accounts_in(hint));
}

/// Until the database or somebody here has something to tell.
void LedgerHints::wait(std::chrono::milliseconds longest) {
  pollfd ready[2] = {
      {.fd = wake_, .events = POLLIN, .revents = 0},
      {.fd = listening_ != nullptr ? listening_->socket() : -1, .events = POLLIN, .revents = 0}};
  ::poll(ready, 2, static_cast<int>(longest.count()));
  eventfd_t ignored = 0;
  ::eventfd_read(wake_, &ignored);
}

}  // namespace linebook::postgres
