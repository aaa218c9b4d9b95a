// What is to happen on a call, in no carrier's words. (domain/calls/twiml.h spells it as Twilio's.)
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace linebook {

/// Nobody takes the call; the caller hears that it is busy.
struct RejectCall {
  bool operator==(RejectCall const&) const = default;
};
struct EndCall {
  bool operator==(EndCall const&) const = default;
};
/// Each said one after the other, in English, with a pause between them; then the call ends.
struct Speak {
  std::vector<std::string> sentences;
  bool operator==(Speak const&) const = default;
};
/// The call's audio goes to an agent's WebSocket, with what it is told of the call.
struct ConnectStream {
  std::string url;
  std::vector<std::pair<std::string, std::string>> parameters;
  bool operator==(ConnectStream const&) const = default;
};
struct DialSip {
  std::string uri;
  bool operator==(DialSip const&) const = default;
};
struct DialNumber {
  std::string number;
  bool operator==(DialNumber const&) const = default;
};
/// The agent's own server says what happens.
struct AskWebhook {
  std::string url;
  bool operator==(AskWebhook const&) const = default;
};

using CallScript = std::variant<RejectCall, EndCall, Speak, ConnectStream, DialSip, DialNumber, AskWebhook>;

}  // namespace linebook
