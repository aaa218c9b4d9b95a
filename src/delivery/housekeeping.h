// What happens beside the requests, on a thread of its own: first the store warms up; then, after commits,
// new ledger entries and decisions are sealed, kept answers are forgotten after their day and sessions when
// they are over, the words of texts after the days of their account's policy and decisions after five years,
// and keys remember when they were last used. All of it may be late.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "app/ports/clock.h"
#include "app/ports/secrets.h"
#include "app/ports/store.h"

namespace linebook {

/// How long after a commit its ledger entries may be without a seal, in the usual case.
inline constexpr std::chrono::seconds sealing_interval{1};
inline constexpr std::chrono::seconds tidying_interval{30};
/// How often decisions and texts are looked at that are too old to be kept.
inline constexpr std::chrono::minutes forgetting_interval{10};

class Housekeeping {
 public:
  struct Dependencies {
    Store& store;
    Clock& clock;
    Secrets const& secrets;
    /// The keys that were used since the last call, and when.
    std::function<std::vector<std::pair<KeyId, Instant>>()> take_key_uses;
    /// Gets the operator's words on what failed; it is tried again at the next turn.
    std::function<void(std::string_view)> log;
    /// Deletes files that were uploaded and are kept no longer, though nobody asks for them any more.
    std::function<void()> forget_uploads = [] {};
  };

  explicit Housekeeping(Dependencies);
  /// Does a last turn, so that nothing is left unsealed, and stops.
  ~Housekeeping();
  Housekeeping(Housekeeping const&) = delete;
  Housekeeping& operator=(Housekeeping const&) = delete;

 private:
  void run();
  void seal();
  void tidy();
  template <class Forget>
  void forget(Forget);
  void report(Result<std::int64_t> const&);

  Dependencies deps_;
  std::optional<std::int64_t> sealed_rows_;  // of all ledgers and decisions, once nothing was left unsealed
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // under mutex_
  std::thread thread_;
};

}  // namespace linebook
