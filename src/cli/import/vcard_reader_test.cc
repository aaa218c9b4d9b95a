#include "cli/import/vcard_reader.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>

namespace linebook {
namespace {

class CardFile final : public InputFile {
 public:
  explicit CardFile(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> read(char* into, std::size_t size) override {
    auto const n = std::min(size, text_.size() - at_);
    std::memcpy(into, text_.data() + at_, n);
    at_ += n;
    return n;
  }
  std::uint64_t size() const override { return text_.size(); }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

Result<std::vector<ContactCard>> cards_of(std::string text) {
  CardFile file(std::move(text));
  TextDecoder decoder(file, {});
  VCardReader reader(decoder);
  std::vector<ContactCard> cards;
  for (;;) {
    ContactCard card;
    auto more = reader.next(card);
    if (!more) return fail(std::move(more.error()));
    if (!*more) return cards;
    cards.push_back(std::move(card));
  }
}

ContactCard card_of(std::string const& properties, std::string const& version = "4.0") {
  auto cards = cards_of("BEGIN:VCARD\r\nVERSION:" + version + "\r\n" + properties + "END:VCARD\r\n");
  EXPECT_TRUE(cards) << cards.error().message;
  return cards && !cards->empty() ? cards->front() : ContactCard{};
}

TEST(VCardReader, ReadsNamesIdsAndWhatElseIsKept) {
  auto const card = card_of(
      "N:Reyes;Dee;Ann;;\nFN:Dee Reyes\nUID:urn:uuid:4fbe8971-0bc3\nEMAIL;PREF=1:dee@example.com\n"
      "BDAY:19800229\nGENDER:F\nTZ:America/New_York\nPHOTO:data:x\n");
  EXPECT_EQ(card.first_name, "Dee Ann");
  EXPECT_EQ(card.last_name, "Reyes");
  EXPECT_EQ(card.id, "4fbe8971-0bc3");
  EXPECT_EQ(card.email, "dee@example.com");
  EXPECT_EQ(card.date_of_birth, "1980-02-29");
  EXPECT_EQ(card.gender, Gender::female);
  EXPECT_EQ(card.timezone, "America/New_York");
  EXPECT_TRUE(card.faults.empty() && card.notes.empty());
}

TEST(VCardReader, ReadsNumbersOfAllWritings) {
  struct Row {
    char const* line;
    char const* text;
    NumberUse use;
    int rank;
  } const rows[] = {
      {"TEL;TYPE=CELL,PREF:(585) 298-4458", "(585) 298-4458", NumberUse::cell, 1},
      {"TEL;VALUE=uri;TYPE=\"cell,voice\";PREF=1:tel:+1-585-298-4461", "tel:+1-585-298-4461", NumberUse::cell,
       1},
      {"item1.TEL:5852984462", "5852984462", NumberUse::other, CardNumber::no_rank},
      {"tel;home;voice:1", "1", NumberUse::home, CardNumber::no_rank},
      {"TEL;TYPE=WORK;TYPE=FAX:1", "1", NumberUse::fax, CardNumber::no_rank},
      {"TEL;TYPE=work,voice,fax:1", "1", NumberUse::other, CardNumber::no_rank},
      {"TEL;TYPE=pager:1", "1", NumberUse::pager, CardNumber::no_rank},
      {"TEL;TYPE=iPhone;PREF=2:1", "1", NumberUse::cell, 2},
      {"TEL;TYPE=home;\n X-A=\"b:c;d\":1\n 2", "12", NumberUse::home, CardNumber::no_rank},
  };
  for (auto const& row : rows) {
    SCOPED_TRACE(row.line);
    auto const card = card_of(std::string("FN:A B\n") + row.line + "\n");
    ASSERT_EQ(card.numbers.size(), 1u);
    EXPECT_EQ(card.numbers[0].text, row.text);
    EXPECT_EQ(card.numbers[0].use, row.use);
    EXPECT_EQ(card.numbers[0].rank, row.rank);
  }
}

TEST(VCardReader, TakesApplesLabels) {
  auto const card =
      card_of("item1.TEL:1\nitem1.X-ABLabel:_$!<HomeFAX>!$_\nitem2.TEL:2\nitem2.X-ABLabel:Mobile\n", "3.0");
  ASSERT_EQ(card.numbers.size(), 2u);
  EXPECT_EQ(card.numbers[0].use, NumberUse::fax);
  EXPECT_EQ(card.numbers[1].use, NumberUse::cell);
}

TEST(VCardReader, ToleratesWhatIsLeftOf21) {
  auto const card = card_of(
      "N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Mu=F1oz;Jos=\n=E9\nTEL;CELL;PREF:5852984458\n", "2.1");
  EXPECT_EQ(card.first_name, "José");
  EXPECT_EQ(card.last_name, "Muñoz");
  EXPECT_EQ(card.numbers.at(0).use, NumberUse::cell);
  EXPECT_EQ(card.numbers.at(0).rank, 1);
  auto const other = card_of("N;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=83\n", "2.1");
  ASSERT_EQ(other.faults.size(), 1u);
  EXPECT_THAT(other.faults[0].message, testing::HasSubstr("character set"));
}

TEST(VCardReader, RefusesACardAndReadsOn) {
  auto const cards = cards_of(
      "BEGIN:VCARD\nVERSION:5.0\nFN:A\nEND:VCARD\n\nBEGIN:VCARD\nFN:B\nBEGIN:VCARD\nEND:VCARD\nEND:VCARD\n"
      "BEGIN:VCARD\nVERSION:4.0\nKIND:group\nFN:All\nEND:VCARD\nBEGIN:VCARD\nVERSION:4.0\nFN:C "
      "D\nEND:VCARD\n");
  ASSERT_TRUE(cards);
  ASSERT_EQ(cards->size(), 3u);
  EXPECT_THAT((*cards)[0].faults.at(0).message, testing::HasSubstr("'5.0'"));
  EXPECT_EQ((*cards)[1].line, 6u);
  EXPECT_EQ((*cards)[1].faults.size(), 2u);
  EXPECT_EQ((*cards)[2].full_name, "C D");
}

TEST(VCardReader, NamesTheLineOfWhatIsNoCard) {
  struct Row {
    char const* text;
    char const* told;
  } const rows[] = {
      {"", "holds no vCard"},
      {"BEGIN:VCARD\nFN:A\n", "line 1: the card that begins here has no END:VCARD"},
      {"BEGIN:VCARD\nEND:VCARD\nhello\x1B\n",
       "line 3: must be BEGIN:VCARD, with which a card begins, not 'hello\\x1B'"},
  };
  for (auto const& row : rows) {
    auto const cards = cards_of(row.text);
    ASSERT_FALSE(cards);
    EXPECT_THAT(cards.error().message, testing::HasSubstr(row.told));
  }
}

TEST(VCardReader, KeepsNoMoreThanItsBounds) {
  auto const long_note = card_of("NOTE:" + std::string(1'000'000, 'x') + "\nFN:A B\n");
  EXPECT_TRUE(long_note.faults.empty());
  auto const long_name = card_of("FN:" + std::string(1'000'000, 'x') + "\n");
  EXPECT_EQ(long_name.faults.size(), 1u);
  std::string numbers;
  for (std::size_t i = 0; i <= max_numbers_on_card; ++i) numbers += "TEL:5852984458\n";
  auto const many = card_of("FN:A B\n" + numbers);
  EXPECT_EQ(many.numbers.size(), max_numbers_on_card);
  EXPECT_EQ(many.notes.size(), 1u);
}

TEST(VCardValues, AreReadAsTheyAreEscaped) {
  EXPECT_EQ(vcard_text("a\\, b\\;c\\nd\\\\e"), "a, b;c\nd\\e");
  EXPECT_EQ(vcard_parts("Ed\\;s;A,B;"), (std::vector<std::string>{"Ed;s", "A,B", ""}));
}

}  // namespace
}  // namespace linebook
