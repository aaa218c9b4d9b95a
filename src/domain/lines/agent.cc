#include "domain/lines/agent.h"

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<AnswerType> answer_types[] = {
    {AnswerType::stream, "stream"}, {AnswerType::sip, "sip"}, {AnswerType::webhook, "webhook"}};

}  // namespace

std::string_view to_string(AnswerType t) { return spell(answer_types, t); }
std::optional<AnswerType> parse_answer_type(std::string_view text) { return unspell(answer_types, text); }

}  // namespace linebook
