#include "app/dialing/take_entries.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "app/dialing/weigh_entry.h"
#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<NothingGivenOut> nothing_given_out_names[] = {
    {NothingGivenOut::not_started, "not_started"},
    {NothingGivenOut::paused, "paused"},
    {NothingGivenOut::stopped, "stopped"},
    {NothingGivenOut::finished, "finished"},
    {NothingGivenOut::line_unavailable, "line_unavailable"}};

constexpr std::chrono::milliseconds instant_after{1};
constexpr std::int64_t looks_beside_enough = 5;

/// Nothing: it gives out.
std::optional<NothingGivenOut> closed_for(DialList const& list, Instant now) {
  switch (list.status) {
    case DialListStatus::paused:
      return NothingGivenOut::paused;
    case DialListStatus::stopped:
      return NothingGivenOut::stopped;
    case DialListStatus::finished:
      return NothingGivenOut::finished;
    case DialListStatus::running:
      break;
  }
  if (list.starts_at && now < *list.starts_at) return NothingGivenOut::not_started;
  if (list.ends_at && now >= *list.ends_at) return NothingGivenOut::finished;
  return std::nullopt;
}

/// Lines take turns, and one entry's attempts leave from different ones.
std::optional<LineId> line_of(std::vector<LineId> const& lines, DialEntry const& entry) {
  if (lines.empty()) return std::nullopt;
  auto const turn = std::hash<std::string>()(entry.id.value) + static_cast<std::size_t>(entry.attempts);
  return lines[turn % lines.size()];
}

TakenEntry lease(Transaction& tx, Context const& ctx, DialEntry entry, WeighedEntry weighed,
                 std::chrono::seconds duration) {
  auto decision = std::move(*weighed.decision);
  keep_decision(tx, ctx, decision);
  entry.state = DialEntryState::leased;
  entry.turn_at = ctx.now + duration;
  entry.reason.reset();
  entry.phone = weighed.number->id;
  entry.number = weighed.number->number;
  entry.decision = decision.id;
  entry.updated_at = ctx.now;
  tx.dial_entries().update(ctx.account, entry);
  auto name = decision.people.empty() ? std::string() : decision.people.front().name;
  return {std::move(entry), std::move(name), std::move(decision)};
}

}  // namespace

std::string_view to_string(NothingGivenOut reason) { return spell(nothing_given_out_names, reason); }

std::int64_t look_again(Transaction& tx, Context const& ctx, ReachRules const& rules, DialList const& list,
                        std::optional<LineId> const& line, std::int64_t limit) {
  std::int64_t looked_at = 0;
  for (auto const state : {DialEntryState::leased, DialEntryState::waiting, DialEntryState::ready}) {
    auto const due =
        tx.dial_entries().next(ctx.account, list.id, state, {.until = ctx.now}, limit - looked_at);
    for (auto const& entry : due) {
      auto const w = weigh_entry(tx, ctx.account, ctx.now, rules, list, entry, line);
      tx.dial_entries().update(ctx.account, weighed(entry, w, ctx.now));
    }
    looked_at += std::ssize(due);
    if (looked_at >= limit) break;
  }
  return looked_at;
}

std::optional<Instant> next_turn(Transaction const& tx, AccountId account, DialList const& list,
                                 Instant now) {
  std::optional<Instant> first;
  for (auto const state : {DialEntryState::waiting, DialEntryState::leased, DialEntryState::ready}) {
    auto const turn = tx.dial_entries().first_turn(account, list.id, state);
    if (!turn) continue;
    // Of those that are ready, the turn says when they no longer are.
    auto const at = state == DialEntryState::ready ? now : std::max(now, *turn);
    if (!first || at < *first) first = at;
  }
  return first;
}

Result<TakenEntries> take_entries(Transaction& tx, Context const& ctx, ReachRules const& rules,
                                  DialListId const& id, TakeEntries const& command) {
  auto const list = tx.dial_lists().look_at(ctx.account, id);
  if (!list) return fail(not_found("dial list"));
  if (!command.problems.empty()) return fail(validation_error(command.problems));
  if (list->dialer == Dialer::linebook)
    return fail(ErrorCode::conflict,
                "Linebook dials this list itself; for your own dialer, create one with \"dialer\": \"pull\"");
  TakenEntries taken{.status = list->status, .reason = closed_for(*list, ctx.now)};
  if (taken.reason == NothingGivenOut::not_started) taken.next_allowed_at = list->starts_at;
  if (taken.reason) return taken;
  auto const lines = lines_that_call(tx, ctx.account, rules, *list);
  if (lines.empty() && !list->lines.empty()) {
    taken.reason = NothingGivenOut::line_unavailable;
    return taken;
  }
  // Those that may close first have to be known before any is given out. Where many are, as in a long list,
  // the planner sees to the rest: whoever asks does not wait for it.
  auto const known = tx.dial_entries().next(ctx.account, id, DialEntryState::ready,
                                            {.from = ctx.now + instant_after}, command.count);
  bool const enough = std::ssize(known) == command.count;
  look_again(tx, ctx, rules, *list, lines.empty() ? std::nullopt : std::optional(lines.front()),
             enough ? looks_beside_enough : command.count + spare_looks);
  auto looks = command.count + spare_looks;
  while (looks > 0 && std::ssize(taken.entries) < command.count) {
    auto const wanted = std::min(looks, command.count - std::ssize(taken.entries));
    auto const candidates = tx.dial_entries().next(ctx.account, id, DialEntryState::ready,
                                                   {.from = ctx.now + instant_after}, wanted);
    if (candidates.empty()) break;
    for (auto const& entry : candidates) {
      auto w = weigh_to_give_out(tx, ctx.account, ctx.now, rules, *list, entry, line_of(lines, entry));
      if (w.state == DialEntryState::ready)
        taken.entries.push_back(lease(tx, ctx, entry, std::move(w), command.lease));
      else
        tx.dial_entries().update(ctx.account, weighed(entry, w, ctx.now));
    }
    looks -= std::ssize(candidates);
  }
  if (std::ssize(taken.entries) < command.count)
    taken.next_allowed_at = next_turn(tx, ctx.account, *list, ctx.now);
  return taken;
}

}  // namespace linebook
