// Three ways to keep a do-not-call list: CRoaring, a bit for each line of an exchange, and what Linebook
// does, the smaller of that and Elias-Fano code for each exchange. The table is that of
// docs/adr/0012-do-not-call-lists-in-mapped-files.md.
//
//   build/bench/bench/list_alternatives < FILE      of bench/do_not_call_lists generate
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <roaring/roaring.h>

#include "cli/import/number_lines.h"
#include "lists/list_file.h"
#include "lists/mapped_list.h"
#include "lists/number_set.h"

namespace linebook::bench {
namespace {

constexpr std::size_t look_ups = 1'000'000;
// CRoaring of this age takes 32 bits: one bitmap for each billion numbers of the ten.
constexpr std::uint64_t numbers_of_a_bitmap = 1'000'000'000;

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::vector<std::uint64_t> read_numbers() {
  NumberLines file(
      [](char* into, std::size_t size) -> Result<std::size_t> {
        auto const n = ::read(STDIN_FILENO, into, size);
        return n < 0 ? 0 : static_cast<std::size_t>(n);
      },
      LineForm::number);
  std::vector<std::uint64_t> all;
  NumberLines::Batch batch;
  while (file.next(batch).value_or(false)) all.insert(all.end(), batch.numbers.begin(), batch.numbers.end());
  return all;
}

struct Measured {
  double seconds = 0;  // to make it of numbers in order, as bytes of a file
  std::uint64_t bytes = 0;
  double hit_ns = 0;
  double other_ns = 0;
  std::size_t volatile found = 0;
};

/// Half of what is asked for is there.
template <class Contains>
void ask(std::vector<std::uint64_t> const& numbers, Measured& into, Contains contains) {
  std::mt19937_64 random(7);
  std::vector<std::uint64_t> hits;
  std::vector<std::uint64_t> others;
  for (std::size_t i = 0; i < look_ups; ++i) {
    auto const number = numbers[random() % numbers.size()];
    hits.push_back(number);
    others.push_back(number / lists::lines_per_exchange * lists::lines_per_exchange +
                     random() % lists::lines_per_exchange);
  }
  std::size_t found = 0;
  auto const of = [&](std::vector<std::uint64_t> const& asked) {
    auto const begin = Clock::now();
    for (auto const number : asked) found += contains(number) ? 1 : 0;
    return seconds_since(begin) / static_cast<double>(look_ups) * 1e9;
  };
  into.hit_ns = of(hits);
  if (found != look_ups) fmt::print(stderr, "only {} of {} were found\n", found, look_ups);
  into.other_ns = of(others);
  into.found = found;  // which no compiler may leave out
}

Measured roaring(std::vector<std::uint64_t> const& numbers) {
  Measured measured;
  std::map<std::uint64_t, roaring_bitmap_t*> bitmaps;
  auto const begin = Clock::now();
  std::vector<std::uint32_t> part;
  for (std::size_t i = 0; i < numbers.size();) {
    auto const which = numbers[i] / numbers_of_a_bitmap;
    part.clear();
    for (; i < numbers.size() && numbers[i] / numbers_of_a_bitmap == which; ++i)
      part.push_back(static_cast<std::uint32_t>(numbers[i] % numbers_of_a_bitmap));
    auto* const bitmap = bitmaps[which] = roaring_bitmap_of_ptr(part.size(), part.data());
    roaring_bitmap_run_optimize(bitmap);
    std::string bytes(roaring_bitmap_frozen_size_in_bytes(bitmap), '\0');
    roaring_bitmap_frozen_serialize(bitmap, bytes.data());
    measured.bytes += bytes.size();
  }
  measured.seconds = seconds_since(begin);
  ask(numbers, measured, [&](std::uint64_t number) {
    auto const bitmap = bitmaps.find(number / numbers_of_a_bitmap);
    return bitmap != bitmaps.end() &&
           roaring_bitmap_contains(bitmap->second, static_cast<std::uint32_t>(number % numbers_of_a_bitmap));
  });
  for (auto const& [which, bitmap] : bitmaps) roaring_bitmap_free(bitmap);
  return measured;
}

Measured bit_sets(std::vector<std::uint64_t> const& numbers) {
  Measured measured;
  constexpr std::size_t bytes_each = lists::lines_per_exchange / 8;
  constexpr std::uint32_t none = 0xFFFFFFFF;
  std::vector<std::uint32_t> places(1'000'000, none);
  std::vector<std::uint8_t> bits;
  auto const begin = Clock::now();
  for (auto const number : numbers) {
    auto& place = places[number / lists::lines_per_exchange];
    if (place == none) {
      place = static_cast<std::uint32_t>(bits.size() / bytes_each);
      bits.resize(bits.size() + bytes_each);
    }
    auto const line = number % lists::lines_per_exchange;
    auto& byte = bits[place * bytes_each + line / 8];
    byte = static_cast<std::uint8_t>(byte | 1U << line % 8);
  }
  measured.seconds = seconds_since(begin);
  measured.bytes = bits.size() + places.size() * sizeof(std::uint32_t);
  ask(numbers, measured, [&](std::uint64_t number) {
    auto const place = places[number / lists::lines_per_exchange];
    auto const line = number % lists::lines_per_exchange;
    return place != none && (bits[place * bytes_each + line / 8] >> line % 8 & 1) != 0;
  });
  return measured;
}

Measured linebooks(std::vector<std::uint64_t> const& numbers, std::filesystem::path const& directory) {
  Measured measured;
  auto const begin = Clock::now();
  auto const set = lists::NumberSet::make();
  for (auto const number : numbers) (*set)->insert(number);
  auto draft = lists::DraftFile::create(directory, "national");
  auto const about =
      lists::write_list(*draft, **set, {.name = "national", .as_of = "2026-11-20", .version = 1}, {});
  measured.seconds = seconds_since(begin);
  measured.bytes = about->bytes;
  auto const list = lists::MappedList::open(draft->path());
  ask(numbers, measured, [&](std::uint64_t number) { return (*list)->contains(number); });
  return measured;
}

void tell(char const* way, Measured const& m, std::size_t numbers) {
  fmt::print("| {} | {:.1f} | {:.2f} | {:.1f} | {:.0f} | {:.0f} |\n", way, static_cast<double>(m.bytes) / 1e6,
             static_cast<double>(m.bytes) * 8 / static_cast<double>(numbers), m.seconds, m.hit_ns,
             m.other_ns);
}

}  // namespace
}  // namespace linebook::bench

int main() {
  using namespace linebook::bench;
  auto const numbers = read_numbers();
  if (numbers.empty()) return 2;
  auto const directory = std::filesystem::temp_directory_path() / "list-alternatives";
  fmt::print(
      "| {} numbers | MB | bits a number | build s | look-up of one that is there, ns | of any in its "
      "exchange, ns |\n",
      numbers.size());
  fmt::print("|---|--:|--:|--:|--:|--:|\n");
  tell("CRoaring", roaring(numbers), numbers.size());
  tell("bit set an exchange", bit_sets(numbers), numbers.size());
  tell("bit set or Elias-Fano, the smaller", linebooks(numbers, directory), numbers.size());
  std::filesystem::remove_all(directory);
  return 0;
}
