// Commits the rows of one POST after another to a database that Linebook made, and tells how long each took,
// as one line of JSON.
//
//   bare_commit linebook.db SECONDS
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "bench/bare_book.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: bare_commit linebook.db SECONDS\n");
    return 2;
  }
  using Clock = std::chrono::steady_clock;
  linebook::bench::BareBook book(argv[1]);
  std::vector<double> took;  // milliseconds
  auto const started = Clock::now();
  auto const end = started + std::chrono::duration<double>(std::atof(argv[2]));
  for (auto before = started; before < end;) {
    book.commit(1);
    auto const after = Clock::now();
    took.push_back(std::chrono::duration<double, std::milli>(after - before).count());
    before = after;
  }
  auto const seconds = std::chrono::duration<double>(Clock::now() - started).count();
  std::sort(took.begin(), took.end());
  std::printf("{\"per_second\":%.1f,\"p50_ms\":%.4f,\"p99_ms\":%.4f}\n",
              static_cast<double>(took.size()) / seconds, took[took.size() / 2],
              took[took.size() * 99 / 100]);
}
