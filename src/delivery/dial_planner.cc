#include "delivery/dial_planner.h"

#include <utility>
#include <vector>

#include "app/dialing/hold_list.h"
#include "app/dialing/plan_entries.h"
#include "app/ports/blocking.h"

namespace linebook {

DialPlanner::DialPlanner(Dependencies deps)
    : deps_(std::move(deps)),
      rules_{deps_.lists, deps_.zones, calling_hours_, deps_.policies},
      thread_([this] { run(); }) {}

DialPlanner::~DialPlanner() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

/// False: it is to stop.
bool DialPlanner::rest_for(std::chrono::steady_clock::duration duration) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, duration, [this] { return stopping_; });
}

void DialPlanner::run() {
  for (bool more = false; rest_for(more ? std::chrono::milliseconds(0) : planning_interval);)
    more = look_at_lists();
}

bool DialPlanner::look_at_lists() {
  auto const lists =
      read_and_wait(deps_.store, [](Transaction const& tx) -> Result<std::vector<AccountDialList>> {
        return tx.dial_lists().at_work();
      });
  if (!lists) {
    deps_.log(lists.error().message);
    return false;
  }
  bool more = false;
  for (auto const& one : *lists) {
    if (held_by_another(one.list, deps_.node, deps_.clock.now())) continue;
    auto const begun = std::chrono::steady_clock::now();
    bool const left = plan(one);
    more |= left;
    if (left && !rest_for(std::chrono::steady_clock::now() - begun)) return false;
  }
  return more;
}

bool DialPlanner::plan(AccountDialList const& one) {
  auto const& [account, list] = one;
  DialPlan const plan{deps_.store, rules_, deps_.node};
  bool more = false;
  for (auto* step : {fill_list, weigh_due_entries, finish_list}) {
    auto const now = deps_.clock.now();
    Context const ctx{
        account,       std::string(dialing_actor), deps_.ids.next("req_", now), now, deps_.ids, deps_.secrets,
        deps_.policies};
    auto const progress = step(plan, ctx, list);
    if (!progress) {
      deps_.log("dial list " + list.id.value + ": " + progress.error().message);
      return false;
    }
    more |= *progress == PlanProgress::more_to_do;
  }
  return more;
}

}  // namespace linebook
