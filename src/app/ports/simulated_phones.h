// The phones at the other end of the simulator's calls and texts. (Spec: A carrier for everybody.) Of a demo
// installation alone; in memory, gone when it stops. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "domain/numbers/e164.h"

namespace linebook {

enum class CallBehaviour { answer, busy, no_answer, voicemail, fail };
std::string_view to_string(CallBehaviour);
std::optional<CallBehaviour> parse_call_behaviour(std::string_view);

enum class TextBehaviour { deliver, fail };
std::string_view to_string(TextBehaviour);
std::optional<TextBehaviour> parse_text_behaviour(std::string_view);

struct PhoneBehaviour {
  CallBehaviour call = CallBehaviour::answer;
  TextBehaviour text = TextBehaviour::deliver;
  std::optional<int> error_code = {};  // of a text that fails; nothing: 30003
};

/// One call or text that came to the phone.
struct PhoneItem {
  enum class Kind { text, call } kind;
  std::string from;
  std::string text = {};                // of a text
  std::vector<std::string> heard = {};  // of a call: what it said, or whom it connected to
  Instant at;
};

struct SimulatedPhone {
  E164 number;
  PhoneBehaviour behaviour = {};
  std::vector<PhoneItem> inbox = {};  // newest first, at most max_inbox
};

inline constexpr std::size_t max_inbox = 100;

class SimulatedPhones {
 public:
  virtual ~SimulatedPhones() = default;

  /// As the account sees it: what came from its own lines.
  virtual SimulatedPhone look_at(AccountId, E164 const& number) const = 0;
  /// Those that anything came to or that were told how to behave, the latest first, at most `limit`.
  virtual std::vector<SimulatedPhone> all(AccountId, std::size_t limit) const = 0;
  virtual void behave(AccountId, E164 const& number, PhoneBehaviour const&) = 0;
  /// The phone texts or calls one of the account's lines. Whoever calls has seen that it is one.
  virtual void text(AccountId, E164 const& from, std::string_view line_number, std::string_view text) = 0;
  virtual void call(AccountId, E164 const& from, std::string_view line_number) = 0;
};

}  // namespace linebook
