#include "domain/calls/twiml.h"

namespace linebook {
namespace {

std::string element(std::string const& opening, std::string_view text, std::string_view closing) {
  return opening + xml_escaped(text) + std::string(closing);
}

/// One verb after the other.
struct VerbsOf {
  // Busy rather than the default, which tells the caller that the number is not in service.
  std::string operator()(RejectCall const&) const { return "<Reject reason=\"busy\"/>"; }
  std::string operator()(EndCall const&) const { return "<Hangup/>"; }
  std::string operator()(Speak const& speak) const {
    std::string verbs;
    for (auto const& sentence : speak.sentences) {
      if (!verbs.empty()) verbs += "<Pause length=\"1\"/>";
      verbs += element("<Say language=\"en-US\">", sentence, "</Say>");
    }
    return verbs;
  }
  std::string operator()(ConnectStream const& stream) const {
    auto verbs = element("<Connect><Stream url=\"", stream.url, "\">");
    for (auto const& [name, value] : stream.parameters)
      verbs += "<Parameter name=\"" + xml_escaped(name) + "\" value=\"" + xml_escaped(value) + "\"/>";
    return verbs + "</Stream></Connect>";
  }
  std::string operator()(DialSip const& dial) const {
    return element("<Dial><Sip>", dial.uri, "</Sip></Dial>");
  }
  std::string operator()(DialNumber const& dial) const {
    return element("<Dial><Number>", dial.number, "</Number></Dial>");
  }
  std::string operator()(AskWebhook const& webhook) const {
    return element("<Redirect method=\"POST\">", webhook.url, "</Redirect>");
  }
};

}  // namespace

std::string twiml(CallScript const& script) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>" + std::visit(VerbsOf(), script) +
         "</Response>";
}

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

}  // namespace linebook
