#include "interchange/vcard_writer.h"

#include <algorithm>

#include "interchange/person_view.h"

namespace linebook {
namespace {

constexpr bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::string_view vcard_type(PhoneType type) {
  switch (type) {
    case PhoneType::cell:
      return "cell";
    case PhoneType::home:
      return "home";
    case PhoneType::other:
      break;
  }
  return "voice";
}

std::string_view vcard_sex(Gender gender) {
  switch (gender) {
    case Gender::male:
      return "M";
    case Gender::female:
      return "F";
    case Gender::other:
      return "O";
    case Gender::unknown:
      break;
  }
  return "U";
}

std::string without(std::string text, std::string_view signs) {
  std::erase_if(text, [signs](char c) { return signs.contains(c); });
  return text;
}

}  // namespace

std::string vcard_escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char const c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == ',' || c == ';') out += '\\';
    out += c;
  }
  return out;
}

void append_vcard_line(std::string& out, std::string_view line) {
  for (std::size_t room = max_vcard_line; line.size() > room; room = max_vcard_line - 1) {
    auto cut = room;
    while (cut > 0 && continues_character(line[cut])) --cut;
    if (cut == 0) cut = room;  // no UTF-8
    out.append(line.substr(0, cut)).append("\r\n ");
    line.remove_prefix(cut);
  }
  out.append(line).append("\r\n");
}

void append_vcard(std::string& out, PersonWithNumbers const& p) {
  auto const& person = p.person;
  auto const line = [&out](std::string_view name, std::string_view value) {
    append_vcard_line(out, std::string(name).append(":").append(value));
  };
  line("BEGIN", "VCARD");
  line("VERSION", "4.0");
  line("KIND", "individual");
  line("UID;VALUE=text", person.ref.id.value);
  line("FN", vcard_escaped(person.name()));
  line("N", vcard_escaped(person.last_name) + ";" + vcard_escaped(person.first_name) + ";;;");
  for (auto const* n : preferred_first(p.numbers)) {
    auto name = std::string("TEL;VALUE=uri;TYPE=").append(vcard_type(n->phone_type));
    if (n->primary) name += ";PREF=1";
    line(name, "tel:" + n->number.to_e164().str());
  }
  if (person.email) line("EMAIL", vcard_escaped(*person.email));
  if (person.date_of_birth) line("BDAY", without(*person.date_of_birth, "-"));
  if (person.gender) line("GENDER", vcard_sex(*person.gender));
  line("REV", without(to_rfc3339(p.person.changed_at), "-:"));
  line("END", "VCARD");
}

}  // namespace linebook
