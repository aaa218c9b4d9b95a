#include "carriers/simulator/simulated_carrier.h"

namespace linebook::simulator {
namespace {

/// What a fault answers instead of what came of the deed.
CarrierError error_of(Fault::Kind kind) {
  switch (kind) {
    case Fault::Kind::busy:
      return {CarrierFault::busy, 20429, "too many requests", busy_pause};
    case Fault::Kind::unreachable:
      return {CarrierFault::unreachable, 0, "the simulator could not be reached"};
    case Fault::Kind::broken:
    case Fault::Kind::done_broken:
      return {CarrierFault::broken, 20500, "the simulator failed"};
    case Fault::Kind::none:
    case Fault::Kind::snatched:
    case Fault::Kind::timeout:
    case Fault::Kind::lost:
    case Fault::Kind::late:
      break;
  }
  return {CarrierFault::timeout, 0, "no answer from the simulator"};
}

bool is_done(Fault::Kind kind) {
  return kind == Fault::Kind::none || kind == Fault::Kind::snatched || kind == Fault::Kind::lost ||
         kind == Fault::Kind::done_broken;
}

bool is_answered_truly(Fault::Kind kind) {
  return kind == Fault::Kind::none || kind == Fault::Kind::snatched;
}

bool is_silent(Fault::Kind kind) {
  return kind == Fault::Kind::timeout || kind == Fault::Kind::lost || kind == Fault::Kind::late;
}

}  // namespace

template <class T, class Deed>
void SimulatedCarrier::answer(Fault fault, Deed deed, CarrierReply<T> reply) {
  CarrierResult<T> result = std::unexpected(error_of(fault.kind));
  if (is_done(fault.kind)) {
    auto done = deed();
    if (is_answered_truly(fault.kind)) result = std::move(done);
  } else if (fault.kind == Fault::Kind::late) {
    world_.agenda.in(fault.late_by, [deed = std::move(deed)]() mutable { (void)deed(); });
  }
  std::chrono::milliseconds const after = is_silent(fault.kind) ? carrier_timeout : answer_time;
  world_.agenda.answer_in(
      after, [result = std::move(result), reply = std::move(reply)]() mutable { reply(std::move(result)); });
}

void SimulatedCarrier::find_owned(CarrierCredentials const& credentials, E164 const& number,
                                  CarrierReply<std::optional<CarrierNumber>> reply) {
  answer<std::optional<CarrierNumber>>(
      Request::find_owned,
      [this, account = credentials.account_sid, number] { return numbers_.find(account, number); },
      std::move(reply));
}

void SimulatedCarrier::get(CarrierCredentials const& credentials, std::string_view sid,
                           CarrierReply<CarrierNumber> reply) {
  answer<CarrierNumber>(
      Request::get,
      [this, account = credentials.account_sid, sid = std::string(sid)] {
        return numbers_.get(account, sid);
      },
      std::move(reply));
}

void SimulatedCarrier::search(CarrierCredentials const&, NumberSearch const& wish,
                              CarrierReply<std::vector<E164>> reply) {
  answer<std::vector<E164>>(
      Request::search, [this, wish] { return numbers_.search(wish); }, std::move(reply));
}

void SimulatedCarrier::buy(CarrierCredentials const& credentials, E164 const& number, std::string_view,
                           CarrierReply<CarrierNumber> reply) {
  auto const fault = world_.faults.of_request(Request::buy);
  if (fault.kind == Fault::Kind::snatched) numbers_.snatch(number);
  answer<CarrierNumber>(
      fault, [this, account = credentials.account_sid, number] { return numbers_.buy(account, number); },
      std::move(reply));
}

void SimulatedCarrier::set_voice(CarrierCredentials const& credentials, std::string_view sid,
                                 VoiceSettings const&, VoiceSettings const& wanted,
                                 CarrierReply<CarrierNumber> reply) {
  answer<CarrierNumber>(
      Request::set_voice,
      [this, account = credentials.account_sid, sid = std::string(sid), wanted] {
        return numbers_.set_voice(account, sid, wanted);
      },
      std::move(reply));
}

void SimulatedCarrier::release(CarrierCredentials const& credentials, std::string_view sid,
                               CarrierReply<void> reply) {
  answer<void>(
      Request::release,
      [this, account = credentials.account_sid, sid = std::string(sid)] {
        return numbers_.release(account, sid);
      },
      std::move(reply));
}

void SimulatedCarrier::place_call(CarrierCredentials const& credentials, CallToPlace const& call,
                                  CarrierReply<CarrierCall> reply) {
  answer<CarrierCall>(
      Request::place_call,
      [this, account = credentials.account_sid, call] { return calls_.place(account, call); },
      std::move(reply));
}

void SimulatedCarrier::get_call(CarrierCredentials const& credentials, std::string_view sid,
                                CarrierReply<CarrierCall> reply) {
  answer<CarrierCall>(
      Request::get_call,
      [this, account = credentials.account_sid, sid = std::string(sid)] { return calls_.get(account, sid); },
      std::move(reply));
}

void SimulatedCarrier::end_call(CarrierCredentials const& credentials, std::string_view sid,
                                CarrierReply<CarrierCall> reply) {
  answer<CarrierCall>(
      Request::end_call,
      [this, account = credentials.account_sid, sid = std::string(sid)] { return calls_.end(account, sid); },
      std::move(reply));
}

void SimulatedCarrier::find_calls(CarrierCredentials const& credentials, CarrierSearch const& search,
                                  CarrierReply<std::vector<CarrierCall>> reply) {
  answer<std::vector<CarrierCall>>(
      Request::find_calls,
      [this, account = credentials.account_sid, search] { return calls_.find(account, search); },
      std::move(reply));
}

void SimulatedCarrier::send_text(CarrierCredentials const& credentials, TextToSend const& text,
                                 CarrierReply<CarrierText> reply) {
  answer<CarrierText>(
      Request::send_text,
      [this, account = credentials.account_sid, text] { return texts_.send(account, text); },
      std::move(reply));
}

void SimulatedCarrier::get_text(CarrierCredentials const& credentials, std::string_view sid,
                                CarrierReply<CarrierText> reply) {
  answer<CarrierText>(
      Request::get_text,
      [this, account = credentials.account_sid, sid = std::string(sid)] { return texts_.get(account, sid); },
      std::move(reply));
}

void SimulatedCarrier::find_texts(CarrierCredentials const& credentials, CarrierSearch const& search,
                                  CarrierReply<std::vector<CarrierText>> reply) {
  answer<std::vector<CarrierText>>(
      Request::find_texts,
      [this, account = credentials.account_sid, search] { return texts_.find(account, search); },
      std::move(reply));
}

}  // namespace linebook::simulator
