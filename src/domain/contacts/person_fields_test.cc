#include "domain/contacts/person_fields.h"

#include <gtest/gtest.h>

#include <string>

namespace linebook {
namespace {

TEST(PersonFields, EmailAddresses) {
  for (auto const* text : {"jane@example.com", "j.r+tag@mail.example.co.uk", "O'Brien@a-b.org", "1@2.3",
                           "!#$%&'*+-/=?^_`{|}~@example.com"})
    EXPECT_TRUE(is_email(text)) << text;
  for (auto const* text :
       {"", "jane", "@example.com", "jane@", "jane@example", "jane@@example.com", "a@b@example.com",
        "jane doe@example.com", "jane@example..com", "jane@.com", "jane@example.com.", "jane@-example.com",
        "jane@example-.com", "\"jane\"@example.com", "<jane@example.com>", "jane@exa_mple.com",
        "j\xC3\xA4ne@example.com", "jane@example.com\n"})
    EXPECT_FALSE(is_email(text)) << text;
}

TEST(PersonFields, EmailLengths) {
  EXPECT_TRUE(is_email(std::string(64, 'a') + "@example.com"));
  EXPECT_FALSE(is_email(std::string(65, 'a') + "@example.com"));
  EXPECT_TRUE(is_email("a@" + std::string(63, 'b') + ".com"));
  EXPECT_FALSE(is_email("a@" + std::string(64, 'b') + ".com"));
  std::string domain = "example";
  while (domain.size() < max_email - 4) domain += ".com";
  EXPECT_TRUE(is_email("a@" + domain.substr(0, 251)));
  EXPECT_FALSE(is_email("a@" + domain + "com"));
}

}  // namespace
}  // namespace linebook
