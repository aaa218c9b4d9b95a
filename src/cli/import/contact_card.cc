#include "cli/import/contact_card.h"

#include <algorithm>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>

#include "cli/import/number_cell.h"
#include "domain/contacts/person_fields.h"
#include "domain/text/name_key.h"

namespace linebook {
namespace {

/// Under which names of people and their first numbers become ids (RFC 9562, version 5).
constexpr boost::uuids::uuid made_ids = {
    {0x6c, 0x62, 0x6b, 0x21, 0x3d, 0x0a, 0x4e, 0x55, 0x9a, 0x1f, 0x70, 0x65, 0x6f, 0x70, 0x6c, 0x65}};

struct Taken {
  TenDigits number;
  PhoneType type;
  int rank;
};

std::optional<std::string> given(std::string const& name) {
  return name.empty() ? std::nullopt : std::optional(name);
}

void append_note(std::string& notes, std::string const& note) {
  if (!note.empty()) notes += (notes.empty() ? "" : "; ") + note;
}

/// "Dee Reyes" → "Dee" and "Reyes"; the last word is the last name.
void divide_full_name(ContactCard& card) {
  auto const& full = card.full_name;
  auto const space = full.rfind(' ');
  if (full.empty() || space == full.npos) {
    if (card.last_name.empty() && card.first_name.empty()) card.last_name = full;
    return;
  }
  card.first_name = full.substr(0, space);
  card.last_name = full.substr(space + 1);
}

void check_names(ContactCard& card) {
  if (card.first_name.empty() || card.last_name.empty()) divide_full_name(card);
  if (card.id && card.first_name.empty() && card.last_name.empty()) return;  // somebody the books may know
  for (auto const& [field, name] :
       {std::pair("first_name", &card.first_name), std::pair("last_name", &card.last_name)}) {
    if (name->empty())
      card.faults.push_back({field, "is missing: a person needs a first and a last name"});
    else if (!is_person_name(*name))
      card.faults.push_back({field, "must be at most 100 characters of text"});
  }
}

/// The kinds of number that say more than "other" win.
void take(std::vector<Taken>& taken, TenDigits const& number, PhoneType type, int rank) {
  auto const at = std::ranges::find(taken, number, &Taken::number);
  if (at == taken.end()) return taken.push_back({number, type, rank});
  if (at->type == PhoneType::other) at->type = type;
  at->rank = std::min(at->rank, rank);
}

class CardReader {
 public:
  CardReader(ContactCard&& card, NumberLetters letters, LeftOut& left_out, ContactBatch& into)
      : card_(std::move(card)), letters_(letters), left_out_(left_out), into_(into) {}

  void read() {
    for (auto const& note : card_.notes) append_note(note_, note);
    bool const bare = card_.numbers.empty();
    for (auto const& number : card_.numbers) read_number(number);
    if (card_.faults.empty() && taken_.empty() && (bare || unreadable_.empty())) return pass_over();
    if (!taken_.empty() || !card_.faults.empty()) check_names(card_);
    if (!card_.faults.empty()) return refuse(error_of(std::move(card_.faults)));
    auto const primary = std::ranges::min_element(taken_, {}, &Taken::rank);
    for (auto at = taken_.begin(); at != taken_.end(); ++at)
      append(*at, at == primary && at->rank < CardNumber::no_rank);
    for (auto& fault : unreadable_) refuse(error_of({std::move(fault)}));
  }

 private:
  void read_number(CardNumber const& number) {
    auto const cell = read_number_cell(number.text, letters_);
    auto const type = voice_type(number.use);
    if (!type) {
      if (number.text.empty()) return;
      ++(number.use == NumberUse::fax ? left_out_.faxes : left_out_.pagers);
      return append_note(note_, number.column +
                                    (number.use == NumberUse::fax ? " is a fax" : " is no telephone") +
                                    " and was left out");
    }
    append_note(note_, cell.note);
    if (!cell.fault.empty()) unreadable_.push_back({number.column, cell.fault});
    int rank = number.rank;
    for (auto const& one : cell.numbers) {
      take(taken_, one, *type, rank);
      rank = CardNumber::no_rank;  // the first of a cell is the one that is preferred
    }
  }

  void pass_over() {
    ++left_out_.without_number;
    append_note(note_, "has no number to call, and was left out");
    into_.push_back({card_.row, card_.line, fail(ErrorCode::validation_error, note_), std::move(note_),
                     RowKind::passed_over});
  }

  void refuse(Error error) {
    into_.push_back(
        {card_.row, card_.line, fail(std::move(error)), std::exchange(note_, {}), RowKind::contact});
  }

  void append(Taken const& number, bool primary) {
    if (id_.empty())
      id_ = card_.id ? *card_.id
                     : made_person_id(card_.first_name + " " + card_.last_name, taken_.front().number);
    into_.push_back({card_.row, card_.line,
                     ContactRow{.number = number.number,
                                .phone_type = number.type,
                                .person = {card_.type, {id_}},
                                .first_name = given(card_.first_name),
                                .last_name = given(card_.last_name),
                                .email = card_.email,
                                .timezone = card_.timezone,
                                .contact_window = card_.contact_window,
                                .state = card_.state,
                                .date_of_birth = card_.date_of_birth,
                                .gender = card_.gender,
                                .npi = card_.npi,
                                .primary = primary,
                                .verified = card_.verified,
                                .do_not_call = card_.do_not_call},
                     std::exchange(note_, {}), RowKind::contact});
  }

  ContactCard card_;
  NumberLetters letters_;
  LeftOut& left_out_;
  ContactBatch& into_;
  std::string note_;
  std::string id_;
  std::vector<Taken> taken_;
  std::vector<FieldError> unreadable_;
};

}  // namespace

Error error_of(std::vector<FieldError> faults) {
  std::string message;
  for (auto const& f : faults) message += (message.empty() ? "" : "; ") + f.field + " " + f.message;
  return {ErrorCode::validation_error, std::move(message), std::move(faults)};
}

std::string made_person_id(std::string_view name, TenDigits const& first) {
  boost::uuids::name_generator_sha1 const made(made_ids);
  return "ab-" + boost::uuids::to_string(made(name_key(name) + "\n" + first.str()));
}

void append_contacts(ContactCard&& card, NumberLetters letters, LeftOut& left_out, ContactBatch& into) {
  CardReader(std::move(card), letters, left_out, into).read();
}

}  // namespace linebook
