// What every store owes lines, agents, the register of numbers in service, and the pool.
#include <gmock/gmock.h>

#include "contract/store_contract.h"

namespace linebook::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

template <class T>
std::vector<std::string> ids_of(std::vector<T> const& items) {
  std::vector<std::string> ids;
  for (auto const& item : items) ids.push_back(item.id.value);
  return ids;
}

class LinesContract : public StoreContract {
 protected:
  Agent agent(std::string id, Instant created = noon) {
    return {.id = {std::move(id)}, .name = "Ava", .answer = {}, .created_at = created, .updated_at = created};
  }
  void add(AccountId account, Line const& line) {
    write([&](Transaction& tx) { tx.lines().insert(account, line); });
  }
  void add(AccountId account, Agent const& a) {
    write([&](Transaction& tx) { tx.agents().insert(account, a); });
  }
  std::vector<Line> list(LineFilter const& filter, std::optional<Keyset> const& after = {},
                         std::int64_t limit = 20) {
    return read([&](Transaction const& tx) { return tx.lines().list(home, filter, after, limit); });
  }
};

LINEBOOK_EVERY_STORE(LinesContract);

void expect_same(Line const& a, Line const& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.phone_number, b.phone_number);
  EXPECT_EQ(a.ai_agent_id, b.ai_agent_id);
  EXPECT_EQ(a.outbound_ai_agent_id, b.outbound_ai_agent_id);
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.fallback_destination, b.fallback_destination);
  EXPECT_EQ(a.status, b.status);
  EXPECT_EQ(a.status_detail, b.status_detail);
  EXPECT_EQ(a.created_at, b.created_at);
  EXPECT_EQ(a.updated_at, b.updated_at);
  ASSERT_EQ(a.provider(), b.provider());
  if (auto const* byo = std::get_if<ByoTrunk>(&a.holding)) {
    auto const& theirs = std::get<ByoTrunk>(b.holding);
    EXPECT_EQ(byo->sip_termination_uri, theirs.sip_termination_uri);
    EXPECT_EQ(byo->sip_username, theirs.sip_username);
    EXPECT_EQ(byo->sip_password_sealed, theirs.sip_password_sealed);
    EXPECT_EQ(byo->e164_check, theirs.e164_check);
  } else if (auto const* twilio = std::get_if<TwilioHolding>(&a.holding)) {
    auto const& theirs = std::get<TwilioHolding>(b.holding);
    EXPECT_EQ(twilio->account_sid, theirs.account_sid);
    EXPECT_EQ(twilio->auth_token_sealed, theirs.auth_token_sealed);
    EXPECT_EQ(twilio->phone_number_sid, theirs.phone_number_sid);
    EXPECT_EQ(twilio->capabilities, theirs.capabilities);
  } else {
    EXPECT_EQ(std::get<PiaHolding>(a.holding).area_code, std::get<PiaHolding>(b.holding).area_code);
    EXPECT_EQ(std::get<PiaHolding>(a.holding).country_code, std::get<PiaHolding>(b.holding).country_code);
  }
}

TEST_P(LinesContract, KeepsEveryFieldOfEveryProvider) {
  add(home, agent("in"));
  add(home, agent("out"));
  auto byo = byo_line("+15855550101");
  byo.ai_agent_id = {{"in"}};
  byo.outbound_ai_agent_id = {{"out"}};
  byo.name = "Front desk";
  byo.fallback_destination = {FallbackType::sip, "sip:desk@example.org"};
  byo.status = LineStatus::error;
  byo.status_detail = "trunk refused";
  byo.updated_at = later(3);
  byo.holding = ByoTrunk{"sip:trunk.example.org", "user", std::string("sealed\0bytes", 12), true};
  auto bare = byo_line("+15855550102");
  auto trunk = byo_line("ext-less42");
  trunk.holding = ByoTrunk{{}, {}, {}, false};
  auto twilio = byo_line("+15855550103");
  twilio.fallback_destination = {FallbackType::number, "+15855550199"};
  twilio.status = LineStatus::provisioning;
  twilio.holding = TwilioHolding{"AC0123", std::string("tok\0en", 6), "PN42", {{"voice", "sms"}}};
  auto searching = byo_line("");
  searching.phone_number = searching.id.value;
  searching.holding = TwilioHolding{"AC0123", {}, {}, {}};
  auto pia = byo_line("+15855550104");
  pia.holding = PiaHolding{"585", "US"};
  for (auto const& line : {byo, bare, trunk, twilio, searching, pia}) {
    add(home, line);
    auto const by_id = read([&](Transaction const& tx) { return tx.lines().find(home, line.id); });
    ASSERT_TRUE(by_id);
    expect_same(*by_id, line);
    auto const by_number =
        read([&](Transaction const& tx) { return tx.lines().find_by_number(home, line.phone_number); });
    ASSERT_TRUE(by_number);
    EXPECT_EQ(by_number->id, line.id);
    EXPECT_FALSE(read([&](Transaction const& tx) { return tx.lines().find(other, line.id); }));
    EXPECT_FALSE(
        read([&](Transaction const& tx) { return tx.lines().find_by_number(other, line.phone_number); }));
  }
}

TEST_P(LinesContract, ALineThatGetsItsNumberEntersServiceWithIt) {
  auto line = byo_line("");
  line.phone_number = line.id.value;
  line.holding = TwilioHolding{"AC0123", {}, {}, {}};
  auto another = byo_line("");
  another.phone_number = another.id.value;
  another.holding = line.holding;
  add(home, line);
  add(home, another);
  auto numbered = line;
  numbered.phone_number = "+15855550105";
  write([&](Transaction& tx) {
    tx.lines().remove(home, line);
    tx.lines().insert(home, numbered);
  });
  auto const holder = read([](Transaction const& tx) { return tx.lines().in_service(e164("+15855550105")); });
  ASSERT_TRUE(holder);
  EXPECT_EQ(holder->line, line.id);
  write([&](Transaction& tx) {
    tx.lines().remove(home, numbered);
    tx.lines().insert(home, line);
  });
  EXPECT_FALSE(read([](Transaction const& tx) { return tx.lines().in_service(e164("+15855550105")); }));
}

TEST_P(LinesContract, UpdatesWhatMayChange) {
  add(home, agent("in"));
  auto line = byo_line("+15855550101");
  line.ai_agent_id = {{"in"}};
  line.name = "old";
  add(home, line);
  line.ai_agent_id = std::nullopt;
  line.name = "new";
  line.fallback_destination = {FallbackType::number, "+15855550199"};
  line.status = LineStatus::releasing;
  line.holding = ByoTrunk{"sip:x", "u", "p", true};
  line.updated_at = later(9);
  write([&](Transaction& tx) { tx.lines().update(home, line); });
  expect_same(*read([&](Transaction const& tx) { return tx.lines().find(home, line.id); }), line);
}

TEST_P(LinesContract, ANumberIsInServiceOnceInTheInstallation) {
  auto const line = byo_line("+15855550101");
  add(home, line);
  auto const in_service = [&] {
    return read([](Transaction const& tx) { return tx.lines().in_service(e164("+15855550101")); });
  };
  ASSERT_TRUE(in_service());
  EXPECT_EQ(in_service()->account, home);
  EXPECT_EQ(in_service()->line, line.id);
  EXPECT_FALSE(try_write([&](Transaction& tx) { tx.lines().insert(other, byo_line("+15855550101")); }));
  EXPECT_THAT(read([&](Transaction const& tx) { return tx.lines().list(other, {}, {}, 9); }), IsEmpty());
  write([&](Transaction& tx) { tx.lines().remove(home, line); });
  EXPECT_FALSE(in_service());
  EXPECT_FALSE(read([&](Transaction const& tx) { return tx.lines().find(home, line.id); }));
  add(other, byo_line("+15855550101"));
  EXPECT_EQ(in_service()->account, other);
}

TEST_P(LinesContract, APrivateIdentifierIsUniqueInItsAccountAlone) {
  auto line = byo_line("desk42");
  line.holding = ByoTrunk{{}, {}, {}, false};
  add(home, line);
  auto same = line;
  same.id = {ids.next("pn_", noon)};
  EXPECT_FALSE(try_write([&](Transaction& tx) { tx.lines().insert(home, same); }));
  add(other, same);
  write([&](Transaction& tx) { tx.lines().remove(home, line); });
  EXPECT_TRUE(read([&](Transaction const& tx) { return tx.lines().find_by_number(other, "desk42"); }));
}

TEST_P(LinesContract, AWalkShowsEachSurvivingLineOnce) {
  std::vector<Line> lines;
  for (int i = 0; i < 10; ++i)
    add(home, lines.emplace_back(byo_line("+1585555010" + std::to_string(i), later(i / 2))));
  add(other, byo_line("+15855550150"));
  std::vector<std::string> walked;
  std::optional<Keyset> after;
  for (int page = 0;; ++page) {
    auto const items = list({}, after, 3);
    if (items.empty()) break;
    for (auto const& line : items) walked.push_back(line.id.value);
    after = Keyset{items.back().created_at, items.back().id.value};
    if (page == 0) {
      write([&](Transaction& tx) {
        tx.lines().remove(home, lines[7]);
      });  // the very line the walk goes on from
      write([&](Transaction& tx) { tx.lines().remove(home, lines[2]); });
      add(home, byo_line("+15855550160", later(100)));
    }
  }
  std::vector<std::string> expected;
  for (int i : {9, 8, 7, 6, 5, 4, 3, 1, 0}) expected.push_back(lines[static_cast<std::size_t>(i)].id.value);
  EXPECT_EQ(walked, expected);
}

TEST_P(LinesContract, FiltersCombine) {
  add(home, agent("in"));
  auto a = byo_line("+15855550101", later(1));
  a.ai_agent_id = {{"in"}};
  auto b = byo_line("+15855550102", later(2));
  b.status = LineStatus::error;
  auto c = byo_line("+15855550103", later(3));
  c.ai_agent_id = {{"in"}};
  c.holding = PiaHolding{"585", "US"};
  for (auto const& line : {a, b, c}) add(home, line);
  struct Row {
    char const* what;
    LineFilter filter;
    std::vector<std::string> found;
  };
  Row const rows[] = {
      {"none", {}, {c.id.value, b.id.value, a.id.value}},
      {"number", {.phone_number = "+15855550102"}, {b.id.value}},
      {"unknown number", {.phone_number = "+15855550109"}, {}},
      {"agent", {.ai_agent_id = {{"in"}}}, {c.id.value, a.id.value}},
      {"provider", {.provider = Provider::pia}, {c.id.value}},
      {"status", {.status = LineStatus::error}, {b.id.value}},
      {"agent and provider", {.ai_agent_id = {{"in"}}, .provider = Provider::byo}, {a.id.value}},
      {"number and agent", {.phone_number = "+15855550102", .ai_agent_id = {{"in"}}}, {}},
  };
  for (auto const& row : rows) {
    EXPECT_EQ(ids_of(list(row.filter)), row.found) << row.what;
    if (row.found.empty()) continue;
    auto const first = list(row.filter, {}, 1);
    ASSERT_EQ(first.size(), 1u) << row.what;
    auto rest = row.found;
    rest.erase(rest.begin());
    EXPECT_EQ(ids_of(list(row.filter, Keyset{first[0].created_at, first[0].id.value})), rest) << row.what;
  }
}

TEST_P(LinesContract, KeepsAgents) {
  auto stream = agent("stream", later(1));
  stream.answer = AgentAnswer{AnswerType::stream, "wss://example.org/a"};
  auto bare = agent("bare", later(2));
  auto sip = agent("sip", later(2));
  sip.answer = AgentAnswer{AnswerType::sip, "sip:a@example.org"};
  for (auto const& a : {stream, bare, sip}) add(home, a);
  add(other, agent("stream"));
  auto const find = [&](std::string id) {
    return read([&](Transaction const& tx) { return tx.agents().find(home, {id}); });
  };
  EXPECT_EQ(find("stream")->answer, stream.answer);
  EXPECT_EQ(find("stream")->created_at, later(1));
  EXPECT_FALSE(find("bare")->answer);
  EXPECT_FALSE(find("nobody"));
  auto const listed = [&](std::optional<Keyset> after, std::int64_t limit) {
    return ids_of(read([&](Transaction const& tx) { return tx.agents().list(home, after, limit); }));
  };
  EXPECT_THAT(listed({}, 10), ElementsAre("sip", "bare", "stream"));
  EXPECT_THAT(listed({}, 1), ElementsAre("sip"));
  EXPECT_THAT(listed(Keyset{later(2), "sip"}, 10), ElementsAre("bare", "stream"));

  auto changed = stream;
  changed.name = "Bea";
  changed.answer = AgentAnswer{AnswerType::webhook, "https://example.org/w"};
  changed.updated_at = later(5);
  write([&](Transaction& tx) { tx.agents().update(home, changed); });
  EXPECT_EQ(find("stream")->name, "Bea");
  EXPECT_EQ(find("stream")->answer, changed.answer);
  EXPECT_EQ(find("stream")->updated_at, later(5));
  EXPECT_EQ(find("stream")->created_at, later(1));
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.agents().find(other, {"stream"}); })->name, "Ava");
  write([&](Transaction& tx) { tx.agents().remove(home, {"stream"}); });
  EXPECT_FALSE(find("stream"));
  EXPECT_TRUE(read([&](Transaction const& tx) { return tx.agents().find(other, {"stream"}); }));
}

TEST_P(LinesContract, TellsWhoUsesAnAgentAndKeepsItWhileInUse) {
  add(home, agent("in"));
  add(other, agent("in"));
  auto inbound = byo_line("+15855550101", later(1));
  inbound.ai_agent_id = {{"in"}};
  auto outbound = byo_line("+15855550102", later(2));
  outbound.outbound_ai_agent_id = {{"in"}};
  auto both = byo_line("+15855550103", later(3));
  both.ai_agent_id = both.outbound_ai_agent_id = {{"in"}};
  for (auto const& line : {inbound, outbound, both, byo_line("+15855550104", later(4))}) add(home, line);
  auto const users = [&](AccountId account, std::int64_t limit) {
    return ids_of(
        read([&](Transaction const& tx) { return tx.lines().using_agent(account, {"in"}, limit); }));
  };
  EXPECT_THAT(users(home, 10),
              testing::UnorderedElementsAre(both.id.value, outbound.id.value, inbound.id.value));
  EXPECT_EQ(users(home, 2).size(), 2u);
  EXPECT_EQ(users(home, 1).size(), 1u);
  EXPECT_THAT(users(other, 10), IsEmpty());
  EXPECT_FALSE(try_write([&](Transaction& tx) { tx.agents().remove(home, {"in"}); }));
  EXPECT_TRUE(read([&](Transaction const& tx) { return tx.agents().find(home, {"in"}); }));
  auto nobody = byo_line("+15855550105");
  nobody.ai_agent_id = {{"nobody"}};
  EXPECT_FALSE(try_write([&](Transaction& tx) { tx.lines().insert(home, nobody); }));
}

}  // namespace
}  // namespace linebook::contract
