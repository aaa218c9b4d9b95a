#include "carriers/simulator/simulated_calls.h"

#include <algorithm>

namespace linebook::simulator {
namespace {

std::unexpected<CarrierError> no_such_call() {
  return std::unexpected(CarrierError{CarrierFault::not_found, 20404, "The requested call was not found"});
}

/// What whoever answers hears, in words.
struct HeardOf {
  std::vector<std::string> operator()(RejectCall const&) const { return {"the line is busy"}; }
  std::vector<std::string> operator()(EndCall const&) const { return {}; }
  std::vector<std::string> operator()(Speak const& speak) const { return speak.sentences; }
  std::vector<std::string> operator()(ConnectStream const& stream) const {
    return {"connected to an agent's stream at " + stream.url};
  }
  std::vector<std::string> operator()(DialSip const& dial) const { return {"connected to " + dial.uri}; }
  std::vector<std::string> operator()(DialNumber const& dial) const {
    return {"connected to " + dial.number};
  }
  std::vector<std::string> operator()(AskWebhook const& webhook) const {
    return {"connected to an agent's webhook at " + webhook.url};
  }
};

bool ends_at_once(CallScript const& script) {
  return std::holds_alternative<EndCall>(script) || std::holds_alternative<RejectCall>(script);
}

CallStatus unanswered(CallBehaviour behaviour) {
  if (behaviour == CallBehaviour::busy) return CallStatus::busy;
  return behaviour == CallBehaviour::fail ? CallStatus::failed : CallStatus::no_answer;
}

}  // namespace

CarrierResult<CarrierCall> SimulatedCalls::place(std::string const& account_sid, CallToPlace const& asked) {
  auto const phone = E164::parse(asked.to);
  if (!phone)
    return std::unexpected(
        CarrierError{CarrierFault::refused, 21211, "the number called is no phone number"});
  auto const sid = world_.next_sid("CA");
  std::lock_guard lock(mutex_);
  make_room();
  if (calls_.size() >= max_remembered)
    return std::unexpected(CarrierError{CarrierFault::busy, 20429, "too many calls at once", telling_pause});
  Call call{account_sid, asked.account, *phone, asked, {.sid = sid}, {}, 0};
  call.is.from = asked.from;
  call.is.to = asked.to;
  call.is.created_at = world_.agenda.now();
  world_.agenda.in(until_it_rings, [this, sid] { ring(sid); });
  return calls_.emplace(sid, std::move(call)).first->second.is;
}

CarrierResult<CarrierCall> SimulatedCalls::get(std::string const& account_sid, std::string const& sid) const {
  auto const call = copy(sid);
  if (!call || call->account_sid != account_sid) return no_such_call();
  return call->is;
}

CarrierResult<CarrierCall> SimulatedCalls::end(std::string const& account_sid, std::string const& sid) {
  auto const call = copy(sid);
  if (!call || call->account_sid != account_sid) return no_such_call();
  become(sid, call->answered_at ? CallStatus::completed : CallStatus::canceled);
  return get(account_sid, sid);
}

CarrierResult<std::vector<CarrierCall>> SimulatedCalls::find(std::string const& account_sid,
                                                             CarrierSearch const& search) const {
  std::lock_guard lock(mutex_);
  std::vector<CarrierCall> found;
  for (auto const& [sid, call] : calls_)
    if (call.placed && call.account_sid == account_sid && call.is.from == search.from &&
        call.is.to == search.to && call.is.created_at >= search.since)
      found.push_back(call.is);
  return found;
}

std::vector<CarrierCall> SimulatedCalls::all() const {
  std::lock_guard lock(mutex_);
  std::vector<CarrierCall> placed;
  for (auto const& [sid, call] : calls_)
    if (call.placed) placed.push_back(call.is);
  return placed;
}

void SimulatedCalls::call_in(AccountId account, E164 const& phone, std::string_view line_number) {
  auto const sid = world_.next_sid("CA");
  {
    std::lock_guard lock(mutex_);
    make_room();
    if (calls_.size() >= max_remembered) return;
    Call call{{}, account, phone, {}, {.sid = sid}, {}, 0};
    call.is.from = phone.str();
    call.is.to = line_number;
    call.is.status = CallStatus::ringing;
    call.is.created_at = world_.agenda.now();
    calls_.emplace(sid, std::move(call));
  }
  world_.agenda.in(until_it_rings, [this, sid] { ask_what_to_do(sid); });
}

std::optional<SimulatedCalls::Call> SimulatedCalls::copy(std::string const& sid) const {
  std::lock_guard lock(mutex_);
  auto const at = calls_.find(sid);
  return at == calls_.end() ? std::nullopt : std::optional(at->second);
}

void SimulatedCalls::ring(std::string const& sid) {
  become(sid, CallStatus::ringing);
  world_.agenda.in(until_it_answers, [this, sid] { pick_up(sid); });
}

void SimulatedCalls::pick_up(std::string const& sid) {
  auto const call = copy(sid);
  if (!call || is_over(call->is.status)) return;
  auto const behaviour = world_.phones.behaviour(call->account, call->phone).call;
  if (behaviour != CallBehaviour::answer && behaviour != CallBehaviour::voicemail) {
    // What rang is seen on the phone, also unanswered.
    if (behaviour != CallBehaviour::fail)
      world_.phones.add(call->account, call->phone,
                        {.kind = PhoneItem::Kind::call, .from = call->is.from, .at = world_.agenda.now()});
    return become(sid, unanswered(behaviour));
  }
  std::optional<AnsweredBy> answered_by;
  if (call->placed->detect_machine)
    answered_by = behaviour == CallBehaviour::voicemail ? AnsweredBy::machine : AnsweredBy::human;
  become(sid, CallStatus::in_progress, answered_by);
  if (call->placed->script) return play(sid, *call->placed->script);
  ask_what_to_do(sid);
}

/// Asked once: a script that comes after all finds a call that is over.
void SimulatedCalls::ask_what_to_do(std::string const& sid) {
  auto const call = copy(sid);
  auto* const listener = world_.listener.load();
  if (!call || is_over(call->is.status)) return;
  if (listener == nullptr) return become(sid, CallStatus::failed);
  world_.agenda.in(script_patience, [this, sid] {
    auto const unanswered_question = copy(sid);
    if (unanswered_question && unanswered_question->is.status < CallStatus::completed)
      become(sid, CallStatus::failed);
  });
  // Whoever answers may do so on any thread; what comes of it happens here.
  auto told = [this, sid](CallScript script) {
    world_.agenda.in(std::chrono::milliseconds(0),
                     [this, sid, script = std::move(script)] { play(sid, script); });
  };
  if (call->placed)
    listener->call_answered(news_of(*call), std::move(told));
  else
    listener->call_came_in(news_of(*call), std::move(told));
}

void SimulatedCalls::play(std::string const& sid, CallScript const& script) {
  auto const call = copy(sid);
  if (!call || is_over(call->is.status)) return;
  world_.phones.add(call->account, call->phone,
                    {.kind = PhoneItem::Kind::call,
                     .from = call->placed ? call->is.from : call->is.to,
                     .heard = std::visit(HeardOf(), script),
                     .at = world_.agenda.now()});
  if (!call->placed && std::holds_alternative<RejectCall>(script)) return become(sid, CallStatus::busy);
  if (!call->placed) become(sid, CallStatus::in_progress);
  world_.agenda.in(ends_at_once(script) ? std::chrono::milliseconds(0) : talk_time,
                   [this, sid] { become(sid, CallStatus::completed); });
}

void SimulatedCalls::become(std::string const& sid, CallStatus status,
                            std::optional<AnsweredBy> answered_by) {
  std::lock_guard lock(mutex_);
  auto const at = calls_.find(sid);
  if (at == calls_.end() || !moves_on(at->second.is.status, status)) return;
  if (answered_by) at->second.is.answered_by = answered_by;
  become_locked(at->second, status);
}

void SimulatedCalls::become_locked(Call& call, CallStatus status) {
  call.is.status = status;
  if (status == CallStatus::in_progress) call.answered_at = world_.agenda.now();
  if (status == CallStatus::completed && call.answered_at) {
    auto const took = world_.agenda.now() - *call.answered_at;
    call.is.duration_seconds = std::chrono::ceil<std::chrono::seconds>(took).count();
  }
  ++call.tellings;
  world_.tell([news = news_of(call)](CarrierListener& listener, std::move_only_function<void(bool)> taken) {
    listener.call_changed(news, std::move(taken));
  });
}

CallNews SimulatedCalls::news_of(Call const& call) const {
  CallNews news{.sid = call.is.sid,
                .from = call.is.from,
                .to = call.is.to,
                .status = call.is.status,
                .answered_by = call.is.answered_by,
                .duration_seconds = call.is.duration_seconds,
                .sequence = call.tellings};
  if (call.placed) news.id = call.placed->id;
  return news;
}

void SimulatedCalls::make_room() {
  for (auto at = calls_.begin(); at != calls_.end() && calls_.size() >= max_remembered;)
    at = is_over(at->second.is.status) ? calls_.erase(at) : std::next(at);
}

}  // namespace linebook::simulator
