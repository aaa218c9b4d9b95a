#include "domain/calls/twiml.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

TEST(Twiml, EachScript) {
  struct Row {
    char const* name;
    CallScript script;
    std::string verbs;
  };
  Row const rows[] = {
      {"reject", RejectCall{}, "<Reject reason=\"busy\"/>"},
      {"end", EndCall{}, "<Hangup/>"},
      {"nothing said", Speak{}, ""},
      {"one sentence", Speak{{"Hello & goodbye."}}, "<Say language=\"en-US\">Hello &amp; goodbye.</Say>"},
      {"two sentences", Speak{{"1. 2.", "1. 2."}},
       "<Say language=\"en-US\">1. 2.</Say><Pause length=\"1\"/><Say language=\"en-US\">1. 2.</Say>"},
      {"stream", ConnectStream{"wss://a.example.com/?a=1&b=2", {{"line_id", "ln_\"1\""}}},
       "<Connect><Stream url=\"wss://a.example.com/?a=1&amp;b=2\"><Parameter name=\"line_id\" "
       "value=\"ln_&quot;1&quot;\"/></Stream></Connect>"},
      {"SIP", DialSip{"sip:a@example.com"}, "<Dial><Sip>sip:a@example.com</Sip></Dial>"},
      {"number", DialNumber{"+12125550100"}, "<Dial><Number>+12125550100</Number></Dial>"},
      {"webhook", AskWebhook{"https://a.example.com/v"},
       "<Redirect method=\"POST\">https://a.example.com/v</Redirect>"},
  };
  for (auto const& row : rows)
    EXPECT_EQ(twiml(row.script),
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>" + row.verbs + "</Response>")
        << row.name;
}

TEST(Twiml, WhatXmlCannotHoldIsReplaced) {
  EXPECT_EQ(xml_escaped(std::string_view("<\0'>\n", 5)), "&lt;\xEF\xBF\xBD&apos;&gt;\xEF\xBF\xBD");
}

}  // namespace
}  // namespace linebook
