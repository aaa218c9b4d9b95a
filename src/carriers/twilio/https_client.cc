#include "carriers/twilio/https_client.h"

#include <curl/curl.h>

#include <memory>

namespace linebook::twilio {
namespace {

constexpr std::chrono::seconds connect_timeout{5};

struct CloseHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, CloseHandle>;

/// curl_global_init before the first handle of any thread.
CURL* handle_of_this_thread() {
  static CURLcode const ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  static thread_local Handle handle(ready == CURLE_OK ? curl_easy_init() : nullptr);
  return handle.get();
}

std::size_t append_answer_bytes(char* data, std::size_t, std::size_t size, void* into) {
  auto& body = *static_cast<std::string*>(into);
  if (body.size() + size > max_answer_bytes) return 0;  // ends the transfer with an error
  body.append(data, size);
  return size;
}

int is_stopped(void* stopped, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<std::atomic<bool> const*>(stopped)->load() ? 1 : 0;
}

bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

void append_escaped(std::string& out, std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  for (char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      auto const byte = static_cast<unsigned char>(c);
      out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
}

CarrierError error_of(CURLcode code) {
  std::string const why = curl_easy_strerror(code);  // of a fixed set: holds nothing of the request
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
      return {CarrierFault::unreachable, 0, "Twilio could not be reached: " + why};
    default:
      return {CarrierFault::timeout, 0, "no whole answer from Twilio: " + why};
  }
}

void prepare(CURL* curl, HttpMethod method, std::string const& url, CarrierCredentials const& credentials,
             std::string const& form_body) {
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, url.starts_with("https:") ? "https" : "http");
  if (url.starts_with("http:")) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");  // loopback
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::chrono::milliseconds(connect_timeout).count()));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(std::chrono::milliseconds(carrier_timeout).count()));
  curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
  curl_easy_setopt(curl, CURLOPT_USERNAME, credentials.account_sid.c_str());
  curl_easy_setopt(curl, CURLOPT_PASSWORD, credentials.auth_token.c_str());
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "Linebook");
  // On a connection that it used before, libcurl sends a request a second time by itself when the first died
  // without an answer. Whether a request is repeated is the saga's to say.
  if (method != HttpMethod::get) curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
  if (method == HttpMethod::del) curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "DELETE");
  if (method == HttpMethod::post) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(form_body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, form_body.c_str());
  }
}

}  // namespace

std::string encode_form(Form const& form) {
  std::string text;
  for (auto const& [name, value] : form) {
    if (!text.empty()) text += '&';
    append_escaped(text, name);
    text += '=';
    append_escaped(text, value);
  }
  return text;
}

CarrierResult<HttpAnswer> send(HttpMethod method, std::string const& url,
                               CarrierCredentials const& credentials, std::string const& form_body,
                               std::atomic<bool> const& stopped) {
  auto* const curl = handle_of_this_thread();
  if (curl == nullptr)
    return std::unexpected(CarrierError{CarrierFault::unreachable, 0, "libcurl could not be started"});
  prepare(curl, method, url, credentials, form_body);
  if (stopped) return std::unexpected(CarrierError{CarrierFault::unreachable, 0, "the service stops"});
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, is_stopped);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &stopped);
  HttpAnswer answer;
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append_answer_bytes);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
  auto const code = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
  curl_easy_setopt(curl, CURLOPT_PASSWORD, nullptr);  // not for longer than the request
  if (code != CURLE_OK) return std::unexpected(error_of(code));
  return answer;
}

}  // namespace linebook::twilio
