#include "linebook/demo.h"

#include <fmt/format.h>

#include "app/access/accounts.h"
#include "app/access/sessions.h"
#include "app/contacts/people.h"
#include "app/lines/agents.h"
#include "app/lines/lines.h"
#include "app/lines/pool.h"
#include "app/ports/blocking.h"

namespace linebook {
namespace {

constexpr std::string_view account_name = "demo";
constexpr std::string_view key_name = "demo";
constexpr std::string_view area_codes[] = {"212", "312", "415", "512", "585"};
constexpr int numbers_per_area_code =
    20;  // 555-0100 and on: set aside for fiction (NANPA, 555-0100 to 555-0199)

PersonDraft person(std::string id, std::string first, std::string last) {
  PersonDraft draft;
  draft.id = PersonId{std::move(id)};
  draft.first_name = std::move(first);
  draft.last_name = std::move(last);
  return draft;
}

Result<void> load_people(Transaction& tx, Context const& ctx) {
  auto john = person("pat_67890", "John", "Doe");
  john.timezone = "America/New_York";
  john.numbers = {{0, *TenDigits::parse("5852984455"), PhoneType::home, true, false}};
  if (auto made = create_person(tx, ctx, PersonType::patient, john); !made) return fail(made.error());
  // For "May I call?": one who asked not to be, and one whose clock says something else.
  auto mary = person("pat_13579", "Mary", "Major");
  mary.timezone = "America/New_York";
  mary.numbers = {{0, *TenDigits::parse("5855550142"), PhoneType::cell, true, true}};
  if (auto made = create_person(tx, ctx, PersonType::patient, mary); !made) return fail(made.error());
  auto keola = person("pat_97531", "Keola", "Kealoha");
  keola.timezone = "Pacific/Honolulu";
  keola.numbers = {{0, *TenDigits::parse("8085550123"), PhoneType::cell, true, false}};
  if (auto made = create_person(tx, ctx, PersonType::patient, keola); !made) return fail(made.error());
  auto jane = person("doc_24680", "Jane", "Roe");
  jane.numbers = {{0, *TenDigits::parse("5855550199"), PhoneType::other, true, false}};
  if (auto made = create_person(tx, ctx, PersonType::doctor, jane); !made) return fail(made.error());
  return {};
}

Result<void> load_pool(Transaction& tx, Context const& ctx) {
  for (auto area_code : area_codes) {
    for (int i = 0; i < numbers_per_area_code; ++i) {
      auto const number = E164::parse(fmt::format("+1{}55501{:02}", area_code, i));
      if (auto added = import_pool_number(tx, ctx, *number, "US"); !added) return fail(added.error());
    }
  }
  return {};
}

Result<void> load_line(Transaction& tx, Context const& ctx) {
  AgentDraft agent;
  agent.id = AgentId{"agent_demo"};
  agent.name = "Front desk";
  agent.answer = AgentAnswer{AnswerType::stream, "wss://agents.example.com/front-desk"};
  if (auto made = create_agent(tx, ctx, agent); !made) return fail(made.error());
  CreatePiaLine line;
  line.wishes.ai_agent_id = agent.id;
  line.wishes.name = "Front desk";
  line.wish.area_code = "585";
  if (auto made = create_line(tx, ctx, line); !made) return fail(made.error());
  return {};
}

Result<Account> load_account(Transaction& tx, Context& ctx) {
  auto account = create_account(tx, ctx, account_name);
  if (!account) return account;
  ctx.account = account->id;
  if (auto ok = load_people(tx, ctx); !ok) return fail(ok.error());
  if (auto ok = load_pool(tx, ctx); !ok) return fail(ok.error());
  if (auto ok = load_line(tx, ctx); !ok) return fail(ok.error());
  return account;
}

Result<std::string> renew_key(Transaction& tx, Context const& ctx) {
  for (auto const& key : tx.accounts().list_keys()) {
    if (key.account != ctx.account || key.name != key_name || key.revoked_at) continue;
    if (auto revoked = revoke_key(tx, ctx, key.id); !revoked) return fail(revoked.error());
  }
  auto made = create_key(tx, ctx, {.name = std::string(key_name), .expires_at = {}});
  if (!made) return fail(made.error());
  return made->token;
}

}  // namespace

Result<Demo> prepare_demo(Store& store, Clock& clock, Ids& ids, Secrets& secrets, Policies const& policies) {
  return write_and_wait(store, [&](Transaction& tx) -> Result<Demo> {
    auto const now = clock.now();
    Context ctx{{}, "operator", ids.next("req_", now), now, ids, secrets, policies};
    auto account = tx.accounts().find_by_name(account_name);
    if (!account) {
      auto loaded = load_account(tx, ctx);
      if (!loaded) return fail(loaded.error());
      account = std::move(*loaded);
    }
    ctx.account = account->id;
    auto token = renew_key(tx, ctx);
    if (!token) return fail(token.error());
    // With a key of its own, which is kept: whoever is signed in stays so when the demo is started again.
    auto link = make_sign_in_link(tx, ctx);
    if (!link) return fail(link.error());
    auto const lines = tx.lines().using_agent(ctx.account, {"agent_demo"}, 1);
    return Demo{std::move(*token), std::move(*link),
                lines.empty() ? "+15855550100" : lines.front().phone_number};
  });
}

std::string demo_greeting(Demo const& demo, std::string_view url, std::string_view browser_url,
                          std::string_view watch_phones) {
  return fmt::format(
      "\n"
      "Linebook runs at {0}, its API is described at {0}/docs\n"
      "Open the console, signed in (once, within 10 minutes): {4}\n"
      "API key of the demo account (shown once): {1}\n"
      "\n"
      "Find whom a number belongs to:\n"
      "  curl -s -H 'Authorization: Bearer {1}' '{0}/api/v2/phone-numbers?q=5852984455'\n"
      "Take a line from the pool, answered by the demo agent:\n"
      "  curl -s -H 'Authorization: Bearer {1}' -H 'Content-Type: application/json' "
      "-d '{{\"provider\":\"pia\",\"area_code\":\"212\",\"ai_agent_id\":\"agent_demo\"}}' {0}/phone_numbers\n"
      "Who answers a call to a line, and who is calling?\n"
      "  curl -s -H 'Authorization: Bearer {1}' '{0}/routes/{2}?from=5852984455'\n"
      "Watch, in another terminal, what happens in this account, as it happens:\n"
      "  curl -sN -H 'Authorization: Bearer {1}' {0}/events\n"
      "Watch, in another terminal, the simulated phones that calls and texts of this account reach:\n"
      "  {3}\n"
      "May I call?\n"
      "  curl -s -H 'Authorization: Bearer {1}' -H 'Content-Type: application/json' "
      "-d '{{\"number\":\"5855550142\",\"channel\":\"call\",\"purpose\":\"care\"}}' {0}/decisions\n"
      "\n",
      url, demo.token, demo.line_number, watch_phones, sign_in_url(browser_url, demo.link_token));
}

}  // namespace linebook
