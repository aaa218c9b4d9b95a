#include "app/dialing/plan_entries.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "app/dialing/dial_lists.h"
#include "app/dialing/entry_outcomes.h"
#include "app/dialing/hold_list.h"
#include "app/dialing/weigh_entry.h"
#include "app/ports/blocking.h"
#include "domain/dialing/dial_filter.h"

namespace linebook {
namespace {

struct FilterPage {
  std::vector<PersonRef> people;  // each once
  std::string up_to;
  bool last = false;
};

FilterPage read_filter_page(Transaction const& tx, AccountId account, DialList const& list,
                            DialFilterRule const& rule) {
  FilterPage page;
  page.up_to = list.filled_up_to.value_or("");
  auto const numbers = tx.contact_numbers().walk(account, {page.up_to}, numbers_walked_at_once);
  page.last = std::ssize(numbers) < numbers_walked_at_once;
  std::set<PersonRef> seen;
  for (auto const& [number, name] : numbers) {
    page.up_to = number.id.value;
    if (!rule.fits(number) || !seen.insert(number.person).second) continue;
    if (rule.asks_about_person()) {
      auto const person = tx.people().find(account, number.person);
      if (!person || !rule.fits(*person)) continue;
    }
    page.people.push_back(number.person);
  }
  return page;
}

PlanProgress take_filter_page(Transaction& tx, Context const& ctx, DialPlan const& plan, DialList const& seen,
                              FilterPage const& page) {
  auto const was = hold_list(tx, ctx.account, seen.id, plan.node, ctx.now);
  // Another node was here meanwhile, or the list was stopped.
  if (!was || !was->filling || was->filled_up_to != seen.filled_up_to) return PlanProgress::nothing_to_do;
  auto people = page.people;
  auto const room = static_cast<std::size_t>(std::max<std::int64_t>(0, max_dial_entries - was->entries));
  bool const full = people.size() > room;
  if (full) people.resize(room);
  auto list = *was;
  list.entries += insert_dial_entries(tx, ctx, list.id, people);
  list.filled_up_to = page.up_to;
  list.filling = !page.last && !full;
  if (list.filling) {
    tx.dial_lists().update(ctx.account, list);  // the ledger has the whole, at the end
    return PlanProgress::more_to_do;
  }
  auto before = *was;
  before.entries = 0;
  list.filled_up_to.reset();
  save_dial_list(tx, ctx, before, list);
  return PlanProgress::done;
}

struct WeighedPage {
  std::vector<std::pair<DialEntry, WeighedEntry>> entries;
  bool full = false;
};

WeighedPage weigh_page(Transaction const& tx, Context const& ctx, ReachRules const& rules,
                       DialList const& list) {
  auto const lines = lines_that_call(tx, ctx.account, rules, list);
  auto const line = lines.empty() ? std::nullopt : std::optional(lines.front());
  WeighedPage page;
  for (auto const state : {DialEntryState::leased, DialEntryState::waiting, DialEntryState::ready}) {
    auto const due = tx.dial_entries().next(ctx.account, list.id, state, {.until = ctx.now},
                                            entries_weighed_at_once - std::ssize(page.entries));
    for (auto const& entry : due)
      page.entries.emplace_back(entry, weigh_entry(tx, ctx.account, ctx.now, rules, list, entry, line));
    page.full = std::ssize(page.entries) >= entries_weighed_at_once;
    if (page.full) break;
  }
  return page;
}

bool is_unchanged(DialEntry const& a, DialEntry const& b) {
  return a.state == b.state && a.turn_at == b.turn_at && a.decision == b.decision && a.attempts == b.attempts;
}

bool nobody_left(Transaction const& tx, AccountId account, DialListId const& id) {
  constexpr DialEntryState living[] = {DialEntryState::waiting, DialEntryState::ready, DialEntryState::leased,
                                       DialEntryState::calling};
  return std::ranges::none_of(living, [&](DialEntryState state) {
    return tx.dial_entries().first_turn(account, id, state).has_value();
  });
}

bool is_over(Transaction const& tx, Context const& ctx, DialList const& list) {
  if (list.status != DialListStatus::running && list.status != DialListStatus::paused) return false;
  if (list.ends_at && *list.ends_at <= ctx.now) return true;
  return list.status == DialListStatus::running && !list.filling && list.entries > 0 &&
         nobody_left(tx, ctx.account, list.id);
}

}  // namespace

Result<PlanProgress> fill_list(DialPlan const& plan, Context const& ctx, DialList const& list) {
  if (!list.filling || !list.filter) return PlanProgress::nothing_to_do;
  auto const rule = DialFilterRule::of(*list.filter);
  if (!rule) return fail(rule.error());
  auto const page = read_and_wait(plan.store, [&](Transaction const& tx) -> Result<FilterPage> {
    return read_filter_page(tx, ctx.account, list, *rule);
  });
  if (!page) return fail(page.error());
  return write_and_wait(plan.store, [&](Transaction& tx) -> Result<PlanProgress> {
    return take_filter_page(tx, ctx, plan, list, *page);
  });
}

Result<PlanProgress> weigh_due_entries(DialPlan const& plan, Context const& ctx, DialList const& list) {
  if (list.status != DialListStatus::running) return PlanProgress::nothing_to_do;
  auto const page = read_and_wait(plan.store, [&](Transaction const& tx) -> Result<WeighedPage> {
    return weigh_page(tx, ctx, plan.rules, list);
  });
  if (!page) return fail(page.error());
  if (page->entries.empty()) return PlanProgress::nothing_to_do;
  return write_and_wait(plan.store, [&](Transaction& tx) -> Result<PlanProgress> {
    if (!hold_list(tx, ctx.account, list.id, plan.node, ctx.now)) return PlanProgress::nothing_to_do;
    for (auto const& [seen, w] : page->entries) {
      // Taken meanwhile, or told of.
      auto const entry = tx.dial_entries().find(ctx.account, list.id, seen.id);
      if (entry && is_unchanged(*entry, seen))
        tx.dial_entries().update(ctx.account, weighed(*entry, w, ctx.now));
    }
    return page->full ? PlanProgress::more_to_do : PlanProgress::done;
  });
}

Result<PlanProgress> settle_calls(DialPlan const& plan, Context const& ctx, DialList const& list) {
  auto const over = read_and_wait(plan.store, [&](Transaction const& tx) -> Result<std::vector<DialEntryId>> {
    std::vector<DialEntryId> ids;
    for (auto const& entry :
         tx.dial_entries().next(ctx.account, list.id, DialEntryState::calling, {}, max_calls_at_once)) {
      auto const call = entry.call ? tx.calls().find(ctx.account, *entry.call) : std::nullopt;
      if (!call || linebook::is_over(call->status) || call->status == CallStatus::unknown)
        ids.push_back(entry.id);
      if (std::ssize(ids) == calls_settled_at_once) break;
    }
    return ids;
  });
  if (!over) return fail(over.error());
  if (over->empty()) return PlanProgress::nothing_to_do;
  return write_and_wait(plan.store, [&](Transaction& tx) -> Result<PlanProgress> {
    for (auto const& id : *over) {
      auto const entry = tx.dial_entries().find(ctx.account, list.id, id);
      if (!entry || entry->state != DialEntryState::calling) continue;
      if (auto const after = after_call(tx, ctx.account, ctx.now, list, *entry))
        tx.dial_entries().update(ctx.account, *after);
    }
    return std::ssize(*over) == calls_settled_at_once ? PlanProgress::more_to_do : PlanProgress::done;
  });
}

Result<PlanProgress> finish_list(DialPlan const& plan, Context const& ctx, DialList const& list) {
  auto const over = read_and_wait(
      plan.store, [&](Transaction const& tx) -> Result<bool> { return is_over(tx, ctx, list); });
  if (!over) return fail(over.error());
  if (!*over) return PlanProgress::nothing_to_do;
  return write_and_wait(plan.store, [&](Transaction& tx) -> Result<PlanProgress> {
    auto const was = tx.dial_lists().find(ctx.account, list.id);
    // Somebody may have come meanwhile.
    if (!was || !is_over(tx, ctx, *was)) return PlanProgress::nothing_to_do;
    auto finished = *was;
    finished.status = DialListStatus::finished;
    finished.filling = false;
    save_dial_list(tx, ctx, *was, finished);
    return PlanProgress::done;
  });
}

}  // namespace linebook
