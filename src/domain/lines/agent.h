// An AI agent that answers lines, and how a call reaches it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/instant.h"

namespace linebook {

enum class AnswerType { stream, sip, webhook };

std::string_view to_string(AnswerType);
std::optional<AnswerType> parse_answer_type(std::string_view);

/// stream: a wss:// URL; sip: a sip: or sips: URI; webhook: an https:// URL. Validated where it was parsed.
struct AgentAnswer {
  AnswerType type;
  std::string address;

  bool operator==(AgentAnswer const&) const = default;
};

struct Agent {
  AgentId id;
  std::string name;
  std::optional<AgentAnswer> answer;  // nothing: calls go to the line's fallback
  Instant created_at;
  Instant updated_at;
};

}  // namespace linebook
