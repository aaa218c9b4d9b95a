// What one decision costs, without the store: build/bench/bench/decision_benchmark
#include <benchmark/benchmark.h>

#include "domain/reach/decision.h"
#include "zones/system_time_zones.h"

namespace linebook {
namespace {

SystemTimeZones const& zones() {
  static SystemTimeZones const all;
  return all;
}

ContactFacts facts_for(Purpose purpose, std::string_view at) {
  ContactFacts facts{.channel = Channel::call,
                     .purpose = purpose,
                     .at = parse_rfc3339(at).value(),
                     .number = TenDigits::parse("8502984455").value()};
  facts.entries.push_back({.consent = ConsentStanding{ConsentStatus::granted, ConsentBasis::written, {0}, {}},
                           .timezone = "America/New_York"});
  return facts;
}

void run(benchmark::State& state, ContactFacts const& facts) {
  auto const policy = ContactPolicy::defaults();
  for (auto _ : state) benchmark::DoNotOptimize(decide(facts, policy, CallingHours::built_in(), zones()));
}

void care_allowed(benchmark::State& state) { run(state, facts_for(Purpose::care, "2026-11-18T20:00:00Z")); }
void care_allowed_in_two_zones(benchmark::State& state) {
  auto facts = facts_for(Purpose::care, "2026-11-18T20:00:00Z");
  facts.entries[0].timezone = std::nullopt;
  run(state, facts);
}
void marketing_allowed(benchmark::State& state) {
  run(state, facts_for(Purpose::marketing, "2026-11-18T20:00:00Z"));
}
void care_at_night(benchmark::State& state) { run(state, facts_for(Purpose::care, "2026-11-18T07:00:00Z")); }
/// Twice a week for an hour, on four clocks, which never meet: fourteen days are gone through.
void never_within_two_weeks(benchmark::State& state) {
  auto facts = facts_for(Purpose::care, "2026-11-18T20:00:00Z");
  for (auto [zone, window] : {std::pair{"America/New_York", "mon,wed 10:00-11:00"},
                              {"America/Chicago", "tue,thu 10:00-11:00"},
                              {"Asia/Kolkata", "fri,sat 10:00-11:00"},
                              {"Australia/Lord_Howe", "sun 10:00-11:00"}}) {
    facts.entries.push_back(facts.entries[0]);
    facts.entries.back().timezone = zone;
    facts.entries.back().contact_window = ContactWindow::parse(window);
  }
  run(state, facts);
}
void find_zone(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(zones().find("America/New_York"));
}
void span_at(benchmark::State& state) {
  auto const* zone = zones().find("America/New_York");
  for (auto _ : state) benchmark::DoNotOptimize(zone->span_at(Instant{1'800'000'000'000}));
}
void read_all_zones(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(read_system_zones());
}

BENCHMARK(care_allowed);
BENCHMARK(care_allowed_in_two_zones);
BENCHMARK(marketing_allowed);
BENCHMARK(care_at_night);
BENCHMARK(never_within_two_weeks);
BENCHMARK(find_zone);
BENCHMARK(span_at);
BENCHMARK(read_all_zones)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace linebook

BENCHMARK_MAIN();
