// A sync, whatever happens on either side and to the runs: in the end both sides hold the same, each change
// was taken once, and nothing echoes.
#include "sync/fhir_sync.h"

#include <gmock/gmock.h>

#include <functional>
#include <stdexcept>

#include "app/contacts/contact_numbers.h"
#include "app/contacts/people.h"
#include "contract/store_contract.h"
#include "fakes/fhir_stand_in.h"
#include "fakes/fixed_clock.h"
#include "fakes/plain_secrets.h"
#include "interchange/fhir_reader.h"

namespace linebook::contract {
namespace {

using fakes::FhirStandIn;
using Phones = std::map<std::string, std::string>;  // "4155552671" → "cell*", preferred

class RunKilled : public std::runtime_error {
 public:
  RunKilled() : std::runtime_error("kill -9") {}
};

class FhirSyncContract : public StoreContract {
 protected:
  static constexpr std::size_t people = 5;
  static constexpr std::size_t rounds = 12;

  void make_source(Side prefer) {
    write([&](Transaction& tx) {
      CreateFhirSource command{.name = "ehr", .url = std::string(FhirStandIn::root), .token = "t"};
      command.prefer = prefer;
      source = create_fhir_source(tx, context(), command)->id;
    });
  }

  Context context() { return {home, "key_1", "req_1", clock.now(), ids, secrets, policies}; }

  FhirSyncSettings settings(std::function<bool(std::chrono::milliseconds)> rest) {
    return {.store = store(),
            .http = server,
            .clock = clock,
            .ids = ids,
            .secrets = secrets,
            .policies = policies,
            .rest = std::move(rest)};
  }

  /// nothing: it was killed, or ended early.
  std::optional<FhirSyncRun> run(double interruptions = 0) {
    auto const interrupted = settings([&, interruptions](std::chrono::milliseconds duration) {
      clock.advance(duration);
      if (!random.chance(interruptions)) return true;
      if (random.chance(0.5)) throw RunKilled();
      return false;
    });
    try {
      auto done = sync_fhir_source(interrupted, home, source);
      if (done) return *done;
    } catch (RunKilled const&) {
      clock.advance(fhir_source_lease + std::chrono::seconds(1));
    }
    return std::nullopt;
  }

  std::string person_id(std::size_t i) { return "p" + std::to_string(i); }
  std::string any_number() { return "41555526" + std::to_string(10 + random.below(30)); }

  void put(std::string const& id, std::string const& telecom) {
    server.put(id, R"({"resourceType":"Patient","id":")" + id +
                       R"(","name":[{"family":"Doe","given":["Ann"]}],"x":1.10)" +
                       (telecom.empty() ? "" : ",\"telecom\":[" + telecom + "]") + "}");
  }

  /// Whatever somebody there may make of a person's phones.
  void change_there(std::string const& id) {
    auto phones = theirs(id);
    switch (random.below(4)) {
      case 0:
        if (!phones.empty())
          phones.erase(std::next(phones.begin(), static_cast<std::ptrdiff_t>(random.below(phones.size()))));
        break;
      case 1:
        if (!phones.empty()) phones.begin()->second = random.chance(0.5) ? "home" : "other";
        break;
      case 2:
        for (auto& [number, type] : phones)
          if (type.ends_with('*')) type.pop_back();
        if (!phones.empty()) phones.rbegin()->second += '*';
        break;
      default:
        phones.emplace(any_number(), random.chance(0.5) ? "cell" : "home");
    }
    std::string telecom;
    for (auto const& [number, type] : phones) {
      bool const preferred = type.ends_with('*');
      auto const kind = type.substr(0, type.size() - (preferred ? 1 : 0));
      telecom +=
          (telecom.empty() ? "" : ",") + (R"({"system":"phone","value":"+1)" + number + '"') +
          (kind == "other" ? "" : R"(,"use":")" + std::string(kind == "cell" ? "mobile" : "home") + '"') +
          (preferred ? R"(,"rank":1)" : "") + "}";
    }
    put(id, telecom);
  }

  void change_here(std::string const& id) {
    PersonRef const ref{PersonType::patient, {id}};
    auto const type = static_cast<PhoneType>(random.below(3));
    auto const number = digits(any_number());
    auto const what = random.below(5);
    bool const primary = random.chance(0.4);
    write([&](Transaction& tx) {
      auto const ctx = context();
      auto const numbers = tx.contact_numbers().of_person(home, ref, 100);
      if (numbers.empty() || what == 0) {
        if (tx.people().find(home, ref))
          (void)add_contact_number(tx, ctx,
                                   {.number = number, .phone_type = type, .person = ref, .primary = primary});
        return;
      }
      auto const& one = numbers.back();
      if (what == 1) return (void)delete_contact_number(tx, ctx, one.id, {});
      EditContactNumber edit;
      if (what == 2) edit.edit.number = number;
      if (what == 3) edit.edit.phone_type = type;
      if (what == 4) edit.edit.primary = !one.primary;
      (void)edit_contact_number(tx, ctx, one.id, {}, edit);
    });
  }

  Phones ours(std::string const& id) {
    Phones phones;
    for (auto const& one : read([&](Transaction const& tx) {
           return tx.contact_numbers().of_person(home, {PersonType::patient, {id}}, 100);
         }))
      phones.emplace(one.number.str(), std::string(to_string(one.phone_type)) + (one.primary ? "*" : ""));
    return phones;
  }

  Phones theirs(std::string const& id) {
    Phones phones;
    auto const resource = boost::json::parse(server.patients.at(id).text);
    auto const reading = read_fhir_patient(resource.as_object(), clock.now());
    for (auto const& one : reading->person.numbers)
      phones.emplace(one.number.str(), std::string(to_string(one.phone_type)) +
                                           (one.preference == Preference::preferred ? "*" : ""));
    return phones;
  }

  std::int64_t end_of_ledger() {
    auto const page =
        read([&](Transaction const& tx) { return tx.ledger().newest(home, {}, std::nullopt, 1); });
    return page.entries.empty() ? 0 : page.entries.front().sequence;
  }

  fakes::PlainSecrets secrets;
  Policies policies;
  fakes::Random random{1};
  fakes::FixedClock clock{noon};
  FhirStandIn server{random, later(3'600'000)};
  FhirSourceId source;
};

LINEBOOK_EVERY_STORE(FhirSyncContract);

TEST_P(FhirSyncContract, BothSidesAreTheSameInTheEnd) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    random = fakes::Random(seed);
    server.patients.clear();
    write([&](Transaction& tx) {
      if (!source.value.empty()) (void)delete_fhir_source(tx, context(), source, {});
    });
    make_source(seed % 2 ? Side::ours : Side::theirs);
    for (std::size_t i = 0; i < people; ++i) put(person_id(i), "");
    for (std::size_t round = 0; round < rounds; ++round) {
      server.fail(0.1);
      server.after_read = [&](std::string const& id) {
        if (random.chance(0.1)) change_there(id);
      };
      for (std::size_t change = random.below(12); change > 0; --change) {
        auto const id = person_id(random.below(people));
        clock.advance(std::chrono::milliseconds(1 + random.below(5000)));
        random.chance(0.5) ? change_here(id) : change_there(id);
        if (random.chance(0.4)) run(0.15);
      }
      server.fail(0);
      server.after_read = [](std::string const&) {};
      auto const done = run();
      ASSERT_TRUE(done);
      ASSERT_FALSE(done->error) << *done->error;
      ASSERT_EQ(done->counts.problems, 0) << done->problems.front().what;
      for (std::size_t i = 0; i < people; ++i) ASSERT_EQ(ours(person_id(i)), theirs(person_id(i))) << i;
      for (auto const& text : server.put_texts) ASSERT_NE(text.find(R"("x":1.10)"), text.npos) << text;
      server.put_texts.clear();
      auto const ledger = end_of_ledger();
      auto const again = run();
      ASSERT_TRUE(again);
      ASSERT_TRUE(server.put_texts.empty()) << "an echo: " << server.put_texts.front();
      ASSERT_EQ(end_of_ledger(), ledger) << "an echo";
    }
  }
}

/// What one side alone did is done on both; a change is told once, as one of the source's.
TEST_P(FhirSyncContract, TakesWhatOneSideDid) {
  make_source(Side::theirs);
  put("p0", R"({"system":"phone","value":"+14155552671","use":"mobile"})");
  auto const run_counts = [&] { return run()->counts; };
  EXPECT_EQ(run_counts(), (FhirSyncCounts{.read = 1, .people_added = 1, .numbers_added = 1}));
  write([&](Transaction& tx) {
    auto const number = tx.contact_numbers().of_person(home, {PersonType::patient, {"p0"}}, 1).front();
    ASSERT_TRUE(delete_contact_number(tx, context(), number.id, {}));
  });
  EXPECT_EQ(run()->counts.pushed, 1);
  EXPECT_EQ(theirs("p0"), Phones{});
  EXPECT_EQ(server.patients.at("p0").text.find("telecom"), std::string::npos) << "FHIR knows no empty lists";
  auto const ledger = end_of_ledger();
  put("p0", R"({"system":"phone","value":"+14155552672","rank":1})");
  EXPECT_EQ(run()->counts.numbers_added, 1);
  EXPECT_EQ(ours("p0"), (Phones{{"4155552672", "other*"}}));
  EXPECT_EQ(end_of_ledger(), ledger + 1);
  auto const newest =
      read([&](Transaction const& tx) { return tx.ledger().newest(home, {}, std::nullopt, 1); });
  EXPECT_EQ(newest.entries.front().actor, "fhir:ehr");
}

TEST_P(FhirSyncContract, PagesThatLeadBackEndTheRun) {
  make_source(Side::theirs);
  for (std::size_t i = 0; i < people; ++i) put(person_id(i), "");
  server.pages_lead_back = true;
  auto const led_astray = run();
  ASSERT_TRUE(led_astray);
  EXPECT_THAT(led_astray->error.value_or(""), testing::HasSubstr("lead back"));
  EXPECT_EQ(led_astray->counts.people_added, static_cast<std::int64_t>(people)) << "once each";
  server.pages_lead_back = false;
  EXPECT_EQ(run()->error, std::nullopt);
}

/// Suspended in the middle, a run ends there; it goes on as the same one when the account is resumed.
TEST_P(FhirSyncContract, ASuspendedAccountsRunWaits) {
  make_source(Side::theirs);
  for (std::size_t i = 0; i < people; ++i) put(person_id(i), "");
  auto const set_status = [&](AccountStatus status) {
    write([&](Transaction& tx) { tx.accounts().set_status(home, status); });
  };
  auto const suspending = settings([&](std::chrono::milliseconds) {
    set_status(AccountStatus::suspended);
    return true;
  });
  for (int attempt = 0; attempt < 2; ++attempt) {  // under way, and before it begins
    auto const suspended = sync_fhir_source(suspending, home, source);
    ASSERT_FALSE(suspended);
    EXPECT_EQ(suspended.error().code, ErrorCode::forbidden);
  }
  clock.advance(fhir_source_lease + std::chrono::seconds(1));
  set_status(AccountStatus::active);
  auto const begun =
      read([&](Transaction const& tx) { return tx.fhir_sources().look_at(home, source); })->progress.run;
  ASSERT_TRUE(begun && !begun->ended_at);
  auto const done = run();
  ASSERT_TRUE(done);
  EXPECT_EQ(done->error, std::nullopt);
  EXPECT_EQ(done->counts.people_added, static_cast<std::int64_t>(people));
  EXPECT_EQ(done->started_at, begun->started_at);
}

TEST_P(FhirSyncContract, OneRunAtATime) {
  make_source(Side::theirs);
  for (std::size_t i = 0; i < people; ++i) put(person_id(i), "");
  bool tried = false;
  auto const others = settings([](std::chrono::milliseconds) { return true; });
  auto const first = settings([&](std::chrono::milliseconds) {
    if (std::exchange(tried, true)) return true;
    auto const other_run = sync_fhir_source(others, home, source);
    EXPECT_FALSE(other_run);
    EXPECT_EQ(other_run.error().code, ErrorCode::conflict);
    return true;
  });
  EXPECT_TRUE(sync_fhir_source(first, home, source));
  EXPECT_TRUE(tried);
  EXPECT_TRUE(sync_fhir_source(others, home, source)) << "the lease has ended with the run";
}

}  // namespace
}  // namespace linebook::contract
