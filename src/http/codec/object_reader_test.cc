#include "http/codec/object_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/codec/field_parsers.h"
#include "http/codec/json_document.h"

namespace linebook::http {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

auto names(std::string const& field) { return Field(&FieldError::field, field); }

TEST(ObjectReader, NamesEveryFieldAtFault) {
  auto const body = *parse_json(R"({"number":5551234567,"phone_type":"fax","primary":"true","extra":1})");
  Problems problems;
  ObjectReader reader(body, problems);
  EXPECT_FALSE(reader.required_text("number", ten_digits));
  EXPECT_FALSE(reader.required_text("phone_type", phone_type));
  EXPECT_FALSE(reader.boolean("primary"));
  EXPECT_FALSE(reader.required_text("patient_id", chosen_id));
  reader.refuse_unknown();
  EXPECT_THAT(problems, ElementsAre(FieldError{"number", "must be a string"},
                                    FieldError{"phone_type", "must be one of cell, home, other"},
                                    FieldError{"primary", "must be true or false"},
                                    FieldError{"patient_id", "is required"},
                                    FieldError{"extra", "is not a field of this request"}));
}

TEST(ObjectReader, TellsLeftOutFromNull) {
  auto const body = *parse_json(R"({"email":null,"timezone":"Europe/Berlin"})");
  Problems problems;
  ObjectReader reader(body, problems);
  auto const cleared = reader.text_edit("email", email);
  auto const given = reader.text_edit("timezone", timezone);
  auto const left_out = reader.text_edit("npi", npi);
  ASSERT_TRUE(cleared.has_value());
  EXPECT_FALSE(cleared->has_value());
  EXPECT_EQ(given, Edit<std::string>(std::optional<std::string>("Europe/Berlin")));
  EXPECT_FALSE(left_out.has_value());
  EXPECT_THAT(problems, IsEmpty());
}

TEST(ObjectReader, RefusesNullWhereTheFieldHasNone) {
  auto const body = *parse_json(R"({"number":null,"primary":null})");
  Problems problems;
  ObjectReader reader(body, problems);
  reader.text_unless_null("number", ten_digits);
  reader.boolean("primary");
  EXPECT_THAT(problems, ElementsAre(names("number"), names("primary")));
}

TEST(ObjectReader, ComplainsOnceOfWhatIsNoObject) {
  auto const body = *parse_json("[1]");
  Problems problems;
  ObjectReader reader(body, problems);
  reader.required_text("number", ten_digits);
  reader.refuse_unknown();
  EXPECT_THAT(problems, ElementsAre(FieldError{"body", "must be a JSON object"}));
}

TEST(FieldParsers, ReadNestedObjectsUnderTheirPrefix) {
  auto const window = *parse_json(R"({"days":["mon","fri"],"start":"09:00","end":"08:00"})");
  Problems problems;
  EXPECT_FALSE(read_contact_window(window, "contact_window.", problems));
  ASSERT_FALSE(problems.empty());
  EXPECT_TRUE(problems.front().field.starts_with("contact_window."));

  problems.clear();
  auto const every_day = read_contact_window(*parse_json(R"({"start":"09:00","end":"18:00"})"), "", problems);
  ASSERT_TRUE(every_day);
  EXPECT_EQ(every_day->days().size(), 7u);
}

TEST(FieldParsers, KnowHowAgentsAnswer) {
  struct Case {
    char const* name;
    char const* json;
    bool good;
  };
  Case const cases[] = {
      {"stream", R"({"type":"stream","url":"wss://a.example/x"})", true},
      {"sip", R"({"type":"sip","sip_uri":"sip:agent@a.example"})", true},
      {"webhook", R"({"type":"webhook","url":"https://a.example/x"})", true},
      {"stream over http", R"({"type":"stream","url":"http://a.example/x"})", false},
      {"webhook with a SIP URI", R"({"type":"webhook","sip_uri":"sip:a@a.example"})", false},
      {"no type", R"({"url":"wss://a.example/x"})", false},
      {"unknown field", R"({"type":"sip","sip_uri":"sip:a@a.example","x":1})", false},
  };
  for (auto const& c : cases) {
    Problems problems;
    read_agent_answer(*parse_json(c.json), "answer.", problems);
    EXPECT_EQ(problems.empty(), c.good) << c.name;
  }
}

}  // namespace
}  // namespace linebook::http
