#include "http/calls/twiml.h"

namespace linebook::http {
namespace {

std::string response(std::string const& verbs) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>" + verbs + "</Response>";
}

std::string parameter(std::string_view name, std::string_view value) {
  return "<Parameter name=\"" + std::string(name) + "\" value=\"" + xml_escaped(value) + "\"/>";
}

std::string stream(CallRoute const& route) {
  auto verbs = "<Connect><Stream url=\"" + xml_escaped(route.agent->answer->address) + "\">" +
               parameter("line_id", route.line.id.value);
  // Of several people who share a number nobody knows which of them is calling.
  if (route.callers.size() == 1) {
    auto const& caller = route.callers.front();
    verbs += parameter("caller_id", caller.number.person.id.value) +
             parameter("caller_type", to_string(caller.number.person.type)) +
             parameter("caller_name", caller.person_name);
  }
  return verbs + "</Stream></Connect>";
}

std::string dial_sip(std::string_view uri) { return "<Dial><Sip>" + xml_escaped(uri) + "</Sip></Dial>"; }

std::string to_agent(CallRoute const& route) {
  auto const& answer = *route.agent->answer;
  switch (answer.type) {
    case AnswerType::stream:
      return stream(route);
    case AnswerType::sip:
      return dial_sip(answer.address);
    case AnswerType::webhook:
      return "<Redirect method=\"POST\">" + xml_escaped(answer.address) + "</Redirect>";
  }
  return {};
}

std::string to_fallback(FallbackDestination const& fallback) {
  if (fallback.type == FallbackType::sip) return dial_sip(fallback.address);
  return "<Dial><Number>" + xml_escaped(fallback.address) + "</Number></Dial>";
}

}  // namespace

std::string twiml(CallRoute const& route) {
  switch (route.action) {
    case CallAction::agent:
      return response(to_agent(route));
    case CallAction::fallback:
      return response(to_fallback(*route.line.fallback_destination));
    case CallAction::reject:
      break;
  }
  return twiml_reject();
}

// Busy rather than the default, which tells the caller that the number is not in service.
std::string twiml_reject() { return response("<Reject reason=\"busy\"/>"); }

std::string xml_escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  for (char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20)
          out += "\xEF\xBF\xBD";
        else
          out += c;
    }
  }
  return out;
}

}  // namespace linebook::http
