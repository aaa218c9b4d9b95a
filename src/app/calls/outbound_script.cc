#include "app/calls/outbound_script.h"

#include <algorithm>

#include "app/sealed_words.h"
#include "domain/numbers/written_number.h"

namespace linebook {
namespace {

CallScript speech_of(Transaction const& tx, Context const& ctx, CallRecord const& call) {
  auto const words = open_words(tx, ctx.account, ctx.secrets, call.id.value, *call.speech_sealed);
  if (!words) return EndCall{};
  Speak speak;
  for (std::size_t begin = 0; begin <= words->size();) {
    auto const end = std::min(words->find('\n', begin), words->size());
    speak.sentences.push_back(words->substr(begin, end - begin));
    begin = end + 1;
  }
  return speak;
}

CallScript stream_to(Transaction const& tx, AccountId account, CallRecord const& call, std::string url) {
  ConnectStream stream{std::move(url), {{"call_id", call.id.value}, {"line_id", call.line.value}}};
  auto const to = read_written_number(call.to);
  // Of several people who share a number nobody knows which of them answers.
  auto const people =
      to ? tx.contact_numbers().with_number(account, to->number, 2) : std::vector<LinkedContactNumber>();
  if (people.size() == 1) {
    auto const& callee = people.front();
    stream.parameters.emplace_back("callee_id", callee.number.person.id.value);
    stream.parameters.emplace_back("callee_type", to_string(callee.number.person.type));
    stream.parameters.emplace_back("callee_name", callee.person_name);
  }
  for (auto const& [name, value] : call.metadata) stream.parameters.emplace_back("metadata_" + name, value);
  return stream;
}

}  // namespace

CallScript outbound_script(Transaction const& tx, Context const& ctx, CallRecord const& call,
                           std::optional<AnsweredBy> const& answered_by) {
  if (answered_by == AnsweredBy::machine && call.voicemail == Voicemail::hang_up) return EndCall{};
  if (call.speech_sealed) return speech_of(tx, ctx, call);
  auto const agent = call.ai_agent ? tx.agents().find(ctx.account, *call.ai_agent) : std::nullopt;
  if (!agent || !agent->answer) return EndCall{};
  switch (agent->answer->type) {
    case AnswerType::stream:
      return stream_to(tx, ctx.account, call, agent->answer->address);
    case AnswerType::sip:
      return DialSip{agent->answer->address};
    case AnswerType::webhook:
      return AskWebhook{agent->answer->address};
  }
  return EndCall{};
}

}  // namespace linebook
