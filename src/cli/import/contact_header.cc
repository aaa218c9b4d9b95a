#include "cli/import/contact_header.h"

#include <algorithm>

#include "cli/import/contact_words.h"
#include "cli/import/text_encoding.h"
#include "domain/text/ascii.h"

namespace linebook {
namespace {

constexpr std::string_view field_names[contact_fields] = {
    "patient_id",   "doctor_id", "first_name", "middle_name",    "last_name",  "full_name",
    "organisation", "email",     "timezone",   "contact_window", "state",      "date_of_birth",
    "gender",       "npi",       "primary",    "verified",       "do_not_call"};

std::string joined(std::vector<std::string> const& words) {
  std::string text;
  for (auto const& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

bool is_among(std::span<std::string_view const> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::optional<ContactField> field_of(std::string_view words) {
  auto const at = std::ranges::find(field_words, words, &FieldWords::words);
  if (at == std::end(field_words)) return std::nullopt;
  return at->field;
}

/// The "1" of "Phone 1 - Value", or nothing.
std::optional<std::string> place_of(std::vector<std::string> const& words,
                                    std::initializer_list<std::string_view> last) {
  bool const fits = words.size() == 3 && words[0] == "phone" &&
                    std::ranges::all_of(words[1], is_ascii_digit) &&
                    std::ranges::find(last, words[2]) != last.end();
  return fits ? std::optional(words[1]) : std::nullopt;
}

/// "Home Phone 2": which use its name gives, other where none. Nothing where it is about something else.
std::optional<NumberUse> named_use(std::vector<std::string> const& words) {
  if (std::ranges::none_of(words, is_about_numbers)) return std::nullopt;
  return number_use(joined(words));
}

bool is_beside_the_point(std::string_view words) {
  return std::ranges::any_of(address_book_beginnings, [words](std::string_view beginning) {
    return words.starts_with(beginning) &&
           (words.size() == beginning.size() || words[beginning.size()] == ' ');
  });
}

std::string_view trimmed_header(std::string_view text) {
  constexpr std::string_view white_space = " \t\r\n\xC2\xA0";
  auto const first = text.find_first_not_of(white_space);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

std::string_view use_name(NumberUse use) {
  switch (use) {
    case NumberUse::cell:
      return "a cell number";
    case NumberUse::home:
      return "a home number";
    case NumberUse::other:
      return "another number";
    case NumberUse::fax:
      return "left out: a fax";
    case NumberUse::pager:
      return "left out: no telephone";
  }
  return {};
}

/// Of columns that the kind of their number tells apart.
constexpr std::pair<std::string_view, std::string_view> plain_meanings[] = {
    {"a cell number", "Mobile Phone"}, {"a home number", "Home Phone"}, {"another number", "Other Phone"}};

class Understanding {
 public:
  Understanding(std::vector<std::string> const& header, ColumnChoices const& choices) : choices_(choices) {
    header_.fields.fill(no_column);
    header_.names = header;
    header_.becomes.resize(header.size());
  }

  void understand() {
    find_choices();
    for (std::size_t i = 0; i < header_.names.size(); ++i) understand(i);
    pair_labels();
    header_.shape = shape();
    refuse_unknown();
    refuse_missing();
  }

  Result<ContactHeader> take() {
    if (problems_.empty()) return std::move(header_);
    return fail(ErrorCode::validation_error, "the header is not right: " + problems_ + mend());
  }

  void tell(std::vector<UnderstoodColumn>& columns) const {
    for (std::size_t i = 0; i < header_.names.size() && columns.size() < max_understood_columns; ++i) {
      auto const name = trimmed_header(header_.names[i]);
      if (name.empty()) continue;
      bool const is_unknown = std::ranges::find(refused_, i) != refused_.end();
      columns.push_back({.header = std::string(name),
                         .meaning = header_.becomes[i].empty() ? std::string() : meaning_of(i),
                         .becomes = header_.becomes[i],
                         .is_known = !is_unknown});
    }
  }

 private:
  struct Label {
    std::string place;  // "1"; empty: of the number column
    std::size_t column;
  };
  struct Value {
    std::string place;
    std::size_t number;  // in header_.numbers
  };

  /// What --column would have to say of it: the plainest words where there are such, else its own.
  std::string meaning_of(std::size_t i) const {
    auto const& becomes = header_.becomes[i];
    for (auto const& [words, meaning] : plain_meanings)
      if (becomes == words) return std::string(meaning);
    if (becomes.find(' ') == becomes.npos) return becomes;
    auto const chosen = chosen_.find(i);
    return std::string(trimmed_header(chosen != chosen_.end() ? chosen->second : header_.names[i]));
  }

  void problem(std::string const& text) { problems_ += (problems_.empty() ? "" : "; ") + text; }

  void find_choices() {
    for (auto const& [name, meaning] : choices_.meanings) {
      auto const at = std::ranges::find_if(header_.names, [&](std::string const& header) {
        return trimmed_header(header) == trimmed_header(name);
      });
      auto const same_words = std::ranges::find_if(
          header_.names, [&](std::string const& header) { return words_of(header) == words_of(name); });
      auto const found = at != header_.names.end() ? at : same_words;
      if (found == header_.names.end())
        problem("--column names '" + shown(name) + "', and there is no such column");
      else
        chosen_[static_cast<std::size_t>(found - header_.names.begin())] = meaning;
    }
  }

  void understand(std::size_t i) {
    auto const chosen = chosen_.find(i);
    if (chosen != chosen_.end() && (chosen->second.empty() || chosen->second == "ignore")) return;
    auto const& name = chosen != chosen_.end() ? chosen->second : header_.names[i];
    if (trimmed_header(name).empty()) return;
    if (understand(i, words_of(name))) return;
    if (chosen != chosen_.end())
      problem("--column gives '" + shown(header_.names[i]) + "' the meaning '" + shown(name) +
              "', which is none");
    else
      unknown_.push_back(i);
  }

  bool understand(std::size_t i, std::vector<std::string> const& words) {
    auto const text = joined(words);
    if (auto const field = field_of(text)) {
      take_field(i, *field);
      return true;
    }
    if (is_among(number_headers, text)) {
      if (plain_number_) problem("column 'number' is there twice");
      plain_number_ = true;
      add_number(i, "", {.value = i, .label = no_column, .use = {}, .preferred = false});
      header_.becomes[i] = "number";
      return true;
    }
    if (is_among(type_headers, text)) {
      if (std::ranges::find(labels_, std::string(), &Label::place) != labels_.end())
        problem("column 'phone_type' is there twice");
      labels_.push_back({"", i});
      header_.becomes[i] = "phone_type";
      return true;
    }
    if (is_among(exported_headers, text)) return true;
    return understand_numbers(i, words);
  }

  bool understand_numbers(std::size_t i, std::vector<std::string> const& words) {
    if (auto const place = place_of(words, {"value", "number"})) {
      add_number(i, *place, {.value = i, .label = no_column, .use = {}, .preferred = false});
      header_.becomes[i] = "a number";
      return true;
    }
    if (auto const place = place_of(words, {"label", "type"})) {
      labels_.push_back({*place, i});
      header_.becomes[i] = "the kind of number " + *place;
      return true;
    }
    auto const use = named_use(words);
    if (!use) return false;
    bool const preferred = words.front() == "primary" || words.front() == "preferred";
    add_number(i, "named", {.value = i, .label = no_column, .use = use, .preferred = preferred});
    header_.becomes[i] = use_name(*use);
    if (preferred) header_.becomes[i] += ", the primary";
    return true;
  }

  void take_field(std::size_t i, ContactField field) {
    auto& at = header_.fields[static_cast<std::size_t>(field)];
    bool const may_repeat = field == ContactField::full_name || field == ContactField::organisation ||
                            field == ContactField::email;  // the first counts
    if (at != no_column) {
      if (!may_repeat) problem("column '" + std::string(to_string(field)) + "' is there twice");
      return;
    }
    at = i;
    header_.becomes[i] = to_string(field);
  }

  void add_number(std::size_t, std::string place, NumberColumn column) {
    values_.push_back({std::move(place), header_.numbers.size()});
    header_.numbers.push_back(column);
  }

  void pair_labels() {
    for (auto const& label : labels_)
      for (auto const& value : values_)
        if (value.place == label.place) header_.numbers[value.number].label = label.column;
  }

  bool has_id() const {
    return header_.has(ContactField::patient_id) || header_.has(ContactField::doctor_id);
  }

  ContactShape shape() const {
    if (header_.numbers.size() > 1 || (header_.numbers.size() == 1 && !plain_number_))
      return ContactShape::person_a_row;
    bool const named = header_.has(ContactField::last_name) || header_.has(ContactField::full_name);
    return plain_number_ && labels_.empty() && !has_id() && named ? ContactShape::person_a_row
                                                                  : ContactShape::number_a_row;
  }

  void refuse_unknown() {
    for (auto const i : unknown_) {
      bool const address_book = header_.shape == ContactShape::person_a_row;
      if (choices_.ignore_unknown ||
          (address_book && is_beside_the_point(joined(words_of(header_.names[i])))))
        continue;
      refused_.push_back(i);
      problem("unknown column '" + shown(trimmed_header(header_.names[i])) + "'");
      asked_for_ = header_.names[i];
    }
  }

  void refuse_missing() {
    if (header_.numbers.empty()) problem("column 'number' is missing");
    if (header_.shape == ContactShape::person_a_row) {
      bool const named = header_.has(ContactField::last_name) || header_.has(ContactField::first_name) ||
                         header_.has(ContactField::full_name) || header_.has(ContactField::organisation);
      if (!named && !has_id()) problem("the people's names are missing: first_name and last_name, or name");
      return;
    }
    if (labels_.empty()) problem("column 'phone_type' is missing");
  }

  /// What to do about it.
  std::string mend() const {
    auto const& first = asked_for_.empty() && !header_.names.empty() ? header_.names.front() : asked_for_;
    auto const name = shown(trimmed_header(first));
    return ". Say what a column is: --column \"" + name + "=number\" (again for each), or --column \"" +
           name +
           "=\" to leave it out. The columns are: number, phone_type, patient_id, doctor_id, first_name, "
           "last_name, primary, verified, do_not_call, email, timezone, contact_window, state, "
           "date_of_birth, "
           "gender, "
           "npi; and those of address books, such as Mobile Phone";
  }

  ColumnChoices const& choices_;
  ContactHeader header_;
  std::map<std::size_t, std::string> chosen_;
  std::vector<Label> labels_;
  std::vector<Value> values_;
  std::vector<std::size_t> unknown_;
  std::vector<std::size_t> refused_;  // of those: they must be told
  std::string asked_for_;
  bool plain_number_ = false;
  std::string problems_;
};

}  // namespace

std::string_view to_string(ContactField field) { return field_names[static_cast<std::size_t>(field)]; }

std::optional<std::pair<std::string, std::string>> parse_column_choice(std::string_view text) {
  auto const sign = text.rfind('=');
  if (sign == text.npos || sign == 0) return std::nullopt;
  return std::pair(std::string(text.substr(0, sign)), std::string(text.substr(sign + 1)));
}

bool is_contact_column(std::string_view header) {
  auto const words = words_of(header);
  auto const text = joined(words);
  return !text.empty() &&
         (field_of(text) || is_among(number_headers, text) || is_among(type_headers, text) ||
          is_among(exported_headers, text) || place_of(words, {"value", "number", "label", "type"}) ||
          named_use(words) || is_beside_the_point(text));
}

Result<ContactHeader> understand_header(std::vector<std::string> const& header, ColumnChoices const& choices,
                                        std::vector<UnderstoodColumn>* columns) {
  Understanding understanding(header, choices);
  understanding.understand();
  if (columns != nullptr) understanding.tell(*columns);
  return understanding.take();
}

}  // namespace linebook
