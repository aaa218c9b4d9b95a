#include "carriers/simulator/simulated_texts.h"

#include <algorithm>

namespace linebook::simulator {
namespace {

std::unexpected<CarrierError> no_such_text() {
  return std::unexpected(CarrierError{CarrierFault::not_found, 20404, "The requested text was not found"});
}

/// As carriers cut texts: 160 characters of GSM 03.38, or 70 of UCS-2, and a little less of each of several.
std::int64_t segments_of(std::string_view text) {
  bool const plain = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  std::int64_t units = 0;
  for (char c : text) {
    auto const byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) == 0x80) continue;  // goes on with a character
    units += byte >= 0xF0 ? 2 : 1;        // two halves of UTF-16
  }
  auto const one = plain ? 160 : 70;
  auto const of_several = plain ? 153 : 67;
  return units <= one ? 1 : (units + of_several - 1) / of_several;
}

}  // namespace

CarrierResult<CarrierText> SimulatedTexts::send(std::string const& account_sid, TextToSend const& asked) {
  auto const phone = E164::parse(asked.to);
  if (!phone)
    return std::unexpected(
        CarrierError{CarrierFault::refused, 21211, "the number texted is no phone number"});
  auto const sid = world_.next_sid("SM");
  std::lock_guard lock(mutex_);
  make_room();
  if (texts_.size() >= max_remembered)
    return std::unexpected(CarrierError{CarrierFault::busy, 20429, "too many texts at once", telling_pause});
  Text text{account_sid, asked, *phone, {.sid = sid}};
  text.is.from = asked.from;
  text.is.to = asked.to;
  text.is.text = asked.text;
  text.is.segments = segments_of(asked.text);
  text.is.created_at = world_.agenda.now();
  world_.agenda.in(until_it_is_sent, [this, sid] {
    become(sid, MessageStatus::sent);
    world_.agenda.in(until_it_is_delivered, [this, sid] { arrive(sid); });
  });
  return texts_.emplace(sid, std::move(text)).first->second.is;
}

CarrierResult<CarrierText> SimulatedTexts::get(std::string const& account_sid, std::string const& sid) const {
  auto const text = copy(sid);
  if (!text || text->account_sid != account_sid) return no_such_text();
  return text->is;
}

CarrierResult<std::vector<CarrierText>> SimulatedTexts::find(std::string const& account_sid,
                                                             CarrierSearch const& search) const {
  std::lock_guard lock(mutex_);
  std::vector<CarrierText> found;
  for (auto const& [sid, text] : texts_)
    if (text.account_sid == account_sid && text.is.from == search.from && text.is.to == search.to &&
        text.is.created_at >= search.since)
      found.push_back(text.is);
  return found;
}

std::vector<CarrierText> SimulatedTexts::all() const {
  std::lock_guard lock(mutex_);
  std::vector<CarrierText> sent;
  for (auto const& [sid, text] : texts_) sent.push_back(text.is);
  return sent;
}

void SimulatedTexts::text_in(AccountId account, E164 const& phone, std::string_view line_number,
                             std::string_view text) {
  InboundText const inbound{world_.next_sid("SM"), phone.str(), std::string(line_number), std::string(text)};
  world_.tell(
      [this, account, phone, inbound](CarrierListener& listener, std::move_only_function<void(bool)> taken) {
        listener.text_came_in(inbound, [this, account, phone, line = inbound.to, taken = std::move(taken)](
                                           bool is_taken, std::optional<std::string> reply) mutable {
          if (reply)
            world_.phones.add(account, phone,
                              {.kind = PhoneItem::Kind::text,
                               .from = line,
                               .text = std::move(*reply),
                               .at = world_.agenda.now()});
          taken(is_taken);
        });
      });
}

std::optional<SimulatedTexts::Text> SimulatedTexts::copy(std::string const& sid) const {
  std::lock_guard lock(mutex_);
  auto const at = texts_.find(sid);
  return at == texts_.end() ? std::nullopt : std::optional(at->second);
}

void SimulatedTexts::arrive(std::string const& sid) {
  auto const text = copy(sid);
  if (!text) return;
  auto const behaviour = world_.phones.behaviour(text->asked.account, text->phone);
  if (behaviour.text == TextBehaviour::fail)
    return become(sid, MessageStatus::undelivered, behaviour.error_code.value_or(undelivered_error_code));
  world_.phones.add(text->asked.account, text->phone,
                    {.kind = PhoneItem::Kind::text,
                     .from = text->is.from,
                     .text = text->is.text,
                     .at = world_.agenda.now()});
  become(sid, MessageStatus::delivered);
}

void SimulatedTexts::become(std::string const& sid, MessageStatus status, std::optional<int> error_code) {
  std::lock_guard lock(mutex_);
  auto const at = texts_.find(sid);
  if (at == texts_.end() || !moves_on(at->second.is.status, status)) return;
  auto& is = at->second.is;
  is.status = status;
  is.error_code = error_code;
  TextNews const news{at->second.asked.id, sid, is.from, is.to, status, error_code};
  world_.tell([news](CarrierListener& listener, std::move_only_function<void(bool)> taken) {
    listener.text_changed(news, std::move(taken));
  });
}

void SimulatedTexts::make_room() {
  for (auto at = texts_.begin(); at != texts_.end() && texts_.size() >= max_remembered;)
    at = is_over(at->second.is.status) ? texts_.erase(at) : std::next(at);
}

}  // namespace linebook::simulator
