#include "app/dialing/dial_lists.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "app/calls/place_call.h"
#include "app/ledger/ledger_fields.h"
#include "app/lines/line_carrier.h"
#include "domain/dialing/dial_filter.h"

namespace linebook {
namespace {

std::string no_caller(Line const& line) {
  if (line.provider() == Provider::byo)
    return "is a SIP trunk, whose own server dials: send \"dialer\": \"pull\", and let it take entries with "
           "POST /dial-lists/{id}/next";
  return no_carrier(Channel::call) + "; or send \"dialer\": \"pull\"";
}

/// Can Linebook call from it, and does somebody speak then?
void check_caller(Transaction const& tx, Context const& ctx, DialList const& list, Line const& line,
                  std::string const& field, Problems& problems) {
  if (!carrier_of(tx, ctx.policies, line)) {
    problems.push_back({field, no_caller(line)});
  } else if (!list.ai_agent && !speaker_of(tx, ctx.account, line, {})) {
    problems.push_back({field,
                        "has no agent with an answer that could speak: send ai_agent_id, or set the line's "
                        "outbound_ai_agent_id"});
  }
}

void check_lines(Transaction const& tx, Context const& ctx, DialList const& list, Problems& problems) {
  if (list.dialer == Dialer::linebook && list.lines.empty())
    problems.push_back({"line_ids", "is required where Linebook dials: from which lines?"});
  for (std::size_t i = 0; i < list.lines.size(); ++i) {
    auto const field = "line_ids[" + std::to_string(i) + "]";
    auto const line = tx.reach().line(ctx.account, list.lines[i]);
    if (!line)
      problems.push_back({field, "names no line of this account"});
    else if (list.dialer == Dialer::linebook)
      check_caller(tx, ctx, list, *line, field, problems);
  }
}

void check_speech(Transaction const& tx, Context const& ctx, DialList const& list, Problems& problems) {
  if (list.ai_agent) {
    auto const agent = tx.agents().find(ctx.account, *list.ai_agent);
    if (!agent || !agent->answer)
      problems.push_back({"ai_agent_id", "must be an agent that has an answer (PUT /ai_agents/{id})"});
  }
  if (list.voicemail != Voicemail::agent && ctx.policies.public_url.empty() && !ctx.policies.simulator)
    problems.push_back(
        {"voicemail", "needs --public-url, under which the carrier asks what to do; send agent"});
}

void check_times(Context const& ctx, DialList const& list, Problems& problems) {
  if (!list.ends_at) return;
  if (*list.ends_at <= ctx.now)
    problems.push_back({"ends_at", "must be in the future"});
  else if (*list.ends_at > ctx.now + max_dial_list_time)
    problems.push_back({"ends_at", "must be within a year"});
  if (list.starts_at && *list.starts_at >= *list.ends_at)
    problems.push_back({"ends_at", "must be later than starts_at"});
}

void check_people(Transaction const& tx, AccountId account, std::vector<PersonRef> const& people,
                  Problems& problems) {
  std::size_t missing = 0;
  for (std::size_t i = 0; i < people.size(); ++i) {
    if (tx.people().find(account, people[i])) continue;
    if (++missing <= max_told_people)
      problems.push_back(
          {"people[" + std::to_string(i) + "]",
           "names no " + std::string(to_string(people[i].type)) + " of this account: " + people[i].id.value});
  }
  if (missing > max_told_people)
    problems.push_back(
        {"people", "and " + std::to_string(missing - max_told_people) + " more are not there either"});
}

void check_filter(DialList const& list, Problems& problems) {
  if (!list.filter) return;
  if (auto const rule = DialFilterRule::of(*list.filter); !rule)
    problems.push_back({"people.filter.q", rule.error().message});
}

/// Those of `people` who come for the first time, in their order.
std::vector<PersonRef> each_once(std::vector<PersonRef> const& people) {
  std::set<PersonRef> seen;
  std::vector<PersonRef> once;
  for (auto const& person : people)
    if (seen.insert(person).second) once.push_back(person);
  return once;
}

/// What the change makes of a status; an error where it makes nothing of it.
Result<DialListStatus> changed(DialListStatus status, DialListChange change) {
  bool const over = status == DialListStatus::stopped || status == DialListStatus::finished;
  if (change == DialListChange::stop)
    return status == DialListStatus::finished ? status : DialListStatus::stopped;
  if (over)
    return fail(ErrorCode::conflict,
                "the list is " + std::string(to_string(status)) + " for good; create a new one");
  return change == DialListChange::pause ? DialListStatus::paused : DialListStatus::running;
}

}  // namespace

void save_dial_list(Transaction& tx, Context const& ctx, DialList const& was, DialList is) {
  auto const before = ledger_fields(was);
  auto const after = ledger_fields(is);
  bool const shows = !difference(before, after).empty();
  if (shows) is.updated_at = ctx.now;
  tx.dial_lists().update(ctx.account, is);
  if (shows) record(tx, ctx, Entity::dial_list, is.id.value, Action::updated, before, after);
}

std::int64_t insert_dial_entries(Transaction& tx, Context const& ctx, DialListId const& list,
                                 std::vector<PersonRef> const& people) {
  std::vector<DialEntry> entries;
  entries.reserve(people.size());
  for (auto const& person : people)
    entries.push_back({.id = {ctx.ids.next("de_", ctx.now)},
                       .list = list,
                       .person = person,
                       .state = DialEntryState::waiting,
                       .turn_at = ctx.now,
                       .updated_at = ctx.now});
  return tx.dial_entries().insert(ctx.account, entries);
}

Result<DialList> create_dial_list(Transaction& tx, Context const& ctx, CreateDialList command) {
  auto& [list, people, problems] = command;
  check_lines(tx, ctx, list, problems);
  check_speech(tx, ctx, list, problems);
  check_times(ctx, list, problems);
  check_filter(list, problems);
  if (problems.empty()) check_people(tx, ctx.account, people, problems);
  if (!problems.empty()) return fail(validation_error(std::move(problems)));

  list.id = {ctx.ids.next("dl_", ctx.now)};
  list.status = DialListStatus::running;
  list.filling = list.filter.has_value();
  auto const once = each_once(people);
  list.entries = std::ssize(once);
  list.created_at = list.updated_at = ctx.now;
  tx.dial_lists().insert(ctx.account, list);
  insert_dial_entries(tx, ctx, list.id, once);
  record(tx, ctx, Entity::dial_list, list.id.value, Action::created, {}, ledger_fields(list));
  return std::move(list);
}

Result<AddedDialEntries> add_dial_entries(Transaction& tx, Context const& ctx, DialListId const& id,
                                          AddDialEntries const& command) {
  auto const was = tx.dial_lists().find(ctx.account, id);
  if (!was) return fail(not_found("dial list"));
  auto problems = command.problems;
  if (problems.empty()) check_people(tx, ctx.account, command.people, problems);
  if (!problems.empty()) return fail(validation_error(std::move(problems)));
  bool const time_is_over = was->ends_at && *was->ends_at <= ctx.now;
  if (was->status == DialListStatus::stopped || time_is_over)
    return fail(ErrorCode::conflict, time_is_over ? "the list's time is over; create a new one"
                                                  : "the list is stopped for good; create a new one");
  auto const once = each_once(command.people);
  if (was->entries + std::ssize(once) > max_dial_entries)
    return fail(ErrorCode::conflict, "a list holds up to " + std::to_string(max_dial_entries) +
                                         " people; create another one for the rest");
  auto list = *was;
  auto const added = insert_dial_entries(tx, ctx, id, once);
  list.entries += added;
  if (added > 0 && list.status == DialListStatus::finished) list.status = DialListStatus::running;
  if (added > 0) save_dial_list(tx, ctx, *was, list);
  return AddedDialEntries{std::move(list), added, std::ssize(command.people) - added};
}

Result<DialList> change_dial_list(Transaction& tx, Context const& ctx, DialListId const& id,
                                  DialListChange change) {
  auto const was = tx.dial_lists().find(ctx.account, id);
  if (!was) return fail(not_found("dial list"));
  auto const status = changed(was->status, change);
  if (!status) return fail(status.error());
  auto list = *was;
  list.status = *status;
  // Nobody is to come to a list that is over.
  if (list.status == DialListStatus::stopped) list.filling = false;
  if (list.status != was->status) {
    list.updated_at = ctx.now;
    save_dial_list(tx, ctx, *was, list);
  }
  return list;
}

}  // namespace linebook
