#include "http/transport/answer.h"

#include <charconv>

namespace linebook::http {
namespace {

std::string_view known_status_line(int status) {
  switch (status) {
#define LINE(code, reason) \
  case code:               \
    return "HTTP/1.1 " #code " " reason "\r\n"
    LINE(200, "OK");
    LINE(201, "Created");
    LINE(202, "Accepted");
    LINE(204, "No Content");
    LINE(206, "Partial Content");
    LINE(301, "Moved Permanently");
    LINE(302, "Found");
    LINE(303, "See Other");
    LINE(304, "Not Modified");
    LINE(307, "Temporary Redirect");
    LINE(308, "Permanent Redirect");
    LINE(400, "Bad Request");
    LINE(401, "Unauthorized");
    LINE(403, "Forbidden");
    LINE(404, "Not Found");
    LINE(405, "Method Not Allowed");
    LINE(406, "Not Acceptable");
    LINE(408, "Request Timeout");
    LINE(409, "Conflict");
    LINE(410, "Gone");
    LINE(412, "Precondition Failed");
    LINE(413, "Content Too Large");
    LINE(415, "Unsupported Media Type");
    LINE(422, "Unprocessable Content");
    LINE(429, "Too Many Requests");
    LINE(431, "Request Header Fields Too Large");
    LINE(500, "Internal Server Error");
    LINE(501, "Not Implemented");
    LINE(502, "Bad Gateway");
    LINE(503, "Service Unavailable");
    LINE(504, "Gateway Timeout");
#undef LINE
    default:
      return {};
  }
}

void append_number(std::string& out, std::size_t number) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_status_line(std::string& out, int status) {
  if (auto const line = known_status_line(status); !line.empty()) {
    out += line;
    return;
  }
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(status));
  out += " \r\n";  // the reason may be empty, its space may not
}

}  // namespace

std::size_t append_answer(std::string& out, Response const& response, std::string_view date_line,
                          Persistence persistence, BodyPart part) {
  bool const bodiless = response.status == 204 || response.status == 304;
  append_status_line(out, response.status);
  out += date_line;
  out += response.head;
  if (!bodiless || (response.status == 304 && !response.body.empty())) {
    out += "Content-Length: ";
    append_number(out, response.body.size());
    out += "\r\n";
  }
  switch (persistence) {
    case Persistence::implied:
      break;
    case Persistence::keep_alive:
      out += "Connection: keep-alive\r\n";
      break;
    case Persistence::close:
      out += "Connection: close\r\n";
      break;
  }
  out += "\r\n";
  if (bodiless || part == BodyPart::left_out) return 0;
  out += response.body;
  return response.body.size();
}

void append_stream_head(std::string& out, Response const& response, std::string_view date_line,
                        StreamFraming framing) {
  append_status_line(out, response.status);
  out += date_line;
  out += response.head;
  if (framing == StreamFraming::chunks) out += "Transfer-Encoding: chunked\r\n";
  out += "Connection: close\r\n\r\n";
}

void append_stream_part(std::string& out, std::string_view part, StreamFraming framing) {
  if (framing == StreamFraming::until_close) {
    out += part;
    return;
  }
  char size[16];
  out.append(size, std::to_chars(size, size + sizeof size, part.size(), 16).ptr);
  out.append("\r\n").append(part).append("\r\n");
}

void append_stream_end(std::string& out, StreamFraming framing) {
  if (framing == StreamFraming::chunks) out += "0\r\n\r\n";
}

std::string_view DateLine::at(std::time_t now) {
  if (now != second_) {
    std::tm utc{};
    gmtime_r(&now, &utc);
    char text[64];
    // The process stays in the "C" locale, so the names are the English ones that RFC 9110 section 5.6.7
    // demands.
    auto const length = std::strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
    line_.assign(text, length);
    second_ = now;
  }
  return line_;
}

}  // namespace linebook::http
