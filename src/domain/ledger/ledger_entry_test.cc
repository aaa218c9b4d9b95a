#include "domain/ledger/ledger_entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linebook {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Fields fields(FieldValue number, FieldValue primary, FieldValue password) {
  return {{"number", std::move(number)},
          {"primary", std::move(primary)},
          {"sip_password", std::move(password), Secrecy::secret}};
}

TEST(Difference, TellsWhatChanged) {
  auto const was = fields(std::string("555"), false, std::string("sealed-1"));
  EXPECT_THAT(difference(was, was), IsEmpty());
  EXPECT_THAT(difference(was, fields(std::string("555"), true, std::string("sealed-1"))),
              ElementsAre(FieldChange{"primary", false, true}));
}

TEST(Difference, NeverTellsASecret) {
  auto const was = fields(std::string("555"), false, std::string("sealed-1"));
  auto const is = fields(std::string("555"), false, std::string("sealed-2"));
  EXPECT_THAT(difference(was, is), ElementsAre(FieldChange{"sip_password", {}, {}, Secrecy::secret}));
}

TEST(Difference, CoversCreationAndDeletion) {
  auto const thing = fields(std::string("555"), false, {});
  EXPECT_THAT(difference({}, thing),
              ElementsAre(FieldChange{"number", {}, std::string("555")}, FieldChange{"primary", {}, false}));
  EXPECT_THAT(difference(thing, {}),
              ElementsAre(FieldChange{"number", std::string("555"), {}}, FieldChange{"primary", false, {}}));
}

TEST(EventId, SortsBySequence) {
  EXPECT_EQ(event_id(42), "evt_0000000000000042");
  EXPECT_LT(event_id(99), event_id(100));
}

}  // namespace
}  // namespace linebook
