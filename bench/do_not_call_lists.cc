// What the scenario do-not-call works with: numbers as a registry gives them out, and look-ups in a list that
// was loaded.
//
//   build/bench/bench/do_not_call_lists generate NUMBERS scattered|clustered > FILE
//   build/bench/bench/do_not_call_lists look-up DIRECTORY
//
// The first writes distinct numbers over all assigned area codes and valid exchanges: each line as likely as
// any other, or four out of five in a tenth of the exchanges. The second prints one JSON object.
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "domain/numbers/ten_digits.h"
#include "lists/list_directory.h"

namespace linebook::bench {
namespace {

constexpr unsigned lines = lists::lines_per_exchange;
constexpr std::size_t look_ups = 1'000'000;

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::string ten_digits(std::uint64_t number) { return fmt::format("{:010}", number); }

/// First six digits that a number can have.
std::vector<unsigned> valid_exchanges() {
  std::vector<unsigned> all;
  for (unsigned exchange = 200'000; exchange < 1'000'000; ++exchange)
    if (TenDigits::parse(ten_digits(std::uint64_t{exchange} * lines))->is_valid()) all.push_back(exchange);
  return all;
}

/// Each line of an exchange with the same chance, in the order of registries.
class Generator {
 public:
  explicit Generator(std::uint64_t left) : left_(left) {}

  void write(std::vector<unsigned> const& exchanges, std::vector<double> const& weights) {
    double weight_left = 0;
    for (double const weight : weights) weight_left += weight;
    for (std::size_t i = 0; i < exchanges.size(); ++i) {
      auto const share =
          static_cast<std::uint64_t>(static_cast<double>(left_) * weights[i] / weight_left + 0.5);
      weight_left -= weights[i];
      write_exchange(exchanges[i], i + 1 == exchanges.size() ? left_ : share);
    }
  }

 private:
  /// Selection sampling (Knuth, TAOCP 2, 3.4.2, algorithm S).
  void write_exchange(unsigned exchange, std::uint64_t wanted) {
    wanted = std::min<std::uint64_t>(wanted, lines);
    left_ -= wanted;
    for (unsigned line = 0; wanted > 0; ++line) {
      if (random_() % (lines - line) >= wanted) continue;
      --wanted;
      std::printf("%03u,%03u%04u\n", exchange / 1000, exchange % 1000, line);
    }
  }

  std::uint64_t left_;
  std::mt19937_64 random_{250};
};

int generate(std::uint64_t numbers, std::string_view how) {
  auto const exchanges = valid_exchanges();
  std::vector<double> weights;
  for (auto const exchange : exchanges) {
    bool const dense = exchange * 2654435761U >> 16 < 6554;  // one in ten
    weights.push_back(how == "scattered" || !dense ? 1 : 36);
  }
  static char buffer[1 << 20];
  std::setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
  Generator(numbers).write(exchanges, weights);
  return std::fflush(stdout) == 0 ? 0 : 1;
}

/// Kilobytes of /proc/self/smaps_rollup.
long memory(std::string_view what) {
  std::ifstream file("/proc/self/smaps_rollup");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(what)) return std::atol(line.c_str() + what.size() + 1);
  return 0;
}

std::vector<TenDigits> some_numbers(std::vector<unsigned> const& exchanges, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<TenDigits> numbers;
  numbers.reserve(look_ups);
  for (std::size_t i = 0; i < look_ups; ++i)
    numbers.push_back(*TenDigits::parse(
        ten_digits(std::uint64_t{exchanges[random() % exchanges.size()]} * lines + random() % lines)));
  return numbers;
}

double nanoseconds_each(DoNotCallLists const& lists, std::vector<TenDigits> const& numbers,
                        std::size_t& hits) {
  auto const begin = Clock::now();
  std::size_t found = 0;
  for (auto const& number : numbers) found += lists.look_up(number).on_national ? 1 : 0;
  hits = found;
  return seconds_since(begin) / static_cast<double>(numbers.size()) * 1e9;
}

int look_up(char const* directory) {
  lists::ListDirectory const lists(directory,
                                   [](std::string_view text) { fmt::print(stderr, "{}\n", text); });
  auto const exchanges = valid_exchanges();
  auto begin = Clock::now();
  if (lists.loaded().empty()) return 1;
  double const opened = seconds_since(begin);
  auto const numbers = some_numbers(exchanges, 1);
  std::size_t hits = 0;
  double const first = nanoseconds_each(lists, numbers, hits);
  std::vector<TenDigits> listed;
  std::vector<TenDigits> others;
  for (auto const& number : numbers) (lists.look_up(number).on_national ? listed : others).push_back(number);
  double const of_hits = nanoseconds_each(lists, listed, hits);
  double const of_misses = nanoseconds_each(lists, others, hits);
  auto const before = memory("Rss:");
  auto const own_before = memory("Anonymous:");
  auto const threads = std::max(2U, std::thread::hardware_concurrency());
  std::vector<double> each(threads);
  {
    std::vector<std::jthread> running;
    for (unsigned i = 0; i < threads; ++i)
      running.emplace_back([&, i] {
        std::size_t ignored = 0;
        each[i] = nanoseconds_each(lists, numbers, ignored);
      });
  }
  fmt::print(
      "{{\"open_seconds\":{:.3f},\"first_ns\":{:.0f},\"hit_ns\":{:.0f},\"miss_ns\":{:.0f},\"threads_ns\":{:."
      "0f},"
      "\"mapped_bytes\":{},\"resident_kb\":{},\"more_resident_with_threads_kb\":{},\"own_kb\":{}}}\n",
      opened, first, of_hits, of_misses, each[0], lists.loaded()[0].bytes, before, memory("Rss:") - before,
      own_before);
  return 0;
}

}  // namespace
}  // namespace linebook::bench

int main(int argc, char** argv) {
  using namespace linebook::bench;
  if (argc == 4 && std::string_view(argv[1]) == "generate")
    return generate(std::strtoull(argv[2], nullptr, 10), argv[3]);
  if (argc == 3 && std::string_view(argv[1]) == "look-up") return look_up(argv[2]);
  fmt::print(stderr, "usage: {0} generate NUMBERS scattered|clustered\n       {0} look-up DIRECTORY\n",
             argv[0]);
  return 2;
}
