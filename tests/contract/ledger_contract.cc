// What every store owes the ledger and the kept answers.
#include <gmock/gmock.h>

#include "contract/store_contract.h"

namespace linebook::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::int64_t> sequences_of(std::vector<LedgerEntry> const& entries) {
  std::vector<std::int64_t> all;
  for (auto const& e : entries) all.push_back(e.sequence);
  return all;
}

class LedgerContract : public StoreContract {
 protected:
  void append(AccountId account, LedgerEntry const& e) {
    write([&](Transaction& tx) { tx.ledger().append(account, e); });
  }
  LedgerPage newest(LedgerFilter const& filter = {}, std::optional<std::int64_t> before = {},
                    std::int64_t limit = 20) {
    return read([&](Transaction const& tx) { return tx.ledger().newest(home, filter, before, limit); });
  }
};

LINEBOOK_EVERY_STORE(LedgerContract);

TEST_P(LedgerContract, KeepsEveryFieldAndKindOfValue) {
  LedgerEntry e = entry("phn_1", later(1), Action::created);
  e.entity = Entity::line;
  e.actor = "operator";
  e.request_id = "req_7";
  e.changes = {{"text", FieldValue{}, std::string("quote \" and \\ and é")},
               {"flag", false, true},
               {"count", std::int64_t{-3}, std::int64_t{9'007'199'254'740'993}},
               {"cleared", std::string("was"), FieldValue{}},
               {"auth_token", {}, {}, Secrecy::secret}};
  append(home, e);
  auto const page = newest();
  ASSERT_EQ(page.entries.size(), 1u);
  auto const& got = page.entries[0];
  EXPECT_EQ(got.sequence, 1);
  EXPECT_EQ(got.at, later(1));
  EXPECT_EQ(got.actor, "operator");
  EXPECT_EQ(got.request_id, "req_7");
  EXPECT_EQ(got.entity, Entity::line);
  EXPECT_EQ(got.entity_id, "phn_1");
  EXPECT_EQ(got.action, Action::created);
  EXPECT_EQ(got.changes, e.changes);
}

TEST_P(LedgerContract, CountsEachAccountFromOneWithoutGaps) {
  append(home, entry("a"));
  append(other, entry("b"));
  write([&](Transaction& tx) {
    tx.ledger().append(home, entry("c"));
    tx.ledger().append(home, entry("d"));
  });
  EXPECT_FALSE(try_write([&](Transaction& tx) {
    tx.ledger().append(home, entry("undone"));
    throw std::runtime_error("undo");
  }));
  append(home, entry("e"));
  EXPECT_THAT(sequences_of(newest().entries), ElementsAre(4, 3, 2, 1));
  read([&](Transaction const& tx) {
    EXPECT_EQ(tx.ledger().last_sequence(home), 4);
    EXPECT_EQ(tx.ledger().last_sequence(other), 1);
    EXPECT_EQ(tx.ledger().last_sequence(AccountId{999}), 0);
    return 0;
  });
  EXPECT_EQ(store().counters().ledger_entries.load(), 5);
}

TEST_P(LedgerContract, TimeNeverGoesBack) {
  append(home, entry("a", later(100)));
  append(home, entry("b", later(50)));
  append(home, entry("c", later(150)));
  auto const entries = newest().entries;
  EXPECT_EQ(entries[2].at, later(100));
  EXPECT_EQ(entries[1].at, later(100));
  EXPECT_EQ(entries[0].at, later(150));
}

TEST_P(LedgerContract, FollowersMissNothing) {
  for (int i = 0; i < 5; ++i) append(home, entry(std::to_string(i)));
  append(other, entry("other"));
  auto const after = [&](std::int64_t sequence, std::int64_t limit) {
    return sequences_of(
        read([&](Transaction const& tx) { return tx.ledger().following(home, sequence, limit); }));
  };
  EXPECT_THAT(after(0, 3), ElementsAre(1, 2, 3));
  EXPECT_THAT(after(3, 3), ElementsAre(4, 5));
  EXPECT_THAT(after(5, 3), IsEmpty());
}

TEST_P(LedgerContract, PagesBackAndTellsWhereToGoOn) {
  for (int i = 0; i < 5; ++i) append(home, entry(std::to_string(i)));
  auto page = newest({}, {}, 2);
  EXPECT_THAT(sequences_of(page.entries), ElementsAre(5, 4));
  ASSERT_TRUE(page.next_before);
  append(home, entry("meanwhile"));
  page = newest({}, page.next_before, 2);
  EXPECT_THAT(sequences_of(page.entries), ElementsAre(3, 2));
  ASSERT_TRUE(page.next_before);
  page = newest({}, page.next_before, 2);
  EXPECT_THAT(sequences_of(page.entries), ElementsAre(1));
  EXPECT_FALSE(page.next_before);
  EXPECT_FALSE(newest({}, {}, 6).next_before) << "a page that holds all of it is the last";
}

TEST_P(LedgerContract, FiltersCombine) {
  auto const add = [&](Entity entity, char const* id, Action action, char const* actor, Instant at) {
    auto e = entry(id, at, action);
    e.entity = entity;
    e.actor = actor;
    append(home, e);
  };
  add(Entity::patient, "same", Action::created, "key_1", later(10));
  add(Entity::doctor, "same", Action::created, "key_2", later(20));
  add(Entity::patient, "same", Action::updated, "key_1", later(20));
  add(Entity::line, "pn_1", Action::deleted, "operator", later(30));
  add(Entity::patient, "pat_2", Action::updated, "key_2", later(40));
  append(other, entry("same"));
  struct Row {
    char const* what;
    LedgerFilter filter;
    std::vector<std::int64_t> found;
  };
  Row const rows[] = {
      {"entity", {.entity = Entity::patient}, {5, 3, 1}},
      {"id", {.entity_id = "same"}, {3, 2, 1}},
      {"entity and id", {.entity = Entity::patient, .entity_id = "same"}, {3, 1}},
      {"unknown id", {.entity_id = "nothing"}, {}},
      {"action", {.action = Action::updated}, {5, 3}},
      {"actor", {.actor = "key_2"}, {5, 2}},
      {"since, inclusive", {.since = later(20)}, {5, 4, 3, 2}},
      {"until, exclusive", {.until = later(20)}, {1}},
      {"between", {.since = later(20), .until = later(40)}, {4, 3, 2}},
      {"before all", {.until = later(10)}, {}},
      {"after all", {.since = later(41)}, {}},
      {"id and time", {.entity_id = "same", .since = later(11), .until = later(21)}, {3, 2}},
      {"all of them",
       {.entity = Entity::patient,
        .entity_id = "same",
        .action = Action::updated,
        .actor = "key_1",
        .since = later(0),
        .until = later(99)},
       {3}},
  };
  for (auto const& row : rows) {
    auto const page = newest(row.filter);
    EXPECT_EQ(sequences_of(page.entries), row.found) << row.what;
    EXPECT_FALSE(page.next_before) << row.what;
  }
  EXPECT_THAT(sequences_of(newest({.entity_id = "same"}, 3).entries), ElementsAre(2, 1));
}

TEST_P(LedgerContract, AFilterThatFitsLittleStillEnds) {
  constexpr int entries = 50'000;
  append(home, entry("needle"));
  write([&](Transaction& tx) {
    for (int i = 0; i < entries; ++i) {
      auto e = entry("hay");
      e.actor = "key_9";
      tx.ledger().append(home, e);
    }
  });
  std::vector<std::int64_t> found;
  std::optional<std::int64_t> before;
  int pages = 0;
  do {
    auto const page = newest({.actor = "key_1"}, before);
    for (auto const sequence : sequences_of(page.entries)) found.push_back(sequence);
    ASSERT_TRUE(!before || !page.next_before || *page.next_before < *before) << "each page gets further";
    before = page.next_before;
    ++pages;
  } while (before);
  EXPECT_THAT(found, ElementsAre(1));
  EXPECT_GT(pages, 1) << "no page looks at everything";
}

TEST_P(LedgerContract, StoredBytesCoverEveryColumn) {
  auto base = entry("a");
  std::vector<LedgerEntry> entries(9, base);
  entries[1].at = later(1);
  entries[2].at = later(1);
  entries[2].actor = "key_2";
  entries[3].request_id = "req_2";
  entries[4].entity = Entity::line;
  entries[5].entity_id = "b";
  entries[6].action = Action::deleted;
  entries[7].changes = {{"primary", true, false}};
  for (auto const& e : entries) append(home, e);
  append(other, base);
  auto const mine = read([&](Transaction const& tx) { return tx.ledger().stored(home, 0, 100); });
  auto const theirs = read([&](Transaction const& tx) { return tx.ledger().stored(other, 0, 100); });
  ASSERT_EQ(mine.size(), 9u);
  ASSERT_EQ(theirs.size(), 1u);
  std::vector<std::string> all{theirs[0].canonical};
  for (auto const& e : mine) all.push_back(e.canonical);
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = i + 1; j < all.size(); ++j) EXPECT_NE(all[i], all[j]);
  auto const middle = read([&](Transaction const& tx) { return tx.ledger().stored(home, 3, 2); });
  ASSERT_EQ(middle.size(), 2u);
  EXPECT_EQ(middle[0].sequence, 4);
  EXPECT_EQ(middle[0].canonical, mine[3].canonical);
}

TEST_P(LedgerContract, KeepsSealsInOrder) {
  Seal const first{1, 2, std::string("\0chain 1", 8), std::string("\0\1\2\3\4\5\6\7abcdefgh", 16)};
  Seal const second{3, 3, "chain 2", "ABCDEFGH"};
  auto const unsealed = [&] {
    return read([](Transaction const& tx) { return tx.ledger().unsealed_accounts(); });
  };
  EXPECT_THAT(unsealed(), IsEmpty());
  for (int i = 0; i < 3; ++i) append(home, entry("a"));
  append(other, entry("a"));
  EXPECT_THAT(unsealed(), testing::UnorderedElementsAre(home, other));
  EXPECT_FALSE(read([&](Transaction const& tx) { return tx.ledger().last_seal(home); }));
  write([&](Transaction& tx) { tx.ledger().append_seal(home, first); });
  EXPECT_THAT(unsealed(), testing::UnorderedElementsAre(home, other));
  write([&](Transaction& tx) { tx.ledger().append_seal(home, second); });
  EXPECT_THAT(unsealed(), ElementsAre(other));
  auto const last = read([&](Transaction const& tx) { return tx.ledger().last_seal(home); });
  ASSERT_TRUE(last);
  EXPECT_EQ(last->first_sequence, 3);
  EXPECT_EQ(last->chain, second.chain);
  auto const seals = [&](std::int64_t after, std::int64_t limit) {
    return read([&](Transaction const& tx) { return tx.ledger().seals(home, after, limit); });
  };
  ASSERT_EQ(seals(0, 9).size(), 2u);
  EXPECT_EQ(seals(0, 9)[0].chain, first.chain);
  EXPECT_EQ(seals(0, 9)[0].row_macs, first.row_macs);
  EXPECT_EQ(seals(0, 9)[0].last_sequence, 2);
  EXPECT_EQ(seals(0, 1).size(), 1u);
  EXPECT_EQ(seals(2, 9).size(), 1u);
  EXPECT_THAT(seals(3, 9), IsEmpty());
  EXPECT_FALSE(try_write([&](Transaction& tx) { tx.ledger().append_seal(home, second); }))
      << "sealed already";
  append(home, entry("b"));
  EXPECT_THAT(unsealed(), testing::UnorderedElementsAre(home, other));
}

class IdempotencyContract : public StoreContract {};

LINEBOOK_EVERY_STORE(IdempotencyContract);

TEST_P(IdempotencyContract, KeepsAnAnswerPerAccountKeyRouteAndWord) {
  IdempotencySlot const slot{home, "key_1", "POST /phone_numbers", "abc"};
  KeptAnswer const answer{.body_hash = std::string("h\0sh", 4),
                          .status = 201,
                          .head = "ETag: \"x\"\r\n",
                          .body = std::string("{\"a\":\"\0\"}", 9),
                          .created_at = noon};
  auto const find = [&](IdempotencySlot const& s) {
    return read([&](Transaction const& tx) { return tx.idempotency().find(s); });
  };
  EXPECT_FALSE(find(slot));
  write([&](Transaction& tx) { tx.idempotency().keep(slot, answer); });
  auto const kept = find(slot);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->body_hash, answer.body_hash);
  EXPECT_EQ(kept->status, 201);
  EXPECT_EQ(kept->head, answer.head);
  EXPECT_EQ(kept->body, answer.body);
  EXPECT_EQ(kept->created_at, noon);
  IdempotencySlot const others[] = {{other, slot.key_id, slot.route, slot.key},
                                    {home, "key_2", slot.route, slot.key},
                                    {home, slot.key_id, "POST /ai_agents", slot.key},
                                    {home, slot.key_id, slot.route, "abd"}};
  for (auto const& elsewhere : others) EXPECT_FALSE(find(elsewhere));

  auto anew = answer;
  anew.status = 409;
  anew.created_at = later(99);
  write([&](Transaction& tx) { tx.idempotency().keep(slot, anew); });
  EXPECT_EQ(find(slot)->status, 409) << "used again after its time";
  EXPECT_EQ(find(slot)->created_at, later(99));
}

TEST_P(IdempotencyContract, ForgetsTheOldestFewAtATime) {
  auto const slot = [&](int i) {
    return IdempotencySlot{i % 2 ? home : other, "key_1", "r", std::to_string(i)};
  };
  write([&](Transaction& tx) {
    for (int i = 0; i < 6; ++i)
      tx.idempotency().keep(
          slot(i), {.body_hash = "h", .status = 200, .head = {}, .body = {}, .created_at = later(i)});
  });
  auto const forget = [&](Instant before, std::int64_t limit) {
    std::int64_t forgotten = 0;
    write([&](Transaction& tx) { forgotten = tx.idempotency().forget(before, limit); });
    return forgotten;
  };
  EXPECT_EQ(forget(later(4), 3), 3);
  EXPECT_EQ(forget(later(4), 3), 1);
  EXPECT_EQ(forget(later(4), 3), 0);
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(read([&](Transaction const& tx) { return tx.idempotency().find(slot(i)).has_value(); }), i >= 4)
        << i;
}

}  // namespace
}  // namespace linebook::contract
