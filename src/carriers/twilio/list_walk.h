// A list that Twilio answers page by page, walked from its first page on.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "carriers/twilio/http_client.h"
#include "carriers/twilio/twilio_json.h"

namespace linebook::twilio {

inline constexpr int max_pages = 20;  // of a list that was asked for one number, or for two

CarrierError unreadable_answer();
/// The body of a success.
CarrierResult<std::string> body_of(CarrierResult<HttpAnswer>);

enum class AfterPage { next, enough };

template <class T>
class ListWalk : public std::enable_shared_from_this<ListWalk<T>> {
 public:
  using ReadPage = std::optional<Page<T>> (*)(std::string_view json);
  /// Gets each page's items; says whether the next page is wanted.
  using TakePage = std::move_only_function<AfterPage(std::vector<T>)>;
  using Reply = std::move_only_function<void(CarrierResult<void>)>;

  /// `path` as Twilio tells it: from "/2010-04-01" on, with its query. The client stays until the reply.
  static void start(HttpClient& client, std::string api_url, HeldCredentials credentials,
                    std::string const& path, ReadPage read, TakePage take, Reply reply) {
    auto walk = std::shared_ptr<ListWalk>(new ListWalk(client, std::move(api_url), std::move(credentials),
                                                       read, std::move(take), std::move(reply)));
    walk->ask(path);
  }

 private:
  ListWalk(HttpClient& client, std::string api_url, HeldCredentials credentials, ReadPage read, TakePage take,
           Reply reply)
      : client_(client),
        api_url_(std::move(api_url)),
        credentials_(std::move(credentials)),
        read_(read),
        take_(std::move(take)),
        reply_(std::move(reply)) {}

  void ask(std::string const& path) {
    client_.send(HttpRequest{HttpMethod::get, api_url_ + path, credentials_},
                 [self = this->shared_from_this()](CarrierResult<HttpAnswer> answer) {
                   self->take_answer(std::move(answer));
                 });
  }
  void take_answer(CarrierResult<HttpAnswer> answer) {
    auto const body = body_of(std::move(answer));
    if (!body) return reply_(std::unexpected(body.error()));
    auto page = read_(*body);
    if (!page) return reply_(std::unexpected(unreadable_answer()));
    if (take_(std::move(page->items)) == AfterPage::enough) return reply_({});
    if (!page->next_page.starts_with('/')) return reply_({});
    if (++pages_ == max_pages)
      return reply_(std::unexpected(CarrierError{CarrierFault::broken, 0, "Twilio's list does not end"}));
    ask(page->next_page);
  }

  HttpClient& client_;
  std::string const api_url_;
  HeldCredentials const credentials_;
  ReadPage const read_;
  TakePage take_;
  Reply reply_;
  int pages_ = 0;
};

}  // namespace linebook::twilio
