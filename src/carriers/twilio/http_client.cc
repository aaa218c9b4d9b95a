#include "carriers/twilio/http_client.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace linebook::twilio {
namespace {

constexpr std::chrono::seconds connect_timeout{5};
/// A connection that was idle for longer may have been closed at the other end, and what is sent on it lost.
constexpr std::chrono::seconds max_idle{10};
constexpr std::chrono::milliseconds look_interval{200};  // for those whose patience is over
constexpr long max_kept_connections = max_under_way;
constexpr std::chrono::hours max_retry_after{1};

std::unexpected<CarrierError> error(CarrierFault fault, std::string message) {
  return std::unexpected(CarrierError{fault, 0, std::move(message)});
}

/// curl_global_init before the first handle of any thread.
bool curl_is_ready() {
  static CURLcode const ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  return ready == CURLE_OK;
}

std::size_t append_answer_bytes(char* data, std::size_t, std::size_t size, void* into) {
  auto& body = *static_cast<std::string*>(into);
  if (body.size() + size > max_answer_bytes) return 0;  // ends the transfer with an error
  body.append(data, size);
  return size;
}

int refuse_to_send_again(void*, curl_off_t, int) { return CURL_SEEKFUNC_FAIL; }

long milliseconds(std::chrono::milliseconds duration) { return static_cast<long>(duration.count()); }

/// Did it fail before anything could have left?
bool never_left(CURLcode code) {
  return code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY ||
         code == CURLE_COULDNT_CONNECT || code == CURLE_SSL_CONNECT_ERROR ||
         code == CURLE_PEER_FAILED_VERIFICATION;
}

}  // namespace

/// A request under way, and its handle, which serves one request after the other.
struct HttpClient::Transfer {
  CURL* handle = curl_easy_init();
  curl_slist* headers = nullptr;
  std::optional<WaitingRequest> asked;
  std::size_t sent = 0;  // of the body: what libcurl has read of it
  HttpAnswer answer;
  std::list<std::unique_ptr<Transfer>>::iterator place;

  Transfer() = default;
  Transfer(Transfer const&) = delete;
  Transfer& operator=(Transfer const&) = delete;
  ~Transfer() {
    curl_easy_cleanup(handle);
    curl_slist_free_all(headers);
  }

  static std::size_t read_body(char* into, std::size_t, std::size_t room, void* of) {
    auto& transfer = *static_cast<Transfer*>(of);
    auto const& body = transfer.asked->request.form_body;
    auto const size = std::min(room, body.size() - transfer.sent);
    std::memcpy(into, body.data() + transfer.sent, size);
    transfer.sent += size;
    return size;
  }
  /// A POST is not a whole one before its body has left, at least in part.
  bool may_have_arrived(CURLcode code) const {
    return asked->request.method == HttpMethod::post ? sent > 0 : !never_left(code);
  }
  CarrierResult<HttpAnswer> outcome(CURLcode code) {
    if (code == CURLE_OK) {
      curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &answer.status);
      curl_off_t wait = 0;
      if (curl_easy_getinfo(handle, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0)
        answer.retry_after = std::min<std::chrono::seconds>(std::chrono::seconds(wait), max_retry_after);
      return std::move(answer);
    }
    std::string const why = curl_easy_strerror(code);  // of a fixed set: holds nothing of the request
    if (!may_have_arrived(code))
      return error(CarrierFault::unreachable, "Twilio could not be reached: " + why);
    return error(CarrierFault::timeout, "no whole answer from Twilio: " + why);
  }
};

HttpClient::HttpClient() {
  multi_ = curl_is_ready() ? curl_multi_init() : nullptr;
  if (multi_ == nullptr) {
    stopping_ = true;
    return;
  }
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, max_kept_connections);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
  thread_ = std::thread([this] { run(); });
}

HttpClient::~HttpClient() {
  stop();
  if (thread_.joinable()) thread_.join();
  idle_.clear();
  if (multi_ != nullptr) curl_multi_cleanup(multi_);
}

void HttpClient::send(HttpRequest request, HttpReply reply) {
  std::unique_lock lock(mutex_);
  if (stopping_) {
    lock.unlock();
    return reply(error(CarrierFault::unreachable, "the service stops"));
  }
  if (accepted_ >= max_waiting) {
    lock.unlock();
    return reply(error(CarrierFault::busy, "too many requests wait for Twilio"));
  }
  ++accepted_;
  came_in_.push_back(
      {std::move(request), std::move(reply), std::chrono::steady_clock::now() + carrier_turn_patience});
  bool const first = came_in_.size() == 1;
  lock.unlock();
  if (first) curl_multi_wakeup(multi_);
}

void HttpClient::stop() {
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
  }
  curl_multi_wakeup(multi_);
}

bool HttpClient::is_stopping() {
  std::lock_guard lock(mutex_);
  return stopping_;
}

void HttpClient::run() {
  auto next_look = std::chrono::steady_clock::now() + look_interval;
  while (!is_stopping()) {
    take_in();
    int running = 0;
    curl_multi_perform(multi_, &running);
    take_finished();
    if (auto const now = std::chrono::steady_clock::now(); now >= next_look) {
      next_look = now + look_interval;
      auto overdue = waiting_.take_overdue(now);
      {
        std::lock_guard lock(mutex_);
        accepted_ -= overdue.size();
      }
      for (auto& waiting : overdue)
        waiting.reply(error(CarrierFault::busy, "too many requests wait for Twilio"));
    }
    curl_multi_poll(multi_, nullptr, 0, static_cast<int>(look_interval.count()), nullptr);
  }
  end_everything();
}

void HttpClient::take_in() {
  std::vector<WaitingRequest> came_in;
  {
    std::lock_guard lock(mutex_);
    came_in.swap(came_in_);
  }
  for (auto& request : came_in) waiting_.push(std::move(request));
  std::size_t begun = 0;
  for (auto next = waiting_.pop(); next; next = waiting_.pop(), ++begun) begin(std::move(*next));
  std::lock_guard lock(mutex_);
  accepted_ -= begun;
}

std::unique_ptr<HttpClient::Transfer> HttpClient::idle_transfer() {
  if (idle_.empty()) return std::make_unique<Transfer>();
  auto transfer = std::move(idle_.back());
  idle_.pop_back();
  return transfer;
}

void HttpClient::begin(WaitingRequest waiting) {
  auto transfer = idle_transfer();
  transfer->asked.emplace(std::move(waiting));
  transfer->sent = 0;
  transfer->answer = {};
  auto& begun = *transfer;
  begun.place = under_way_.insert(under_way_.end(), std::move(transfer));
  if (begun.handle == nullptr) return finish(begun, CURLE_COULDNT_CONNECT);
  prepare(begun);
  if (curl_multi_add_handle(multi_, begun.handle) != CURLM_OK) finish(begun, CURLE_COULDNT_CONNECT);
}

void HttpClient::prepare(Transfer& transfer) {
  auto* const curl = transfer.handle;
  auto const& request = transfer.asked->request;
  bool const plain = request.url.starts_with("http:");  // settings see to it that this is loopback
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_PRIVATE, &transfer);
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, plain ? "http" : "https");
  if (plain) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);  // a name server's silence holds up no other request
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(connect_timeout));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, milliseconds(carrier_timeout));
  curl_easy_setopt(curl, CURLOPT_MAXAGE_CONN, static_cast<long>(max_idle.count()));
  curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
  curl_easy_setopt(curl, CURLOPT_USERNAME, request.credentials->account_sid.c_str());
  curl_easy_setopt(curl, CURLOPT_PASSWORD, request.credentials->auth_token.c_str());
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "Linebook");
  curl_slist_free_all(std::exchange(transfer.headers, nullptr));
  if (auto const& traceparent = request.credentials->traceparent; !traceparent.empty())
    transfer.headers = curl_slist_append(nullptr, ("traceparent: " + traceparent).c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer.headers);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append_answer_bytes);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer.answer.body);
  if (request.method == HttpMethod::del) {
    // Without a body there is nothing to refuse, and they are few.
    curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "DELETE");
  }
  if (request.method == HttpMethod::post) {
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.form_body.size()));
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, Transfer::read_body);
    curl_easy_setopt(curl, CURLOPT_READDATA, &transfer);
    curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, refuse_to_send_again);
  }
}

void HttpClient::take_finished() {
  int left = 0;
  while (auto const* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    auto* const handle = message->easy_handle;
    auto const code = message->data.result;  // gone once the handle is
    Transfer* transfer = nullptr;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &transfer);
    curl_multi_remove_handle(multi_, handle);
    finish(*transfer, code);
  }
  // Who had to wait for one of these begins.
  take_in();
}

/// The transfer is not among libcurl's any more.
void HttpClient::finish(Transfer& transfer, CURLcode code) {
  auto outcome = transfer.outcome(code);
  auto reply = std::move(transfer.asked->reply);
  waiting_.ended(transfer.asked->request.credentials->account_sid);
  transfer.asked.reset();
  if (transfer.handle != nullptr) curl_easy_setopt(transfer.handle, CURLOPT_PASSWORD, nullptr);
  auto const place = transfer.place;
  if (transfer.handle != nullptr) idle_.push_back(std::move(*place));
  under_way_.erase(place);
  reply(std::move(outcome));
}

void HttpClient::end_everything() {
  while (!under_way_.empty()) {
    auto& transfer = *under_way_.front();
    curl_multi_remove_handle(multi_, transfer.handle);
    finish(transfer, CURLE_ABORTED_BY_CALLBACK);
  }
  std::vector<WaitingRequest> came_in;
  {
    std::lock_guard lock(mutex_);
    came_in.swap(came_in_);
    accepted_ = 0;
  }
  for (auto& waiting : waiting_.take_all())
    waiting.reply(error(CarrierFault::unreachable, "the service stops"));
  for (auto& waiting : came_in) waiting.reply(error(CarrierFault::unreachable, "the service stops"));
}

}  // namespace linebook::twilio
