#include "carriers/twilio/twilio_json.h"

#include <gtest/gtest.h>

namespace linebook::twilio {
namespace {

TEST(TwilioJson, ACall) {
  auto const call = read_call(R"({"sid": "CA1", "status": "in-progress", "from": "+15855550100",
    "to": "+12125550101", "answered_by": "machine_end_beep", "duration": "12",
    "date_created": "Tue, 31 Aug 2010 20:36:28 +0000", "price": null})");
  ASSERT_TRUE(call);
  EXPECT_EQ(call->status, CallStatus::in_progress);
  EXPECT_EQ(call->answered_by, AnsweredBy::machine);
  EXPECT_EQ(call->duration_seconds, 12);
  EXPECT_EQ(call->created_at, parse_rfc3339("2010-08-31T20:36:28Z"));
  auto const fresh =
      read_call(R"({"sid": "CA1", "status": "queued", "duration": null, "answered_by": null})");
  ASSERT_TRUE(fresh);
  EXPECT_FALSE(fresh->duration_seconds || fresh->answered_by || fresh->created_at);
}

TEST(TwilioJson, AText) {
  auto const text = read_text(R"({"sid": "SM1", "status": "undelivered", "from": "+15855550100",
    "to": "+12125550101", "body": "Hello", "num_segments": "2", "error_code": 30005, "price": "-0.00790",
    "price_unit": "USD", "date_created": "Tue, 31 Aug 2010 20:36:28 +0000"})");
  ASSERT_TRUE(text);
  EXPECT_EQ(text->status, MessageStatus::undelivered);
  EXPECT_EQ(text->error_code, 30005);
  EXPECT_EQ(text->segments, 2);
  EXPECT_EQ(text->price, "-0.00790");
  EXPECT_EQ(text->price_unit, "USD");
  EXPECT_EQ(text->text, "Hello");
}

TEST(TwilioJson, NothingIsReadOfWhatIsNone) {
  for (auto const* json : {"", "[]", "{}", "null", R"({"sid": "CA1"})", R"({"sid": "CA1", "status": "odd"})",
                           R"({"sid": "", "status": "queued"})", R"({"sid": 1, "status": "queued"})"}) {
    EXPECT_FALSE(read_call(json)) << json;
    EXPECT_FALSE(read_text(json)) << json;
    EXPECT_FALSE(read_number(json)) << json;
  }
}

TEST(TwilioJson, APageLeavesOutWhatCannotBeRead) {
  auto const page = read_call_page(R"({"calls": [{"sid": "CA1", "status": "queued"}, {"sid": "CA2"}, 7],
    "next_page_uri": "/2010-04-01/Accounts/AC1/Calls.json?Page=1"})");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->items.size(), 1u);
  EXPECT_EQ(page->next_page, "/2010-04-01/Accounts/AC1/Calls.json?Page=1");
  EXPECT_EQ(read_text_page(R"({"messages": [], "next_page_uri": null})")->next_page, "");
  EXPECT_FALSE(read_text_page(R"({"calls": []})"));
}

TEST(TwilioJson, ErrorsByStatusAndCode) {
  struct Row {
    long status;
    char const* json;
    CarrierFault fault;
    int code;
  };
  for (auto const& row : {Row{400, R"({"code": 21610, "message": "no"})", CarrierFault::refused, 21610},
                          {401, R"({"code": 20003})", CarrierFault::refused, 20003},
                          {404, "", CarrierFault::not_found, 0},
                          {408, "", CarrierFault::broken, 0},
                          {429, "", CarrierFault::busy, 0},
                          {400, R"({"code": 20429})", CarrierFault::busy, 20429},
                          {307, "", CarrierFault::broken, 0},
                          {500, "<html>", CarrierFault::broken, 0},
                          {503, R"({"code": 20503})", CarrierFault::broken, 20503}}) {
    auto const error = read_error(row.status, row.json);
    EXPECT_EQ(error.fault, row.fault) << row.status;
    EXPECT_EQ(error.code, row.code) << row.status;
  }
}

}  // namespace
}  // namespace linebook::twilio
