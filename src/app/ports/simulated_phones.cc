#include "app/ports/simulated_phones.h"

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<CallBehaviour> call_behaviours[] = {{CallBehaviour::answer, "answer"},
                                                       {CallBehaviour::busy, "busy"},
                                                       {CallBehaviour::no_answer, "no_answer"},
                                                       {CallBehaviour::voicemail, "voicemail"},
                                                       {CallBehaviour::fail, "fail"}};
constexpr Spelling<TextBehaviour> text_behaviours[] = {{TextBehaviour::deliver, "deliver"},
                                                       {TextBehaviour::fail, "fail"}};

}  // namespace

std::string_view to_string(CallBehaviour b) { return spell(call_behaviours, b); }
std::optional<CallBehaviour> parse_call_behaviour(std::string_view text) {
  return unspell(call_behaviours, text);
}
std::string_view to_string(TextBehaviour b) { return spell(text_behaviours, b); }
std::optional<TextBehaviour> parse_text_behaviour(std::string_view text) {
  return unspell(text_behaviours, text);
}

}  // namespace linebook
