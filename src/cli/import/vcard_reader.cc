#include "cli/import/vcard_reader.h"

#include <algorithm>
#include <charconv>

#include "base/id.h"
#include "domain/contacts/person_fields.h"
#include "domain/text/ascii.h"
#include "domain/text/timezone.h"

namespace linebook {
namespace {

std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), ascii_lower);
  return lower;
}

std::string upper_ascii(std::string_view text) {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return upper;
}

bool is_name(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return is_ascii_alphanumeric(c) || c == '-'; });
}

/// Up to the first of `stops` outside double quotes.
std::string_view up_to(std::string_view text, std::string_view stops) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (!quoted && stops.contains(text[i])) return text.substr(0, i);
  }
  return text;
}

/// "TYPE=CELL,PREF", `TYPE="cell,voice"`, and 2.1's bare "CELL".
void add_parameter(std::string_view text, VCardProperty& property) {
  auto const name = up_to(text, "=");
  bool const bare = name.size() == text.size();
  auto const key = bare ? std::string("TYPE") : upper_ascii(name);
  auto values = bare ? text : text.substr(name.size() + 1);
  for (;;) {
    auto value = up_to(values, ",");
    bool const last = value.size() == values.size();
    auto const rest = last ? std::string_view() : values.substr(value.size() + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    if (bare && (upper_ascii(value) == "QUOTED-PRINTABLE" || upper_ascii(value) == "BASE64"))
      property.parameters.emplace_back("ENCODING", value);
    else
      property.parameters.emplace_back(key, value);
    if (last) return;
    values = rest;
  }
}

std::optional<std::string> parameter(VCardProperty const& property, std::string_view name) {
  for (auto const& [key, value] : property.parameters)
    if (key == name) return value;
  return std::nullopt;
}

int hex_value(char c) {
  if (is_ascii_digit(c)) return c - '0';
  char const lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string from_quoted_printable(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const escape =
        text[i] == '=' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
    if (!escape) {
      bytes += text[i];
      continue;
    }
    bytes += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
    i += 2;
  }
  return bytes;
}

/// What 2.1 put into ASCII, as text; nothing where its CHARSET is none that is read here.
std::optional<std::string> decoded_value(VCardProperty const& property) {
  auto const encoding = parameter(property, "ENCODING");
  if (!encoding || upper_ascii(*encoding) != "QUOTED-PRINTABLE") return property.value;
  auto const bytes = from_quoted_printable(property.value);
  auto const charset = parse_text_encoding(parameter(property, "CHARSET").value_or("utf-8"));
  if (charset == TextEncoding::utf_8)
    return scan_utf8(bytes).valid == bytes.size() ? std::optional(bytes) : std::nullopt;
  if (charset != TextEncoding::windows_1252) return std::nullopt;
  std::string text;
  for (char c : bytes) {
    auto const character = windows_1252(static_cast<unsigned char>(c));
    if (!character) return std::nullopt;
    append_utf8(text, *character);
  }
  return text;
}

std::string one_line(std::string text) {
  std::ranges::replace_if(text, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  auto const first = text.find_first_not_of(' ');
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// The properties of one card that tell something, put together at its end.
class CardBuilder {
 public:
  explicit CardBuilder(ContactCard& card) : card_(card) {}

  void take(VCardProperty const& property, bool cut) {
    constexpr std::string_view wanted[] = {"N",
                                           "FN",
                                           "ORG",
                                           "TEL",
                                           "EMAIL",
                                           "BDAY",
                                           "GENDER",
                                           "TZ",
                                           "UID",
                                           "KIND",
                                           "X-ABLABEL",
                                           "VERSION",
                                           "X-ADDRESSBOOKSERVER-KIND"};
    if (std::ranges::find(wanted, property.name) == std::end(wanted)) return;
    auto const value = decoded_value(property);
    if (cut || !value) {
      card_.faults.push_back(
          {property.name, cut ? "is longer than " + std::to_string(VCardReader::max_line) + " bytes"
                              : "is in a character set that is not read here; export the cards "
                                "as vCard 3.0 or 4.0"});
      return;
    }
    take(property, *value);
  }

  bool is_group() const { return group_; }

  void finish() {
    if (version_.empty() || (version_ != "2.1" && version_ != "3.0" && version_ != "4.0"))
      card_.faults.push_back({"VERSION", version_.empty()
                                             ? "is missing: it must be 3.0 or 4.0"
                                             : "must be 3.0 or 4.0, not '" + shown(version_) + "'"});
    if (card_.first_name.empty() || card_.last_name.empty())
      card_.full_name = full_.empty() ? organisation_ : full_;
    for (std::size_t i = 0; i < card_.numbers.size(); ++i)
      for (auto const& [group, label] : labels_)
        if (!groups_[i].empty() && groups_[i] == group) label_number(card_.numbers[i], label);
    if (too_many_)
      card_.notes.push_back("has more than " + std::to_string(max_numbers_on_card) +
                            " numbers; the rest was left out");
  }

 private:
  void take(VCardProperty const& property, std::string const& value) {
    auto const& name = property.name;
    if (name == "TEL") return take_number(property, value);
    if (name == "N") return take_name(value);
    if (name == "FN" && full_.empty()) full_ = one_line(vcard_text(value));
    if (name == "ORG" && organisation_.empty()) organisation_ = one_line(vcard_parts(value).front());
    if (name == "VERSION") version_ = one_line(value);
    if (name == "EMAIL") take_email(one_line(vcard_text(value)));
    if (name == "BDAY") take_birthday(one_line(value));
    if (name == "GENDER") take_gender(value);
    if (name == "TZ" && is_timezone(value)) card_.timezone = value;
    if (name == "UID") take_id(one_line(value));
    if (name == "X-ABLABEL" && !property.group.empty() && labels_.size() < max_numbers_on_card)
      labels_.emplace_back(property.group, vcard_text(value));
    if (name == "KIND" || name == "X-ADDRESSBOOKSERVER-KIND")
      group_ |= lower_ascii(one_line(value)) == "group";
  }

  void take_name(std::string const& value) {
    auto parts = vcard_parts(value);
    parts.resize(3);
    card_.last_name = one_line(parts[0]);
    card_.first_name = one_line(parts[1]);
    if (auto const middle = one_line(parts[2]); !middle.empty() && !card_.first_name.empty())
      card_.first_name += " " + middle;
  }

  void take_number(VCardProperty const& property, std::string const& value) {
    if (card_.numbers.size() == max_numbers_on_card) {
      too_many_ = true;
      return;
    }
    CardNumber number{.column = "TEL", .text = one_line(vcard_text(value))};
    bool voice = false;
    std::optional<NumberUse> use;
    for (auto const& [key, listed] : property.parameters) {
      if (key == "PREF") take_rank(listed, number);
      if (key != "TYPE") continue;
      // `TYPE="cell,voice"`: some quote the whole list.
      for (std::size_t begin = 0; begin <= listed.size();) {
        auto const end = std::min(listed.find(',', begin), listed.size());
        auto const type = lower_ascii(std::string_view(listed).substr(begin, end - begin));
        begin = end + 1;
        if (type == "pref") number.rank = std::min(number.rank, 1);
        voice |= type == "voice";
        auto const said = number_use(type);
        if (said && (!use || *use == NumberUse::other || *said == NumberUse::fax || *said == NumberUse::cell))
          use = said;
      }
    }
    if (voice && use && !voice_type(*use)) use = NumberUse::other;  // a fax that also answers
    number.use = use.value_or(NumberUse::other);
    if (number.text.empty()) return;
    card_.numbers.push_back(std::move(number));
    groups_.push_back(property.group);
  }

  static void take_rank(std::string const& text, CardNumber& number) {
    int rank = 0;
    auto const* const end = text.data() + text.size();
    constexpr int least_preferred = 100;  // RFC 6350, section 5.3
    if (std::from_chars(text.data(), end, rank).ptr == end && rank >= 1 && rank <= least_preferred)
      number.rank = std::min(number.rank, rank);
  }

  /// Apple's names for numbers: "_$!<Mobile>!$_", or what its owner typed.
  static void label_number(CardNumber& number, std::string_view label) {
    if (label.starts_with("_$!<") && label.ends_with(">!$_") && label.size() >= 8)
      label = label.substr(4, label.size() - 8);
    if (auto const use = number_use(label)) number.use = *use;
  }

  void take_email(std::string text) {
    if (card_.email || text.empty()) return;
    if (text.starts_with("mailto:")) text.erase(0, std::string_view("mailto:").size());
    if (is_email(text))
      card_.email = std::move(text);
    else
      card_.notes.push_back("an e-mail address that is none was left out");
  }

  void take_birthday(std::string text) {
    if (text.empty()) return;
    text = text.substr(0, text.find('T'));
    if (text.size() == 8 && std::ranges::all_of(text, is_ascii_digit)) text.insert(6, "-").insert(4, "-");
    if (is_calendar_date(text))
      card_.date_of_birth = std::move(text);
    else
      card_.notes.push_back("BDAY was left out: it is no whole date");
  }

  void take_gender(std::string_view value) {
    switch (value.empty() ? ' ' : ascii_lower(value.front())) {
      case 'm':
        card_.gender = Gender::male;
        break;
      case 'f':
        card_.gender = Gender::female;
        break;
      case 'o':
        card_.gender = Gender::other;
        break;
      case 'u':
        card_.gender = Gender::unknown;
        break;
      default:
        break;
    }
  }

  void take_id(std::string_view value) {
    constexpr std::string_view urn = "urn:uuid:";
    if (value.starts_with(urn)) value.remove_prefix(urn.size());
    if (is_choosable_id(value)) card_.id = std::string(value);
  }

  ContactCard& card_;
  std::string version_;
  std::string full_;
  std::string organisation_;
  bool group_ = false;
  bool too_many_ = false;
  std::vector<std::string> groups_;                          // of each number
  std::vector<std::pair<std::string, std::string>> labels_;  // by group
};

bool says(VCardProperty const& property, std::string_view name, std::string_view value) {
  return property.name == name && upper_ascii(one_line(property.value)) == value;
}

}  // namespace

std::optional<VCardProperty> parse_vcard_property(std::string_view line) {
  VCardProperty property;
  auto const head = up_to(line, ":");
  if (head.size() == line.size()) return std::nullopt;
  property.value = line.substr(head.size() + 1);
  auto name = up_to(head, ";");
  auto parameters = head.substr(std::min(name.size() + 1, head.size()));
  if (auto const dot = name.find('.'); dot != name.npos) {
    property.group = lower_ascii(name.substr(0, dot));
    name.remove_prefix(dot + 1);
  }
  if (!is_name(name)) return std::nullopt;
  property.name = upper_ascii(name);
  while (!parameters.empty()) {
    auto const one = up_to(parameters, ";");
    if (!one.empty()) add_parameter(one, property);
    parameters.remove_prefix(std::min(one.size() + 1, parameters.size()));
  }
  return property;
}

std::string vcard_text(std::string_view value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\' || i + 1 == value.size()) {
      text += value[i];
      continue;
    }
    ++i;
    text += value[i] == 'n' || value[i] == 'N' ? '\n' : value[i];
  }
  return text;
}

std::vector<std::string> vcard_parts(std::string_view value) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0, i = 0; i <= value.size(); ++i) {
    if (i < value.size() && value[i] == '\\') {
      ++i;
      continue;
    }
    if (i < value.size() && value[i] != ';') continue;
    auto const end = std::min(i, value.size());
    parts.push_back(vcard_text(value.substr(begin, end - begin)));
    begin = end + 1;
  }
  if (parts.empty()) parts.emplace_back();
  return parts;
}

std::unexpected<Error> VCardReader::refuse(std::string const& why) const {
  return fail(ErrorCode::validation_error, "line " + std::to_string(line_number_) + ": " + why);
}

/// The next byte without taking it; -1 at the end.
Result<int> VCardReader::peek() {
  if (at_ == filled_ && !ended_) {
    auto n = text_.read(buffer_.data(), buffer_.size());
    if (!n && n.error().code == ErrorCode::validation_error)
      return fail(ErrorCode::validation_error, "card " + std::to_string(cards_) + ", line " +
                                                   std::to_string(number_ + 1) + ": " + n.error().message);
    if (!n) return fail(std::move(n.error()));
    at_ = 0;
    filled_ = *n;
    ended_ = *n == 0;
  }
  if (at_ == filled_) return -1;
  return static_cast<unsigned char>(buffer_[at_]);
}

/// Appends one line, without its end, as far as there is room; false at the end of the file.
Result<bool> VCardReader::read_physical(std::string& into) {
  bool any = false;
  for (;;) {
    auto next = peek();
    if (!next) return fail(std::move(next.error()));
    if (*next < 0) {
      if (any) ++number_;
      return any;
    }
    any = true;
    auto const begin = buffer_.begin() + static_cast<std::ptrdiff_t>(at_);
    auto const end = std::find(begin, buffer_.begin() + static_cast<std::ptrdiff_t>(filled_), '\n');
    auto const length = static_cast<std::size_t>(end - begin);
    auto const room = max_line - std::min(max_line, into.size());
    into.append(begin, begin + static_cast<std::ptrdiff_t>(std::min(length, room)));
    cut_ |= length > room;
    at_ += length;
    if (at_ == filled_) continue;
    ++at_;
    ++number_;
    if (into.ends_with('\r')) into.pop_back();
    return true;
  }
}

/// A line with those that are folded behind it.
Result<VCardReader::Line> VCardReader::read_logical() {
  line_.clear();
  cut_ = false;
  line_number_ = number_ + 1;
  auto more = read_physical(line_);
  if (!more) return fail(std::move(more.error()));
  if (!*more) return Line::end;
  for (;;) {
    bool const soft_break =
        line_.ends_with('=') && upper_ascii(up_to(line_, ":")).contains("QUOTED-PRINTABLE");
    auto next = peek();
    if (!next) return fail(std::move(next.error()));
    if (soft_break && *next >= 0)
      line_.pop_back();
    else if (*next == ' ' || *next == '\t')
      ++at_;
    else
      return Line::text;
    if (auto read = read_physical(line_); !read) return fail(std::move(read.error()));
  }
}

Result<bool> VCardReader::next(ContactCard& card) {
  for (;;) {
    auto line = read_logical();
    if (!line) return fail(std::move(line.error()));
    if (*line == Line::end) {
      if (cards_ == 0)
        return fail(ErrorCode::validation_error, "the file holds no vCard: BEGIN:VCARD is missing");
      return false;
    }
    if (one_line(line_).empty()) continue;
    auto const begin = parse_vcard_property(line_);
    if (!begin || !says(*begin, "BEGIN", "VCARD"))
      return refuse("must be BEGIN:VCARD, with which a card begins, not '" + shown(line_) + "'");
    card = ContactCard{.row = ++cards_, .line = line_number_};
    CardBuilder builder(card);
    bool reads_on = true;
    std::size_t depth = 0;  // of cards within the card, as 2.1 has them for assistants
    for (std::size_t properties = 0; reads_on; ++properties) {
      auto more = read_logical();
      if (!more) return fail(std::move(more.error()));
      if (*more == Line::end) {
        line_number_ = card.line;
        return refuse("the card that begins here has no END:VCARD");
      }
      if (properties == max_properties) {
        line_number_ = card.line;
        return refuse("the card that begins here has more than " + std::to_string(max_properties) + " lines");
      }
      auto const property = parse_vcard_property(line_);
      if (!property) continue;
      if (says(*property, "BEGIN", "VCARD")) {
        ++depth;
        card.faults.push_back(
            {"the card", "has another one within: END:VCARD is missing, or export it as vCard 3.0"});
      } else if (says(*property, "END", "VCARD")) {
        reads_on = depth > 0;
        if (depth > 0) --depth;
      } else if (depth == 0) {
        builder.take(*property, cut_);
      }
    }
    builder.finish();
    if (!builder.is_group()) return true;
    ++groups_;
  }
}

}  // namespace linebook
