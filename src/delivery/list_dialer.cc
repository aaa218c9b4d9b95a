#include "delivery/list_dialer.h"

#include <algorithm>
#include <utility>

#include "app/dialing/dial_next.h"
#include "app/dialing/hold_list.h"
#include "app/dialing/plan_entries.h"
#include "app/ports/blocking.h"

namespace linebook {

ListDialer::ListDialer(Dependencies deps)
    : deps_(std::move(deps)),
      rules_{deps_.lists, deps_.zones, calling_hours_, deps_.policies},
      thread_([this] { run(); }) {}

ListDialer::~ListDialer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

Context ListDialer::context_of(AccountId account) {
  auto const now = deps_.clock.now();
  return {
      account,       std::string(dialing_actor), deps_.ids.next("req_", now), now, deps_.ids, deps_.secrets,
      deps_.policies};
}

void ListDialer::run() {
  for (;;) {
    auto const now = deps_.clock.now();
    auto next = look_for_lists_at_;
    for (auto const& one : watched_) next = std::min(next, one.look_at);
    {
      std::unique_lock lock(mutex_);
      if (wake_.wait_for(lock,
                         std::clamp(next - now, std::chrono::milliseconds(0),
                                    std::chrono::milliseconds(lists_to_dial_interval)),
                         [this] { return stopping_; }))
        return;
    }
    if (look_for_lists_at_ <= deps_.clock.now()) look_for_lists();
    for (auto& one : watched_)
      if (one.look_at <= deps_.clock.now()) dial(one);
  }
}

void ListDialer::look_for_lists() {
  look_for_lists_at_ = deps_.clock.now() + lists_to_dial_interval;
  auto lists = read_and_wait(deps_.store, [](Transaction const& tx) -> Result<std::vector<AccountDialList>> {
    return tx.dial_lists().at_work();
  });
  if (!lists) return deps_.log(lists.error().message);
  DialPlan const plan{deps_.store, rules_, deps_.node};
  std::vector<Watched> watched;
  for (auto& [account, list] : *lists) {
    if (list.dialer != Dialer::linebook || held_by_another(list, deps_.node, deps_.clock.now())) continue;
    auto const settled = settle_calls(plan, context_of(account), list);
    if (!settled) deps_.log("dial list " + list.id.value + ": " + settled.error().message);
    auto const known = std::ranges::find_if(watched_, [&, a = account, &l = list](Watched const& w) {
      return w.account == a && w.list.id == l.id;
    });
    watched.push_back({account, std::move(list), known != watched_.end() ? known->look_at : Instant{}});
  }
  watched_ = std::move(watched);
}

void ListDialer::dial(Watched& one) {
  auto const ctx = context_of(one.account);
  one.look_at = ctx.now + dialing_interval;
  auto const later = read_and_wait(deps_.store, [&](Transaction const& tx) -> Result<std::optional<Instant>> {
    return dial_later(tx, one.account, ctx.now, one.list.id);
  });
  if (!later) return deps_.log("dial list " + one.list.id.value + ": " + later.error().message);
  if (*later) {
    one.look_at = **later;
    return;
  }
  auto const step = write_and_wait(deps_.store, [&](Transaction& tx) -> Result<DialStep> {
    return dial_next(tx, ctx, rules_, one.list.id, deps_.node);
  });
  if (!step) return deps_.log("dial list " + one.list.id.value + ": " + step.error().message);
  // Counted from when the call was committed, which may have taken a while.
  if (step->look_at) one.look_at = deps_.clock.now() + (*step->look_at - ctx.now);
}

}  // namespace linebook
