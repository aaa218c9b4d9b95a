// Makes each request that Linebook makes of Twilio once, to an address that checks them
// (script/carrier-proof).
#include <cstdio>
#include <future>
#include <string>

#include "carriers/twilio/twilio_carrier.h"

namespace linebook {
namespace {

bool all_pass = true;

template <class T, class Ask>
void prove(char const* operation, Ask ask) {
  std::promise<CarrierResult<T>> promise;
  ask(CarrierReply<T>([&promise](CarrierResult<T> result) { promise.set_value(std::move(result)); }));
  auto const result = promise.get_future().get();
  if (!result) all_pass = false;
  std::printf(
      "%-44s %s\n", operation,
      result ? "passes" : (std::to_string(result.error().code) + " " + result.error().message).c_str());
}

VoiceSettings ours() {
  VoiceSettings voice;
  voice.voice_url = "https://linebook.example.com/carriers/twilio/voice";
  voice.status_callback = "https://linebook.example.com/carriers/twilio/status";
  voice.voice_method = voice.voice_fallback_method = voice.status_callback_method = "POST";
  return voice;
}

int prove_all(std::string const& url) {
  TwilioCarrier carrier(url);
  CarrierCredentials const us{"AC" + std::string(32, '0'), "secret"};
  auto const pn = "PN" + std::string(32, '1');
  auto const ca = "CA" + std::string(32, '2');
  auto const sm = "SM" + std::string(32, '3');
  auto const number = *E164::parse("+15855550100");
  CarrierSearch const search{"+15855550100", "+12125550101", *parse_rfc3339("2026-01-31T12:00:00Z")};
  CallToPlace call{.id = {"call_1"}, .account = {1}, .from = search.from, .to = search.to};
  call.status_url = "https://linebook.example.com/carriers/twilio/status?call=call_1";
  call.detect_machine = true;

  prove<std::optional<CarrierNumber>>("look a number up",
                                      [&](auto r) { carrier.find_owned(us, number, std::move(r)); });
  prove<CarrierNumber>("get a number", [&](auto r) { carrier.get(us, pn, std::move(r)); });
  prove<std::vector<E164>>("search", [&](auto r) { carrier.search(us, {"585", "US"}, std::move(r)); });
  prove<CarrierNumber>("buy", [&](auto r) { carrier.buy(us, number, "Linebook pn_1", std::move(r)); });
  prove<CarrierNumber>("set the webhook",
                       [&](auto r) { carrier.set_voice(us, pn, {}, ours(), std::move(r)); });
  prove<void>("release", [&](auto r) { carrier.release(us, pn, std::move(r)); });
  call.script = Speak{{"Hello.", "Goodbye."}};
  prove<CarrierCall>("place a call that speaks", [&](auto r) { carrier.place_call(us, call, std::move(r)); });
  call.script.reset();
  call.answer_url = "https://linebook.example.com/carriers/twilio/answer?call=call_1";
  prove<CarrierCall>("place a call that asks", [&](auto r) { carrier.place_call(us, call, std::move(r)); });
  prove<CarrierCall>("get a call", [&](auto r) { carrier.get_call(us, ca, std::move(r)); });
  prove<CarrierCall>("end a call", [&](auto r) { carrier.end_call(us, ca, std::move(r)); });
  prove<std::vector<CarrierCall>>("find calls",
                                  [&](auto r) { carrier.find_calls(us, search, std::move(r)); });
  TextToSend const text{{"msg_1"}, {1}, search.from, search.to, "Hello", call.status_url};
  prove<CarrierText>("send a text", [&](auto r) { carrier.send_text(us, text, std::move(r)); });
  prove<CarrierText>("get a text", [&](auto r) { carrier.get_text(us, sm, std::move(r)); });
  prove<std::vector<CarrierText>>("find texts",
                                  [&](auto r) { carrier.find_texts(us, search, std::move(r)); });
  carrier.stop();
  return all_pass ? 0 : 1;
}

}  // namespace
}  // namespace linebook

int main(int count, char** arguments) {
  if (count != 2) return 2;
  return linebook::prove_all(arguments[1]);
}
