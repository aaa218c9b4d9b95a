// What every store owes the operator's pool.
#include <gmock/gmock.h>

#include "contract/store_contract.h"

namespace linebook::contract {
namespace {

class PoolContract : public StoreContract {
 protected:
  static PoolNumber number(std::string_view text, std::string country = "US") {
    PoolNumber n{.number = e164(text),
                 .country_code = std::move(country),
                 .area_code = {},
                 .rests_until = {},
                 .account = {}};
    if (n.number.is_nanp()) n.area_code = std::string(text.substr(2, 3));
    return n;
  }
  void add(PoolNumber const& n) {
    write([&](Transaction& tx) { tx.pool().insert(n); });
  }
  std::optional<std::string> chosen(PoolWish const& wish, Instant now = noon) {
    std::optional<PoolNumber> n;
    write([&](Transaction& tx) { n = tx.pool().choose(wish, home, now); });
    if (!n) return std::nullopt;
    return n->number.str();
  }
};

LINEBOOK_EVERY_STORE(PoolContract);

TEST_P(PoolContract, KeepsEveryFieldAndListsInOrder) {
  auto assigned = number("+15855550102");
  assigned.state = PoolState::assigned;
  assigned.account = home;
  assigned.carrier = CarrierName::twilio;
  auto abroad = number("+4930123456", "DE");
  abroad.rests_until = later(5);
  for (auto const& n : {abroad, assigned, number("+15855550101")}) add(n);
  auto const found = read([](Transaction const& tx) { return tx.pool().find(e164("+15855550102")); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->country_code, "US");
  EXPECT_EQ(found->area_code, "585");
  EXPECT_EQ(found->state, PoolState::assigned);
  EXPECT_EQ(found->account, home);
  EXPECT_EQ(found->carrier, CarrierName::twilio);
  EXPECT_EQ(read([](Transaction const& tx) { return tx.reach().pool_carrier(e164("+15855550102")); }),
            CarrierName::twilio);
  EXPECT_FALSE(found->rests_until);
  auto const all = read([](Transaction const& tx) { return tx.pool().list(); });
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].number.view(), "+15855550101");
  EXPECT_EQ(all[2].number.view(), "+4930123456");
  EXPECT_FALSE(all[2].area_code || all[2].carrier);
  EXPECT_EQ(all[2].rests_until, later(5));
  EXPECT_FALSE(read([](Transaction const& tx) { return tx.pool().find(e164("+15855550199")); }));

  assigned.state = PoolState::withdrawn;
  assigned.account = std::nullopt;
  assigned.carrier = CarrierName::simulator;
  write([&](Transaction& tx) { tx.pool().update(assigned); });
  auto const changed = read([](Transaction const& tx) { return tx.pool().find(e164("+15855550102")); });
  EXPECT_EQ(changed->state, PoolState::withdrawn);
  EXPECT_FALSE(changed->account);
  EXPECT_EQ(changed->carrier, CarrierName::simulator);
  EXPECT_FALSE(try_write([&](Transaction& tx) { tx.pool().insert(assigned); }))
      << "a number is in the pool once";

  // Of three that are there, one is withdrawn, and one is of no area.
  for (auto const* more : {"+15855550103", "+12125550100"}) add(number(more));
  auto rests = number("+15855550104");
  rests.rests_until = later(60);
  add(rests);
  auto const areas = read([&](Transaction const& tx) { return tx.pool().areas(noon, 10); });
  ASSERT_EQ(areas.size(), 2u);
  EXPECT_EQ(areas[0].area_code, "212");
  EXPECT_EQ(areas[0].available, 1);
  EXPECT_EQ(areas[1].area_code, "585");
  EXPECT_EQ(areas[1].country_code, "US");
  EXPECT_EQ(areas[1].available, 2);
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.pool().areas(later(60), 10); })[1].available, 3);
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.pool().areas(noon, 1); }).size(), 1u);
}

TEST_P(PoolContract, ChoosesTheLowestThatFits) {
  auto resting = number("+12125550100");
  resting.rests_until = later(10);
  auto assigned = number("+12125550101");
  assigned.state = PoolState::assigned;
  auto withdrawn = number("+12125550102");
  withdrawn.state = PoolState::withdrawn;
  for (auto const& n : {number("+15855550101"), number("+12125550103"), number("+14165550100", "CA"),
                        withdrawn, assigned, resting, number("+12125550104")})
    add(n);
  auto const wish = [](char const* area, char const* country, char const* wanted) {
    PoolWish w;
    if (*area) w.area_code = area;
    if (*country) w.country_code = country;
    if (*wanted) w.number = e164(wanted);
    return w;
  };
  struct Row {
    char const* what;
    PoolWish wish;
    Instant now;
    std::optional<std::string> number;
  };
  Row const rows[] = {
      {"any", {}, noon, "+12125550103"},
      {"any, after the rest", {}, later(10), "+12125550100"},
      {"still resting", {}, later(9), "+12125550103"},
      {"area", wish("585", "", ""), noon, "+15855550101"},
      {"area and country", wish("212", "US", ""), noon, "+12125550103"},
      {"area of another country", wish("416", "US", ""), noon, {}},
      {"country", wish("", "CA", ""), noon, "+14165550100"},
      {"unknown country", wish("", "DE", ""), noon, {}},
      {"that one", wish("", "US", "+12125550104"), noon, "+12125550104"},
      {"that one, assigned", wish("", "", "+12125550101"), noon, {}},
      {"that one, withdrawn", wish("", "", "+12125550102"), noon, {}},
      {"that one, resting", wish("", "", "+12125550100"), noon, {}},
      {"that one, in another area", wish("585", "", "+12125550104"), noon, {}},
      {"not in the pool", wish("", "", "+12125550199"), noon, {}},
  };
  for (auto const& row : rows) EXPECT_EQ(chosen(row.wish, row.now), row.number) << row.what;
}

TEST_P(PoolContract, PassesOverNumbersInService) {
  add(number("+12125550100"));
  add(number("+12125550101"));
  write([&](Transaction& tx) { tx.lines().insert(other, byo_line("+12125550100")); });
  EXPECT_EQ(chosen({}), "+12125550101");
  PoolWish that_one;
  that_one.number = e164("+12125550100");
  EXPECT_EQ(chosen(that_one), std::nullopt);
}

}  // namespace
}  // namespace linebook::contract
