#include "app/calls/call_scripts.h"

namespace linebook {
namespace {

ConnectStream stream_to_agent(CallRoute const& route) {
  ConnectStream stream{route.agent->answer->address, {{"line_id", route.line.id.value}}};
  // Of several people who share a number nobody knows which of them is calling.
  if (route.callers.size() == 1) {
    auto const& caller = route.callers.front();
    stream.parameters.emplace_back("caller_id", caller.number.person.id.value);
    stream.parameters.emplace_back("caller_type", to_string(caller.number.person.type));
    stream.parameters.emplace_back("caller_name", caller.person_name);
  }
  return stream;
}

CallScript script_of_agent(CallRoute const& route) {
  auto const& answer = *route.agent->answer;
  switch (answer.type) {
    case AnswerType::stream:
      return stream_to_agent(route);
    case AnswerType::sip:
      return DialSip{answer.address};
    case AnswerType::webhook:
      return AskWebhook{answer.address};
  }
  return RejectCall{};
}

CallScript script_of_fallback(FallbackDestination const& fallback) {
  if (fallback.type == FallbackType::sip) return DialSip{fallback.address};
  return DialNumber{fallback.address};
}

}  // namespace

CallScript script_of(CallRoute const& route) {
  switch (route.action) {
    case CallAction::agent:
      return script_of_agent(route);
    case CallAction::fallback:
      return script_of_fallback(*route.line.fallback_destination);
    case CallAction::reject:
      break;
  }
  return RejectCall{};
}

}  // namespace linebook
