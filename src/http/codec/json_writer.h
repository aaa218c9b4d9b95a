// Writes JSON straight into a string: no document in between, commas and escapes done here.
//
//   JsonWriter json;
//   json.begin_object().key("id").string(id).key("primary").boolean(true).end_object();
//   std::move(json).take();
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace linebook::http {

class JsonWriter {
 public:
  JsonWriter() { out_.reserve(512); }

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }

  /// Names are ours: plain ASCII without anything to escape, unless written with field().
  JsonWriter& key(std::string_view name) {
    comma();
    out_ += '"';
    out_ += name;
    out_ += "\":";
    need_comma_ = false;
    return *this;
  }
  /// A key that came from data.
  JsonWriter& field(std::string_view name) {
    comma();
    quoted(name);
    out_ += ':';
    need_comma_ = false;
    return *this;
  }

  JsonWriter& string(std::string_view text) {
    comma();
    quoted(text);
    need_comma_ = true;
    return *this;
  }
  JsonWriter& string_or_null(std::optional<std::string> const& text) { return text ? string(*text) : null(); }
  JsonWriter& number(std::int64_t n) { return raw(std::to_string(n)); }
  JsonWriter& boolean(bool b) { return raw(b ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }
  /// Null where there is none.
  JsonWriter& time(std::optional<Instant> const& t) { return t ? time(*t) : null(); }
  JsonWriter& time(Instant t) {
    comma();
    out_ += '"';
    append_rfc3339(out_, t);
    out_ += '"';
    need_comma_ = true;
    return *this;
  }
  /// A ready JSON value.
  JsonWriter& raw(std::string_view value) {
    comma();
    out_ += value;
    need_comma_ = true;
    return *this;
  }

  std::string take() && { return std::move(out_); }

 private:
  void comma() {
    if (need_comma_) out_ += ',';
  }
  JsonWriter& open(char c) {
    comma();
    out_ += c;
    need_comma_ = false;
    return *this;
  }
  JsonWriter& close(char c) {
    out_ += c;
    need_comma_ = true;
    return *this;
  }
  void quoted(std::string_view text);

  std::string out_;
  bool need_comma_ = false;
};

}  // namespace linebook::http
