// What every store owes a rotation: whatever was sealed opens under the new key alone.
#include "app/lines/rotate_secrets.h"
#include "app/sealed_words.h"
#include "contract/store_contract.h"
#include "fakes/plain_secrets.h"

namespace linebook::contract {
namespace {

class SecretsContract : public StoreContract {
 protected:
  Context context(AccountId account) { return {account, "operator", "req_1", noon, ids, secrets, policies}; }
  Message text(Transaction const& tx, AccountId account, int n) {
    Message m;
    m.id = {ids.next("msg_", noon)};
    m.line = {"pn_1"};
    m.from = "+12125550142";
    m.to = "+15852984455";
    m.carrier_sid = m.id.value;
    m.text_sealed = seal_words(tx, context(account), m.id.value, "text " + std::to_string(n));
    m.created_at = m.updated_at = later(n);
    return m;
  }
  CallRecord call(Transaction const& tx) {
    CallRecord c;
    c.id = {ids.next("call_", noon)};
    c.line = {"pn_1"};
    c.carrier_sid = c.id.value;
    c.speech_sealed = seal_words(tx, context(home), c.id.value, "speech");
    c.started_at = c.updated_at = noon;
    return c;
  }
  std::string opened(AccountId account, std::string_view subject, std::string const& sealed) {
    auto words =
        read([&](Transaction const& tx) { return open_words(tx, account, secrets, subject, sealed); });
    return words ? *words : words.error().message;
  }

  fakes::PlainSecrets secrets;
  Policies policies;
};

LINEBOOK_EVERY_STORE(SecretsContract);

TEST_P(SecretsContract, ARotationSealsTheWordsOfTextsAndCallsAnew) {
  constexpr int texts = 1001;  // more than are read at a time
  std::vector<Message> of_home;
  std::optional<Message> forgotten, foreign, of_other;
  std::optional<CallRecord> spoken;
  write([&](Transaction& tx) {
    of_home.clear();
    for (int i = 0; i < texts; ++i) of_home.push_back(text(tx, home, i));
    forgotten = text(tx, home, 1);
    forgotten->text_sealed.reset();
    foreign = text(tx, home, 2);
    foreign->text_sealed = "sealed by nobody";
    of_other = text(tx, other, 3);
    spoken = call(tx);
    for (auto const& m : of_home) tx.messages().insert(home, m);
    for (auto const& m : {*forgotten, *foreign}) tx.messages().insert(home, m);
    tx.messages().insert(other, *of_other);
    tx.calls().insert(home, *spoken);
  });
  auto const rotated =
      write_and_wait(store(), [&](Transaction& tx) { return rotate_secrets(tx, context(home)); });
  ASSERT_TRUE(rotated) << rotated.error().message;
  EXPECT_EQ(*rotated, texts + 1);

  auto const found = [&](AccountId account, MessageId const& id) {
    return *read([&](Transaction const& tx) { return tx.messages().find(account, id); });
  };
  for (int i = 0; i < texts; i += 100) {
    auto const& was = of_home[static_cast<std::size_t>(i)];
    auto const is = found(home, was.id);
    EXPECT_NE(is.text_sealed, was.text_sealed);
    EXPECT_EQ(opened(home, is.id.value, *is.text_sealed), "text " + std::to_string(i));
    EXPECT_NE(opened(home, of_home[1].id.value, *is.text_sealed), "text " + std::to_string(i))
        << "words are bound to their text";
    EXPECT_EQ(is.updated_at, was.updated_at);
  }
  EXPECT_FALSE(found(home, forgotten->id).text_sealed);
  EXPECT_EQ(found(home, foreign->id).text_sealed, foreign->text_sealed);
  EXPECT_EQ(found(other, of_other->id).text_sealed, of_other->text_sealed);
  auto const call_now = *read([&](Transaction const& tx) { return tx.calls().find(home, spoken->id); });
  EXPECT_EQ(opened(home, spoken->id.value, *call_now.speech_sealed), "speech");
}

}  // namespace
}  // namespace linebook::contract
