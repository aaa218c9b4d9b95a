#include "store/sqlite/request_encoding.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace linebook::sqlite {
namespace {

// A record: its whole size, account, time, duration, status, then five texts behind their sizes. Numbers are
// in the byte order of the machine: the file never leaves it.
constexpr std::size_t max_text = 0xffff;

template <class T>
void append_number(std::string& out, T value) {
  out.append(reinterpret_cast<char const*>(&value), sizeof value);
}

void append_text(std::string& out, std::string_view text) {
  text = text.substr(0, max_text);
  append_number(out, static_cast<std::uint16_t>(text.size()));
  out.append(text);
}

class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : rest_(bytes) {}

  template <class T>
  T number() {
    auto const from = bytes(sizeof(T));
    T value;
    std::memcpy(&value, from.data(), sizeof value);
    return value;
  }
  std::string_view bytes(std::size_t size) {
    if (size > rest_.size()) throw std::runtime_error("the request history holds an unreadable record");
    auto const taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::string text() { return std::string(bytes(number<std::uint16_t>())); }
  bool at_end() const { return rest_.empty(); }
  char const* position() const { return rest_.data(); }

 private:
  std::string_view rest_;
};

}  // namespace

void append_request(std::string& out, RequestRecord const& record) {
  auto const start = out.size();
  append_number(out, std::uint32_t{0});
  append_number(out, record.account.value);
  append_number(out, record.at.milliseconds);
  append_number(out, record.duration_microseconds);
  append_number(out, static_cast<std::int16_t>(record.status));
  append_text(out, record.method);
  append_text(out, record.route);
  append_text(out, record.key_id);
  append_text(out, record.user_agent);
  append_text(out, record.request_id);
  auto const size = static_cast<std::uint32_t>(out.size() - start);
  std::memcpy(out.data() + start, &size, sizeof size);
}

std::vector<EncodedRequest> split_requests(std::string_view bytes) {
  std::vector<EncodedRequest> records;
  Cursor all(bytes);
  while (!all.at_end()) {
    char const* const start = all.position();
    auto const size = all.number<std::uint32_t>();
    if (size < sizeof size) throw std::runtime_error("the request history holds an unreadable record");
    Cursor one(all.bytes(size - sizeof size));
    AccountId const account{one.number<std::int64_t>()};
    records.push_back({account, Instant{one.number<std::int64_t>()}, {start, size}});
  }
  return records;
}

RequestRecord decode_request(EncodedRequest const& encoded) {
  Cursor in(encoded.bytes);
  RequestRecord record;
  (void)in.number<std::uint32_t>();
  record.account.value = in.number<std::int64_t>();
  record.at.milliseconds = in.number<std::int64_t>();
  record.duration_microseconds = in.number<std::int64_t>();
  record.status = in.number<std::int16_t>();
  record.method = in.text();
  record.route = in.text();
  record.key_id = in.text();
  record.user_agent = in.text();
  record.request_id = in.text();
  return record;
}

}  // namespace linebook::sqlite
