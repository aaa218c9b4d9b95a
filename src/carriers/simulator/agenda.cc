#include "carriers/simulator/agenda.h"

#include <algorithm>

namespace linebook::simulator {
namespace {

/// The clock may be set meanwhile: it is looked at again.
constexpr std::chrono::milliseconds longest_sleep{500};

}  // namespace

void Agenda::in(std::chrono::milliseconds delay, Act act) { add(delay, {std::move(act), false}); }

void Agenda::answer_in(std::chrono::milliseconds delay, Act act) { add(delay, {std::move(act), true}); }

void Agenda::add(std::chrono::milliseconds delay, Entry entry) {
  {
    std::unique_lock lock(mutex_);
    if (!stopped_) {
      entries_.emplace(std::pair(clock_.now() + delay, ++added_), std::move(entry));
      lock.unlock();
      changed_.notify_one();
      return;
    }
  }
  if (entry.is_answer) entry.act();
}

std::optional<Instant> Agenda::next_due() const {
  std::lock_guard lock(mutex_);
  return entries_.empty() ? std::nullopt : std::optional(entries_.begin()->first.first);
}

std::optional<Agenda::Entry> Agenda::take_due() {
  std::lock_guard lock(mutex_);
  if (entries_.empty() || entries_.begin()->first.first > clock_.now()) return std::nullopt;
  auto entry = std::move(entries_.begin()->second);
  entries_.erase(entries_.begin());
  return entry;
}

void Agenda::catch_up() {
  while (auto entry = take_due()) entry->act();
}

void Agenda::run_until_stopped() {
  for (;;) {
    catch_up();
    std::unique_lock lock(mutex_);
    if (stopped_) return;
    auto const sleep = entries_.empty() ? longest_sleep : entries_.begin()->first.first - clock_.now();
    if (sleep > std::chrono::milliseconds(0)) changed_.wait_for(lock, std::min(sleep, longest_sleep));
  }
}

void Agenda::stop() {
  std::map<std::pair<Instant, std::uint64_t>, Entry> left;
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    left.swap(entries_);
  }
  changed_.notify_all();
  for (auto& [when, entry] : left)
    if (entry.is_answer) entry.act();
}

}  // namespace linebook::simulator
