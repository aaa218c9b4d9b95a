#include "cli/fhir_file.h"

#include <algorithm>
#include <array>
#include <boost/json/value.hpp>

#include "cli/import/text_encoding.h"
#include "cli/line_reader.h"
#include "cli/print.h"
#include "cli/unpacked_input.h"
#include "interchange/fhir_json.h"

namespace linebook {
namespace {

namespace json = boost::json;

constexpr std::string_view json_blanks = " \t\r\n";

std::string_view without_blanks(std::string_view text) {
  auto const first = text.find_first_not_of(json_blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(json_blanks) - first + 1);
}

bool take_off(std::string_view& text, std::string_view token) {
  text.remove_prefix(std::min(text.find_first_not_of(json_blanks), text.size()));
  if (!text.starts_with(token)) return false;
  text.remove_prefix(token.size());
  return true;
}

std::string longer_than(std::size_t bytes) { return "is longer than " + grouped(bytes) + " bytes"; }

enum class Shape { lines, document, no_json };

/// A document is one that does not end on its first line, and whose second line begins no other.
Shape shape_of(std::string_view head) {
  auto const rest = without_blanks(head);
  if (!rest.starts_with('{') && !rest.starts_with('[')) return Shape::no_json;
  auto const end = rest.find('\n');
  if (end == rest.npos) {
    // A single line: as long as a Bundle may be, or as short as a resource is.
    return peek_fhir_resource(rest) == FhirResource::bundle ? Shape::document : Shape::lines;
  }
  auto const next = rest.substr(std::min(rest.find_first_not_of("\r\n", end), rest.size()));
  bool const begins_another = next.starts_with('{');
  return without_blanks(rest.substr(0, end)).ends_with('}') || begins_another ? Shape::lines
                                                                              : Shape::document;
}

class FhirFileReader {
 public:
  FhirFileReader(UnpackedInput& input, std::string const& name, FhirVisitor& visitor)
      : input_(input), name_(name), visitor_(visitor) {}

  Result<void> read_lines() {
    LineReader lines(input_, max_fhir_document);
    for (;;) {
      auto line = lines.next();
      if (!line) return break_off(std::move(line.error()));
      if (*line == LineReader::Line::end) return {};
      auto const where = [&] { return name_ + " line " + std::to_string(lines.number()); };
      if (*line == LineReader::Line::too_long)
        visitor_.fault(std::nullopt, where(), longer_than(max_fhir_document));
      else if (auto taken = read_line(without_blanks(lines.text()), where); !taken)
        return taken;
      visitor_.progress(input_.packed_bytes_read());
    }
  }

  Result<void> read_document() {
    std::string text;
    for (std::array<char, 64 * 1024> part{};;) {
      auto const n = input_.read(part.data(), part.size());
      if (!n) return break_off(n.error());
      if (*n == 0) break;
      if (text.size() + *n > max_fhir_document) {
        visitor_.fault(std::nullopt, name_,
                       longer_than(max_fhir_document) + ": export it as NDJSON, one resource on a line");
        return {};
      }
      text.append(part.data(), *n);
      visitor_.progress(input_.packed_bytes_read());
    }
    return parse(text, std::nullopt, [&] { return name_; });
  }

 private:
  template <class Where>
  Result<void> read_line(std::string_view line, Where const& where) {
    if (line.empty()) return {};
    auto const resource = peek_fhir_resource(line);
    if (resource && *resource != FhirResource::bundle && !visitor_.wants(*resource)) {
      visitor_.pass_over(*resource);
      return {};
    }
    bool const may_be_bundle =
        resource == FhirResource::bundle || (!resource && line.find("\"Bundle\"") != line.npos);
    if (line.size() > max_fhir_line && !may_be_bundle) {
      visitor_.fault(resource, where(), longer_than(max_fhir_line));
      return {};
    }
    return parse(line, resource, where);
  }

  template <class Where>
  Result<void> parse(std::string_view text, std::optional<FhirResource> seemed, Where const& where) {
    auto const value = fhir_json::parse_object(text);
    if (!value) {
      bool const is_utf8 = scan_utf8(text).valid == text.size();
      visitor_.fault(seemed, where(),
                     is_utf8 ? "is no JSON object"
                             : "is not UTF-8, as JSON is: convert the file, as iconv -t UTF-8 does");
      return {};
    }
    auto const& object = value->get_object();
    if (fhir_resource_of(object) != FhirResource::bundle) return offer(object, where());
    std::size_t entry = 0;
    for (auto const* resource : fhir_entries(object))
      if (auto taken = offer(*resource, where() + " entry " + std::to_string(++entry)); !taken) return taken;
    return {};
  }

  /// A file that is damaged ends there; one that cannot be read at all ends the import.
  Result<void> break_off(Error error) {
    if (error.code != ErrorCode::validation_error) return fail(std::move(error));
    visitor_.fault(std::nullopt, name_, "cannot be read to its end: " + error.message);
    return {};
  }

  Result<void> offer(json::object const& object, std::string const& where) {
    auto const resource = fhir_resource_of(object);
    if (visitor_.wants(resource)) return visitor_.take(resource, object, where);
    visitor_.pass_over(resource);
    return {};
  }

  UnpackedInput& input_;
  std::string const& name_;
  FhirVisitor& visitor_;
};

bool is_named_as_json(std::string_view name) {
  if (name.ends_with(".gz")) name.remove_suffix(3);
  return name.ends_with(".ndjson") || name.ends_with(".jsonl") || name.ends_with(".json");
}

}  // namespace

std::optional<FhirResource> peek_fhir_resource(std::string_view line) {
  if (!take_off(line, "{")) return std::nullopt;
  // Most servers write it first.
  auto rest = line;
  if (take_off(rest, "\"resourceType\"") && take_off(rest, ":") && take_off(rest, "\"")) {
    auto const end = rest.find('"');
    if (end != rest.npos) return fhir_resource_named(rest.substr(0, end));
  }
  for (std::string_view const name :
       {"\"Patient\"", "\"Practitioner\"", "\"PractitionerRole\"", "\"RelatedPerson\"", "\"Bundle\""})
    if (line.find(name) != line.npos) return std::nullopt;
  return line.find("\"resourceType\"") == line.npos ? std::nullopt : std::optional(FhirResource::other);
}

Result<bool> read_fhir_file(Console& console, std::string const& path, std::string const& name,
                            FhirVisitor& visitor) {
  auto file = console.open_input(path);
  if (!file) return fail(std::move(file.error()));
  auto input = UnpackedInput::open(std::move(*file));
  if (!input) {
    if (input.error().code != ErrorCode::validation_error) return fail(std::move(input.error()));
    visitor.fault(std::nullopt, name, "cannot be read: " + input.error().message);
    return true;
  }
  auto const shape = shape_of((*input)->head());
  if (shape == Shape::no_json && !is_named_as_json(name)) return false;
  FhirFileReader reader(**input, name, visitor);
  auto read = shape == Shape::document ? reader.read_document() : reader.read_lines();
  if (!read) return fail(std::move(read.error()));
  return true;
}

}  // namespace linebook
