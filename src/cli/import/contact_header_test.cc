#include "cli/import/contact_header.h"

#include <gmock/gmock.h>

namespace linebook {
namespace {

using testing::HasSubstr;
using Names = std::vector<std::string>;

TEST(ContactHeader, UnderstandsANumberARow) {
  auto const header =
      understand_header({"Phone Number", "Type", "Patient ID", "First Name", "Last Name", "DOB"}, {});
  ASSERT_TRUE(header) << header.error().message;
  EXPECT_EQ(header->shape, ContactShape::number_a_row);
  EXPECT_EQ(header->becomes,
            (Names{"number", "phone_type", "patient_id", "first_name", "last_name", "date_of_birth"}));
  EXPECT_EQ(header->numbers.at(0).label, 1u);
}

TEST(ContactHeader, UnderstandsAddressBooks) {
  auto const google = understand_header(
      {"First Name", "Last Name", "Notes", "Phone 1 - Label", "Phone 1 - Value", "Phone 2 - Value"}, {});
  ASSERT_TRUE(google) << google.error().message;
  EXPECT_EQ(google->shape, ContactShape::person_a_row);
  ASSERT_EQ(google->numbers.size(), 2u);
  EXPECT_EQ(google->numbers[0].label, 3u);
  EXPECT_EQ(google->numbers[1].label, no_column);

  auto const outlook =
      understand_header({"Title", "First Name", "Business Street", "Assistant's Phone", "Business Fax",
                         "Primary Phone", "Callback", "E-mail 2 Address", "User 1", "Web Page"},
                        {});
  ASSERT_TRUE(outlook) << outlook.error().message;
  ASSERT_EQ(outlook->numbers.size(), 4u);
  EXPECT_EQ(outlook->numbers[1].use, NumberUse::fax);
  EXPECT_TRUE(outlook->numbers[2].preferred);

  auto const plain = understand_header({"Name", "Phone"}, {});
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_EQ(plain->shape, ContactShape::person_a_row);
}

TEST(ContactHeader, AsksForWhatItDoesNotUnderstand) {
  struct Row {
    Names names;
    ColumnChoices choices;
    char const* told;
  } const rows[] = {
      {{"number"}, {}, "'phone_type' is missing"},
      {{"number", "phone_type", "patient_id", "Rufname"}, {}, "unknown column 'Rufname'"},
      {{"number", "phone_type", "patient_id", "Notes"}, {}, "unknown column 'Notes'"},
      {{"Name", "Mobile", "Home phone verified"}, {}, "unknown column 'Home phone verified'"},
      {{"number", "number", "phone_type"}, {}, "twice"},
      {{"number", "phone_type", "DOB", "birthday"}, {}, "'date_of_birth' is there twice"},
      {{"Mobile"}, {}, "names are missing"},
      {{"number", "phone_type"}, {{{"Handy", "number"}}, false}, "'Handy', and there is no such column"},
      {{"number", "phone_type", "x"}, {{{"x", "shoe size"}}, false}, "'shoe size', which is none"},
  };
  for (auto const& row : rows) {
    auto const header = understand_header(row.names, row.choices);
    ASSERT_FALSE(header) << row.told;
    EXPECT_THAT(header.error().message, HasSubstr(row.told));
    EXPECT_THAT(header.error().message, HasSubstr("--column"));
  }
}

TEST(ContactHeader, TakesAtTheirWordWhoSaysWhatAColumnIs) {
  auto const header = understand_header(
      {"Rufnummer", "Art", "Patient", "Notes", "x"},
      {{{"Rufnummer", "number"}, {"art", "Type"}, {"Patient", "patient_id"}, {"Notes", ""}, {"x", "ignore"}},
       false});
  ASSERT_TRUE(header) << header.error().message;
  EXPECT_EQ(header->becomes, (Names{"number", "phone_type", "patient_id", "", ""}));
  EXPECT_TRUE(understand_header({"number", "phone_type", "what"}, {{}, true}));
  EXPECT_EQ(parse_column_choice("a=b=number"), std::pair(std::string("a=b"), std::string("number")));
  EXPECT_FALSE(parse_column_choice("number"));
}

TEST(ContactHeader, TellsOfEachColumnWhatWouldMakeItTheSame) {
  std::vector<UnderstoodColumn> columns;
  EXPECT_FALSE(understand_header({"Rufnummer", "Mobile", "Phone 1 - Type", "Notes", "Last Name", "", "x"},
                                 {{{"Rufnummer", "number"}, {"Notes", ""}}, false}, &columns));
  std::vector<std::string> told;
  for (auto const& [header, meaning, becomes, is_known] : columns)
    told.push_back(header + "=" + meaning + (is_known ? "" : "?"));
  EXPECT_EQ(told, (Names{"Rufnummer=number", "Mobile=Mobile Phone", "Phone 1 - Type=Phone 1 - Type",
                         "Notes=", "Last Name=last_name", "x=?"}));
}

}  // namespace
}  // namespace linebook
