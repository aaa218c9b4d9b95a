#include "cli/import/vcard_reader.h"

#include <algorithm>
#include <charconv>

#include "base/id.h"
#include "domain/contacts/person_fields.h"
#include "domain/text/ascii.h"
#include "domain/text/timezone.h"

namespace linebook {
namespace {

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
    auto const value = decoded_vcard_value(property);
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
