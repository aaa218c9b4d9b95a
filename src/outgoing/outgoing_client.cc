#include "outgoing/outgoing_client.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <cstring>

#include "domain/text/ascii.h"

namespace linebook {
namespace {

namespace ip = boost::asio::ip;

constexpr std::chrono::seconds outgoing_connect_timeout{5};
constexpr std::chrono::seconds max_idle_connection{30};
constexpr std::chrono::milliseconds poll_interval{200};
/// Fewer than there are requests would have connections closed and opened amid the rush: TLS is dear.
constexpr long kept_connections = OutgoingClient::max_under_way;
/// How long a look-up that was given up may go on by itself: its name is not looked up again meanwhile.
constexpr std::chrono::seconds silence_remembered{30};
/// Of a longer answer that much more is read and dropped, so that the connection can be used again.
constexpr std::size_t dropped_bytes = 16 * 1024;

/// curl_global_init before the first handle of any thread.
bool libcurl_is_ready() {
  static CURLcode const ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  return ready == CURLE_OK;
}

std::unexpected<OutgoingError> outgoing_error(OutgoingFault fault, std::string message) {
  return std::unexpected(OutgoingError{fault, std::move(message)});
}

std::unexpected<OutgoingError> no_look_up() {
  return outgoing_error(OutgoingFault::timeout, "the name could not be looked up: its name server is silent");
}

OutgoingFault fault_of(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return OutgoingFault::timeout;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return OutgoingFault::untrusted;
    case CURLE_ABORTED_BY_CALLBACK:
      return OutgoingFault::stopped;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return OutgoingFault::forbidden_address;
    default:
      return OutgoingFault::unreachable;
  }
}

std::optional<ip::address> address_of(curl_sockaddr const& said) {
  if (said.family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &said.addr, sizeof v4);
    return ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (said.family == AF_INET6 && said.addrlen >= sizeof(sockaddr_in6)) {
    sockaddr_in6 v6;
    std::memcpy(&v6, reinterpret_cast<char const*>(&said) + offsetof(curl_sockaddr, addr), sizeof v6);
    ip::address_v6::bytes_type bytes;
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return ip::address_v6(bytes);
  }
  return std::nullopt;
}

/// The value where `line` is that header.
std::optional<std::string_view> header_value(std::string_view line, std::string_view name) {
  auto const colon = line.find(':');
  if (colon != name.size() || !std::ranges::equal(line.substr(0, colon), name, {}, ascii_lower, ascii_lower))
    return std::nullopt;
  auto value = line.substr(colon + 1);
  auto const begin = value.find_first_not_of(" \t");
  if (begin == value.npos) return std::string_view();
  return value.substr(begin, value.find_last_not_of(" \t\r\n") - begin + 1);
}

/// Empty where there is none.
std::string host_of(std::string const& url) {
  auto const parsed = boost::urls::parse_uri(url);
  return parsed ? parsed->host() : std::string();
}

constexpr char const* method_name(OutgoingRequest::Method method) {
  switch (method) {
    case OutgoingRequest::Method::get:
      return "GET";
    case OutgoingRequest::Method::post:
      return "POST";
    case OutgoingRequest::Method::put:
      return "PUT";
  }
  return "GET";
}

}  // namespace

/// A request under way, and its handle, which serves one request after the other.
struct OutgoingClient::Transfer {
  AddressPolicy const& policy;
  CURL* handle = curl_easy_init();
  curl_slist* headers = nullptr;
  std::optional<Asked> asked = {};
  OutgoingAnswer answer = {};
  std::string content_location = {};
  std::size_t received = 0;
  bool met_forbidden_address = false;
  bool was_too_long = false;
  std::list<std::unique_ptr<Transfer>>::iterator place = {};

  explicit Transfer(AddressPolicy const& allowed) : policy(allowed) {}
  Transfer(Transfer const&) = delete;
  Transfer& operator=(Transfer const&) = delete;
  ~Transfer() {
    curl_easy_cleanup(handle);
    curl_slist_free_all(headers);
  }

  void renew(Asked next) {
    curl_slist_free_all(std::exchange(headers, nullptr));
    asked.emplace(std::move(next));
    answer = {};
    content_location.clear();
    received = 0;
    met_forbidden_address = was_too_long = false;
  }

  /// Was its time over before its name was found?
  bool ended_in_look_up(CURLcode code) const {
    if (code != CURLE_OPERATION_TIMEDOUT) return false;
    curl_off_t found = 0;
    curl_off_t sent = 0;
    curl_easy_getinfo(handle, CURLINFO_NAMELOOKUP_TIME_T, &found);
    curl_easy_getinfo(handle, CURLINFO_PRETRANSFER_TIME_T, &sent);  // also over a connection that was open
    return found == 0 && sent == 0;
  }

  /// Is it http://, and may it be?
  bool is_plain() const {
    return policy.plain_http() == PlainHttp::to_loopback && asked->request.url.starts_with("http:");
  }

  static curl_socket_t open_socket(void* of, curlsocktype purpose, curl_sockaddr* to) {
    auto& transfer = *static_cast<Transfer*>(of);
    auto const address = purpose == CURLSOCKTYPE_IPCXN ? address_of(*to) : std::nullopt;
    if (!address || !transfer.policy.allows(*address)) {
      transfer.met_forbidden_address = true;
      return CURL_SOCKET_BAD;
    }
    return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
  }

  static std::size_t take_body(char* data, std::size_t, std::size_t size, void* of) {
    auto& transfer = *static_cast<Transfer*>(of);
    auto const most = transfer.asked->request.max_answer_bytes;
    auto const room = most - std::min(most, transfer.answer.body.size());
    transfer.answer.body.append(data, std::min(size, room));
    transfer.received += size;
    if (size <= room) return size;
    transfer.was_too_long = true;
    bool const goes_on = transfer.asked->request.long_answer == OutgoingRequest::LongAnswer::cut &&
                         transfer.received <= most + dropped_bytes;
    return goes_on ? size : 0;  // 0 ends the transfer with an error
  }

  static std::size_t take_header(char* data, std::size_t, std::size_t size, void* of) {
    auto& transfer = *static_cast<Transfer*>(of);
    std::string_view const line(data, size);
    if (auto const etag = header_value(line, "ETag")) transfer.answer.etag = *etag;
    if (auto const location = header_value(line, "Location")) transfer.answer.location = *location;
    if (auto const location = header_value(line, "Content-Location")) transfer.content_location = *location;
    return size;
  }

  OutgoingOutcome outcome(CURLcode code) {
    bool const cut = was_too_long && asked->request.long_answer == OutgoingRequest::LongAnswer::cut &&
                     code == CURLE_WRITE_ERROR;
    if (code == CURLE_OK || cut) return whole_answer();
    if (met_forbidden_address)
      return outgoing_error(
          OutgoingFault::forbidden_address,
          "the name stands for an address where nothing may go: private, loopback or another "
          "special one");
    if (was_too_long) return outgoing_error(OutgoingFault::too_long, "the answer is too long");
    if (ended_in_look_up(code)) return no_look_up();
    return outgoing_error(fault_of(code), words_for(code));
  }

 private:
  /// Of a fixed set. libcurl's own, but for those that would have their reader look in the wrong place.
  std::string words_for(CURLcode code) const {
    if (code == CURLE_UNSUPPORTED_PROTOCOL && asked->request.url.starts_with("http:") && !is_plain())
      return "nothing is sent over plain http: the URL must be https://";
    if (code == CURLE_UNSUPPORTED_PROTOCOL) return "the answer is not HTTP/1.1";
    if (code == CURLE_OUT_OF_MEMORY) return "the head of the answer is too long";
    return curl_easy_strerror(code);
  }

  OutgoingOutcome whole_answer() {
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    curl_off_t wait = 0;
    if (curl_easy_getinfo(handle, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0)
      answer.retry_after = std::chrono::seconds(wait);
    curl_off_t took = 0;
    if (curl_easy_getinfo(handle, CURLINFO_TOTAL_TIME_T, &took) == CURLE_OK)
      answer.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::microseconds(took));
    if (answer.location.empty()) answer.location = content_location;
    return std::move(answer);
  }
};

OutgoingClient::OutgoingClient(Options options) : options_(std::move(options)) {
  multi_ = libcurl_is_ready() ? curl_multi_init() : nullptr;
  if (multi_ == nullptr) {
    stopping_ = true;
    return;
  }
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kept_connections);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
  thread_ = std::thread([this] { run(); });
}

OutgoingClient::~OutgoingClient() {
  stop();
  if (thread_.joinable()) thread_.join();
  idle_.clear();
  if (multi_ != nullptr) curl_multi_cleanup(multi_);
}

std::optional<std::string> OutgoingClient::refusal(std::string const& url) const {
  auto const parsed = boost::urls::parse_uri(url);
  if (!parsed) return "must be a URL";
  auto const host = parsed->host_address();
  boost::system::error_code is_name;
  auto const address = ip::make_address(host, is_name);
  if (parsed->scheme() == "http") {
    bool const is_loopback = host == "localhost" || (!is_name && address.is_loopback());
    if (options_.policy.plain_http() != PlainHttp::to_loopback || !is_loopback)
      return "must be an https:// URL";
  }
  if (!is_name && !options_.policy.allows(address))
    return "must not lead to a private, loopback or other special address; the operator allows networks with "
           "--webhook-allow";
  return std::nullopt;
}

void OutgoingClient::send(OutgoingRequest request, OutgoingReply reply) {
  std::unique_lock lock(mutex_);
  if (stopping_) {
    lock.unlock();
    return reply(outgoing_error(OutgoingFault::stopped, "the service stops"));
  }
  if (accepted_ >= max_waiting) {
    lock.unlock();
    return reply(outgoing_error(OutgoingFault::busy, "too many requests wait already"));
  }
  ++accepted_;
  came_in_.push_back({std::move(request), std::move(reply)});
  bool const first = came_in_.size() == 1;
  lock.unlock();
  if (first) curl_multi_wakeup(multi_);
}

void OutgoingClient::stop() {
  {
    std::lock_guard const lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
  }
  curl_multi_wakeup(multi_);
}

bool OutgoingClient::is_stopping() {
  std::lock_guard const lock(mutex_);
  return stopping_;
}

void OutgoingClient::run() {
  while (!is_stopping()) {
    take_in();
    int running = 0;
    curl_multi_perform(multi_, &running);
    take_finished();
    curl_multi_poll(multi_, nullptr, 0, static_cast<int>(poll_interval.count()), nullptr);
  }
  end_everything();
}

void OutgoingClient::take_in() {
  std::vector<Asked> came_in;
  {
    std::lock_guard const lock(mutex_);
    came_in.swap(came_in_);
  }
  std::ranges::move(came_in, std::back_inserter(waiting_));
  std::size_t begun = 0;
  for (; !waiting_.empty() && under_way_.size() < max_under_way; ++begun) {
    begin(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  std::lock_guard const lock(mutex_);
  accepted_ -= begun;
}

void OutgoingClient::begin(Asked asked) {
  if (is_silent(asked.request.url)) return asked.reply(no_look_up());
  std::unique_ptr<Transfer> transfer;
  if (idle_.empty()) {
    transfer = std::make_unique<Transfer>(options_.policy);
  } else {
    transfer = std::move(idle_.back());
    idle_.pop_back();
  }
  transfer->renew(std::move(asked));
  auto& begun = *transfer;
  begun.place = under_way_.insert(under_way_.end(), std::move(transfer));
  if (begun.handle == nullptr) return finish(begun, CURLE_FAILED_INIT);
  prepare(begun);
  if (curl_multi_add_handle(multi_, begun.handle) != CURLM_OK) finish(begun, CURLE_FAILED_INIT);
}

/// libcurl looks up each request's name on a thread of its own, which goes on where the request is given up:
/// an endpoint whose name server is silent would gather them.
bool OutgoingClient::is_silent(std::string const& url) {
  if (silent_until_.empty()) return false;
  std::erase_if(silent_until_,
                [now = std::chrono::steady_clock::now()](auto const& name) { return name.second <= now; });
  return silent_until_.contains(host_of(url));
}

void OutgoingClient::prepare(Transfer& transfer) const {
  auto* const curl = transfer.handle;
  auto const& request = transfer.asked->request;
  for (auto const& [name, value] : request.headers)
    transfer.headers = curl_slist_append(transfer.headers, (name + ": " + value).c_str());
  transfer.headers = curl_slist_append(transfer.headers, "Expect:");
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_PRIVATE, &transfer);
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, transfer.is_plain() ? "http" : "https");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // one of the environment's would look names up for us
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  // Else a request whose time is over while its name is looked up has the thread, and so every other
  // request, wait until the name server has given up. Forgotten, the look-up ends by itself.
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::chrono::milliseconds(outgoing_connect_timeout).count()));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_MAXAGE_CONN, static_cast<long>(max_idle_connection.count()));
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options_.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options_.ca_file.c_str());
  // Debian's libcurl would trust the system's directory beside that file, and read both anew for each
  // connection: it keeps what came from a file alone.
  curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, Transfer::open_socket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, Transfer::take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, Transfer::take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "Linebook");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer.headers);
  if (request.method == OutgoingRequest::Method::get) return;
  curl_easy_setopt(curl, CURLOPT_POST, 1L);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method_name(request.method));
}

void OutgoingClient::take_finished() {
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
  take_in();  // who had to wait for one of these begins
}

/// The transfer is not among libcurl's any more.
void OutgoingClient::finish(Transfer& transfer, CURLcode code) {
  auto outcome = transfer.outcome(code);
  if (transfer.ended_in_look_up(code))
    silent_until_[host_of(transfer.asked->request.url)] =
        std::chrono::steady_clock::now() + silence_remembered;
  auto reply = std::move(transfer.asked->reply);
  transfer.asked.reset();
  auto const place = transfer.place;
  if (transfer.handle != nullptr) idle_.push_back(std::move(*place));
  under_way_.erase(place);
  reply(std::move(outcome));
}

void OutgoingClient::end_everything() {
  while (!under_way_.empty()) {
    auto& transfer = *under_way_.front();
    curl_multi_remove_handle(multi_, transfer.handle);
    finish(transfer, CURLE_ABORTED_BY_CALLBACK);
  }
  std::vector<Asked> came_in;
  {
    std::lock_guard const lock(mutex_);
    came_in.swap(came_in_);
    accepted_ = 0;
  }
  std::ranges::move(came_in, std::back_inserter(waiting_));
  for (auto& asked : waiting_) asked.reply(outgoing_error(OutgoingFault::stopped, "the service stops"));
  waiting_.clear();
}

}  // namespace linebook
