// /carriers/twilio: what Twilio tells about texts. No bearer token: its signature says who it is.
#include "app/messages/messages.h"
#include "domain/calls/twiml.h"
#include "domain/messages/twilio_message_words.h"
#include "http/calls/carrier_notice.h"
#include "http/messages/routes.h"

namespace linebook::http {
namespace {

constexpr std::size_t max_carrier_words = 6400;  // bytes: 1,600 characters

std::string texting_back(std::optional<std::string> const& reply) {
  constexpr std::string_view head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>";
  return std::string(head) + (reply ? "<Message>" + xml_escaped(*reply) + "</Message>" : "") + "</Response>";
}

Result<Plan> post_text(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto notice = read_notice(call);
  if (!notice) return fail(std::move(notice.error()));
  InboundText text{.sid = notice->text("MessageSid"),
                   .from = notice->text("From"),
                   .to = notice->text("To"),
                   .text = std::string(notice->fields["Body"].substr(0, max_carrier_words))};
  return taking_in(call, std::move(*notice), "To",
                   [text = std::move(text)](Transaction& tx, Context const& ctx,
                                            KnownLine const& known) -> Result<Answer> {
                     if (text.sid.empty()) return fail(ErrorCode::invalid_request, "MessageSid is required");
                     return xml(texting_back(take_in_received(tx, ctx, known.line.id, text)));
                   });
}

Result<Plan> post_text_status(Call& call) {
  auto const id = call.query.text("message");
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto notice = read_notice(call);
  if (!notice) return fail(std::move(notice.error()));
  auto const status = twilio_message_status(notice->fields["MessageStatus"]);
  auto const code = notice->number("ErrorCode");
  TextNews news{.id = {},
                .sid = notice->text("MessageSid"),
                .from = notice->text("From"),
                .to = notice->text("To"),
                .status = status.value_or(MessageStatus::queued),
                .error_code = code ? std::optional(static_cast<int>(*code)) : std::nullopt};
  if (id) news.id = MessageId{*id};
  bool const is_known = !news.sid.empty() && !notice->fields["MessageStatus"].empty();
  return taking_in(call, std::move(*notice), "From",
                   [is_known, status, news = std::move(news)](Transaction& tx, Context const& ctx,
                                                              KnownLine const&) -> Result<Answer> {
                     if (!is_known)
                       return fail(ErrorCode::invalid_request, "MessageSid and MessageStatus are required");
                     // A word that we do not know tells nothing.
                     if (status) take_in_text(tx, ctx, news);
                     return Answer{.status = 204, .body = {}, .content_type = {}};
                   });
}

}  // namespace

std::vector<Route> carrier_text_routes() {
  return {{Method::post, "/carriers/twilio/message", std::nullopt, post_text, RateLimit::exempt,
           BodyKind::signed_notice},
          {Method::post, "/carriers/twilio/message-status", std::nullopt, post_text_status, RateLimit::exempt,
           BodyKind::signed_notice}};
}

}  // namespace linebook::http
