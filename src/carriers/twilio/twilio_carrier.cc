#include "carriers/twilio/twilio_carrier.h"

#include <algorithm>

#include "carriers/twilio/form.h"
#include "carriers/twilio/list_walk.h"
#include "carriers/twilio/twilio_dates.h"
#include "carriers/twilio/twilio_forms.h"
#include "carriers/twilio/twilio_json.h"

namespace linebook {
namespace {

using twilio::AfterPage;
using twilio::Form;
using twilio::HeldCredentials;
using twilio::HttpAnswer;
using twilio::HttpMethod;
using twilio::HttpReply;
using twilio::ListWalk;

std::string path_of(CarrierCredentials const& credentials, std::string_view resource) {
  return "/2010-04-01/Accounts/" + credentials.account_sid + "/" + std::string(resource);
}

std::string one(std::string_view list, std::string_view sid) {
  return std::string(list) + "/" + std::string(sid) + ".json";
}

/// Answers with what is read of a success.
template <class T>
HttpReply read_with(std::optional<T> (*read)(std::string_view), CarrierReply<T> reply) {
  return [read, reply = std::move(reply)](CarrierResult<HttpAnswer> answer) mutable {
    auto const body = twilio::body_of(std::move(answer));
    if (!body) return reply(std::unexpected(body.error()));
    auto value = read(*body);
    if (!value) return reply(std::unexpected(twilio::unreadable_answer()));
    reply(std::move(*value));
  };
}

/// Twilio's dates have whole seconds.
bool is_since(std::optional<Instant> const& created_at, Instant since) {
  return !created_at || created_at->seconds() >= since.seconds();
}

/// What two lists have together: what changed from one to the other between the two is in both.
template <class T>
class Found {
 public:
  Found(CarrierSearch search, CarrierReply<std::vector<T>> reply)
      : search_(std::move(search)), reply_(std::move(reply)) {}

  CarrierSearch const& search() const { return search_; }
  /// Takes what fits; is there anything as new as was asked for?
  bool take(std::vector<T> items) {
    bool any = false;
    for (auto& item : items) {
      if (!is_since(item.created_at, search_.since)) continue;
      any = true;
      if (item.from != search_.from || item.to != search_.to) continue;
      if (std::ranges::find(found_, item.sid, &T::sid) == found_.end()) found_.push_back(std::move(item));
    }
    return any;
  }
  void end(CarrierResult<void> outcome) {
    if (!outcome) return reply_(std::unexpected(std::move(outcome.error())));
    reply_(std::move(found_));
  }

 private:
  CarrierSearch const search_;
  CarrierReply<std::vector<T>> reply_;
  std::vector<T> found_;
};

std::string list_path(CarrierCredentials const& credentials, std::string_view list,
                      CarrierSearch const& search,
                      std::optional<std::pair<std::string_view, std::string>> filter) {
  Form query{{"To", search.to}, {"From", search.from}, {"PageSize", "100"}};
  if (filter) query.push_back(std::move(*filter));
  return path_of(credentials, list) + ".json?" + twilio::encode_form(query);
}

}  // namespace

void TwilioCarrier::request(HttpMethod method, CarrierCredentials const& credentials,
                            std::string const& resource, std::string form_body, HttpReply reply) {
  client_.send(
      {method, api_url_ + path_of(credentials, resource), HeldCredentials(credentials), std::move(form_body)},
      std::move(reply));
}

void TwilioCarrier::find_owned(CarrierCredentials const& credentials, E164 const& number,
                               CarrierReply<std::optional<CarrierNumber>> reply) {
  auto path = path_of(credentials, "IncomingPhoneNumbers.json?") +
              twilio::encode_form({{"PhoneNumber", number.str()}, {"PageSize", "50"}});
  auto found = std::make_shared<std::optional<CarrierNumber>>();
  ListWalk<CarrierNumber>::start(
      client_, api_url_, HeldCredentials(credentials), path, twilio::read_number_page,
      [number, found](std::vector<CarrierNumber> numbers) {
        // The filter takes parts of numbers too: +1212555010 also finds +12125550100.
        auto const at = std::ranges::find(numbers, number, &CarrierNumber::number);
        if (at == numbers.end()) return AfterPage::next;
        *found = std::move(*at);
        return AfterPage::enough;
      },
      [found, reply = std::move(reply)](CarrierResult<void> outcome) mutable {
        if (!outcome) return reply(std::unexpected(std::move(outcome.error())));
        reply(std::move(*found));
      });
}

void TwilioCarrier::get(CarrierCredentials const& credentials, std::string_view sid,
                        CarrierReply<CarrierNumber> reply) {
  request(HttpMethod::get, credentials, one("IncomingPhoneNumbers", sid), {},
          read_with(twilio::read_number, std::move(reply)));
}

void TwilioCarrier::search(CarrierCredentials const& credentials, NumberSearch const& wish,
                           CarrierReply<std::vector<E164>> reply) {
  Form form{{"VoiceEnabled", "true"}, {"PageSize", "20"}};
  if (wish.area_code) form.emplace_back("AreaCode", *wish.area_code);
  request(HttpMethod::get, credentials,
          "AvailablePhoneNumbers/" + wish.country_code + "/Local.json?" + twilio::encode_form(form), {},
          read_with(twilio::read_available, std::move(reply)));
}

void TwilioCarrier::buy(CarrierCredentials const& credentials, E164 const& number, std::string_view name,
                        CarrierReply<CarrierNumber> reply) {
  request(HttpMethod::post, credentials, "IncomingPhoneNumbers.json",
          twilio::encode_form({{"PhoneNumber", number.str()}, {"FriendlyName", std::string(name)}}),
          read_with(twilio::read_number, std::move(reply)));
}

void TwilioCarrier::set_voice(CarrierCredentials const& credentials, std::string_view sid,
                              VoiceSettings const& now, VoiceSettings const& wanted,
                              CarrierReply<CarrierNumber> reply) {
  auto const form = twilio::form_of(now, wanted);
  if (form.empty()) return get(credentials, sid, std::move(reply));  // nothing is set, and nothing is to be
  request(HttpMethod::post, credentials, one("IncomingPhoneNumbers", sid), twilio::encode_form(form),
          read_with(twilio::read_number, std::move(reply)));
}

void TwilioCarrier::release(CarrierCredentials const& credentials, std::string_view sid,
                            CarrierReply<void> reply) {
  request(HttpMethod::del, credentials, one("IncomingPhoneNumbers", sid), {},
          [reply = std::move(reply)](CarrierResult<HttpAnswer> answer) mutable {
            auto const body = twilio::body_of(std::move(answer));
            if (!body) return reply(std::unexpected(body.error()));
            reply({});
          });
}

void TwilioCarrier::place_call(CarrierCredentials const& credentials, CallToPlace const& call,
                               CarrierReply<CarrierCall> reply) {
  auto const form = twilio::form_of(call);
  if (!form) return reply(std::unexpected(form.error()));
  request(HttpMethod::post, credentials, "Calls.json", twilio::encode_form(*form),
          read_with(twilio::read_call, std::move(reply)));
}

void TwilioCarrier::get_call(CarrierCredentials const& credentials, std::string_view sid,
                             CarrierReply<CarrierCall> reply) {
  request(HttpMethod::get, credentials, one("Calls", sid), {},
          read_with(twilio::read_call, std::move(reply)));
}

void TwilioCarrier::end_call(CarrierCredentials const& credentials, std::string_view sid,
                             CarrierReply<CarrierCall> reply) {
  request(HttpMethod::post, credentials, one("Calls", sid), twilio::encode_form({{"Status", "completed"}}),
          read_with(twilio::read_call, std::move(reply)));
}

void TwilioCarrier::find_calls(CarrierCredentials const& credentials, CarrierSearch const& search,
                               CarrierReply<std::vector<CarrierCall>> reply) {
  auto found = std::make_shared<Found<CarrierCall>>(search, std::move(reply));
  auto const take = [found](std::vector<CarrierCall> calls) {
    found->take(std::move(calls));
    return AfterPage::next;
  };
  // In this order: a call that is dialled in between is in the second list.
  ListWalk<CarrierCall>::start(
      client_, api_url_, HeldCredentials(credentials),
      list_path(credentials, "Calls", search, std::pair{"Status", "queued"}), twilio::read_call_page, take,
      [this, found, take, held = HeldCredentials(credentials)](CarrierResult<void> outcome) mutable {
        if (!outcome) return found->end(std::move(outcome));
        auto path = list_path(*held, "Calls", found->search(),
                              std::pair{"StartTime>", twilio::begin_of_day(found->search().since)});
        ListWalk<CarrierCall>::start(client_, api_url_, std::move(held), path, twilio::read_call_page, take,
                                     [found](CarrierResult<void> last) { found->end(std::move(last)); });
      });
}

void TwilioCarrier::send_text(CarrierCredentials const& credentials, TextToSend const& text,
                              CarrierReply<CarrierText> reply) {
  request(HttpMethod::post, credentials, "Messages.json", twilio::encode_form(twilio::form_of(text)),
          read_with(twilio::read_text, std::move(reply)));
}

void TwilioCarrier::get_text(CarrierCredentials const& credentials, std::string_view sid,
                             CarrierReply<CarrierText> reply) {
  request(HttpMethod::get, credentials, one("Messages", sid), {},
          read_with(twilio::read_text, std::move(reply)));
}

void TwilioCarrier::find_texts(CarrierCredentials const& credentials, CarrierSearch const& search,
                               CarrierReply<std::vector<CarrierText>> reply) {
  auto found = std::make_shared<Found<CarrierText>>(search, std::move(reply));
  // The newest come first: a page with none that is new enough ends the walk.
  ListWalk<CarrierText>::start(
      client_, api_url_, HeldCredentials(credentials), list_path(credentials, "Messages", search, {}),
      twilio::read_text_page,
      [found](std::vector<CarrierText> texts) {
        return found->take(std::move(texts)) ? AfterPage::next : AfterPage::enough;
      },
      [this, found, held = HeldCredentials(credentials)](CarrierResult<void> outcome) mutable {
        if (!outcome) return found->end(std::move(outcome));
        auto path = list_path(*held, "Messages", found->search(),
                              std::pair{"DateSent>", twilio::begin_of_day(found->search().since)});
        ListWalk<CarrierText>::start(
            client_, api_url_, std::move(held), path, twilio::read_text_page,
            [found](std::vector<CarrierText> texts) {
              found->take(std::move(texts));
              return AfterPage::next;
            },
            [found](CarrierResult<void> last) { found->end(std::move(last)); });
      });
}

}  // namespace linebook
