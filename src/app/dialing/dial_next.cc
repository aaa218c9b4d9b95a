#include "app/dialing/dial_next.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "app/dialing/hold_list.h"
#include "app/dialing/take_entries.h"
#include "app/dialing/weigh_entry.h"

namespace linebook {
namespace {

constexpr std::chrono::milliseconds instant_behind{1};

PlaceCall call_for(DialList const& list, DialEntry const& entry, ContactNumber const& number,
                   LineId const& line) {
  return {.line = line,
          .phone = number.id,
          .purpose = list.purpose,
          .ai_agent = list.ai_agent,
          .voicemail = list.voicemail,
          .dialed_for = DialedFor{list.id, entry.id}};
}

DialEntry being_called(DialEntry entry, ContactNumber const& number, CallRecord const& call, Instant now) {
  entry.state = DialEntryState::calling;
  entry.turn_at = entry.updated_at = now;
  entry.reason.reset();
  entry.phone = number.id;
  entry.number = number.number;
  entry.decision = call.decision;
  entry.call = call.id;
  return entry;
}

/// The call; nothing where it may not be, and then the entry waits or is blocked.
std::optional<CallId> place(Transaction& tx, Context const& ctx, ReachRules const& rules, DialList& list,
                            DialEntry const& entry, LineId const& line) {
  auto const w = weigh_to_give_out(tx, ctx.account, ctx.now, rules, list, entry, line);
  if (w.state != DialEntryState::ready) {
    tx.dial_entries().update(ctx.account, weighed(entry, w, ctx.now));
    return std::nullopt;
  }
  auto const placed = place_call(tx, ctx, rules, call_for(list, entry, *w.number, line));
  auto const* call = placed ? std::get_if<CallRecord>(&*placed) : nullptr;
  if (call == nullptr) {
    WeighedEntry const later{.state = DialEntryState::waiting,
                             .turn_at = ctx.now + undecided_pause,
                             .reason = std::string(not_placed_reason)};
    tx.dial_entries().update(ctx.account, weighed(entry, later, ctx.now));
    list.next_call_at = ctx.now + refused_call_pause;
    tx.dial_lists().update(ctx.account, list);
    return std::nullopt;
  }
  tx.dial_entries().update(ctx.account, being_called(entry, *w.number, *call, ctx.now));
  list.calls_placed += 1;
  list.next_call_at = ctx.now + pause_between_calls(list);
  tx.dial_lists().update(ctx.account, list);
  return call->id;
}

/// Does somebody have a turn now?
bool somebody_waits(Transaction const& tx, AccountId account, DialListId const& id, Instant now) {
  auto const any = [&](DialEntryState state, DialTurns const& turns) {
    return !tx.dial_entries().next(account, id, state, turns, 1).empty();
  };
  return any(DialEntryState::ready, {.from = now + instant_behind}) ||
         any(DialEntryState::waiting, {.until = now});
}

}  // namespace

std::optional<Instant> dial_later(Transaction const& tx, AccountId account, Instant now,
                                  DialListId const& id) {
  auto const later = now + dialing_interval;
  auto const list = tx.dial_lists().look_at(account, id);
  if (!list || list->dialer != Dialer::linebook || !gives_out(*list, now)) return later;
  auto const owner = tx.accounts().find(account);
  if (!owner || owner->status != AccountStatus::active) return later;
  if (list->next_call_at > now) return std::min(list->next_call_at, later);
  if (tx.dial_entries().count(account, id, DialEntryState::calling) >= list->calls_at_once) return later;
  return somebody_waits(tx, account, id, now) ? std::nullopt : std::optional(later);
}

DialStep dial_next(Transaction& tx, Context const& ctx, ReachRules const& rules, DialListId const& id,
                   std::string const& node) {
  auto list = hold_list(tx, ctx.account, id, node, ctx.now);
  if (!list || list->dialer != Dialer::linebook || !gives_out(*list, ctx.now)) return {};
  if (list->next_call_at > ctx.now) return {.look_at = list->next_call_at};
  if (tx.dial_entries().count(ctx.account, id, DialEntryState::calling) >= list->calls_at_once) return {};
  auto const lines = lines_that_call(tx, ctx.account, rules, *list);
  if (lines.empty()) return {};
  auto const& line = lines[static_cast<std::size_t>(list->calls_placed) % lines.size()];
  look_again(tx, ctx, rules, *list, line, looks_for_a_call);
  for (auto const& entry : tx.dial_entries().next(ctx.account, id, DialEntryState::ready,
                                                  {.from = ctx.now + instant_behind}, looks_for_a_call)) {
    if (auto call = place(tx, ctx, rules, *list, entry, line))
      return {.call = std::move(call), .look_at = list->next_call_at};
    if (list->next_call_at > ctx.now) return {.look_at = list->next_call_at};
  }
  return {};
}

}  // namespace linebook
