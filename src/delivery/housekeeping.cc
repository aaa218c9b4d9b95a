#include "delivery/housekeeping.h"

#include <algorithm>
#include <span>

#include "app/ledger/seals.h"
#include "app/messages/forget_texts.h"
#include "app/ports/blocking.h"
#include "app/reach/forget_decisions.h"

namespace linebook {
namespace {

// A transaction; requests go in between.
constexpr std::int64_t forgotten_at_once = 500;
constexpr std::size_t uses_saved_at_once = 500;

}  // namespace

Housekeeping::Housekeeping(Dependencies deps) : deps_(std::move(deps)), thread_([this] { run(); }) {}

Housekeeping::~Housekeeping() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Housekeeping::run() {
  deps_.store.warm_up();
  auto next_tidying = std::chrono::steady_clock::now();
  // At once: a server that is started again before the interval is over has to forget, too.
  auto next_forgetting = next_tidying;
  for (bool last_turn = false; !last_turn;) {
    {
      std::unique_lock lock(mutex_);
      last_turn = wake_.wait_for(lock, sealing_interval, [this] { return stopping_; });
    }
    bool const tidies = last_turn || std::chrono::steady_clock::now() >= next_tidying;
    // Entries of other nodes are not counted here, and theirs may have died before it sealed them.
    if (tidies) sealed_rows_.reset();
    seal();
    if (!tidies) continue;
    tidy();
    auto const now = std::chrono::steady_clock::now();
    next_tidying = now + tidying_interval;
    if (last_turn || now < next_forgetting) continue;
    report(forget_old_decisions(deps_.store, deps_.secrets, deps_.clock.now()));
    report(forget_old_texts(deps_.store, deps_.clock.now()));
    next_forgetting = now + forgetting_interval;
  }
}

void Housekeeping::report(Result<std::int64_t> const& outcome) {
  if (!outcome) deps_.log(outcome.error().message);
}

void Housekeeping::seal() {
  // Looking for what is not sealed asks for every account there is.
  auto const& counters = deps_.store.counters();
  auto const rows = counters.ledger_entries.load(std::memory_order_relaxed) +
                    counters.decisions.load(std::memory_order_relaxed);
  if (rows == sealed_rows_) return;
  auto const outcome = seal_all(deps_.store, deps_.secrets);
  report(outcome);
  // Rows are counted after their commit: what came meanwhile makes a difference at the next turn.
  if (outcome) sealed_rows_ = rows;
}

void Housekeeping::tidy() {
  deps_.forget_uploads();
  auto const uses = deps_.take_key_uses();
  for (std::span rest(uses); !rest.empty();) {
    auto const some = rest.first(std::min(rest.size(), uses_saved_at_once));
    rest = rest.subspan(some.size());
    report(write_and_wait(deps_.store, [&](Transaction& tx) -> Result<std::int64_t> {
      for (auto const& [key, at] : some) tx.accounts().set_key_last_used(key, at);
      return std::ssize(some);
    }));
  }
  auto const now = deps_.clock.now();
  forget([&](Transaction& tx) { return tx.idempotency().forget(now - idempotency_kept, forgotten_at_once); });
  forget([&](Transaction& tx) { return tx.sessions().forget(now - ended_sessions_kept, forgotten_at_once); });
  forget([&](Transaction& tx) {
    return tx.webhooks().forget_deliveries(now - webhook_deliveries_kept, forgotten_at_once);
  });
}

/// A transaction after the other, until one finds fewer than it may forget.
template <class Forget>
void Housekeeping::forget(Forget some) {
  for (Result<std::int64_t> forgotten = forgotten_at_once; forgotten == forgotten_at_once;) {
    forgotten =
        write_and_wait(deps_.store, [&](Transaction& tx) -> Result<std::int64_t> { return some(tx); });
    report(forgotten);
  }
}

}  // namespace linebook
