#include "lists/list_directory.h"

#include "fakes/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <random>
#include <set>
#include <thread>

#include "lists/own_drafts.h"

namespace linebook::lists {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TenDigits digits(std::uint64_t number) {
  auto text = std::to_string(number);
  text.insert(0, 10 - text.size(), '0');
  return *TenDigits::parse(text);
}

std::string bytes_of(std::filesystem::path const& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Lists : public testing::Test {
 protected:
  std::filesystem::path path() const { return base_ / "lists"; }
  std::filesystem::path file(std::string const& list) const { return path() / file_name_of(list); }

  static void publish(ListDirectory& directory, std::string const& name,
                      std::vector<std::uint64_t> const& numbers, std::string const& as_of = "2026-11-20") {
    OwnDrafts drafts(directory);
    auto draft = drafts.begin(name);
    ASSERT_TRUE(draft);
    (*draft)->add(numbers);
    auto const list = (*draft)->publish(as_of, {});
    ASSERT_TRUE(list) << list.error().message;
    EXPECT_EQ(list->numbers, (*draft)->numbers());
    EXPECT_EQ(list->bytes, std::filesystem::file_size(directory.path() / file_name_of(name)));
  }
  /// As an operator might: another file under the name.
  void replace(std::string const& list, std::string const& bytes) const {
    std::ofstream(path() / "x", std::ios::binary) << bytes;
    std::filesystem::rename(path() / "x", file(list));
  }

  fakes::TemporaryDirectory const directory_of_test_;
  std::filesystem::path const base_ = directory_of_test_.path();
  std::vector<std::string> log_;
  ListDirectory::Log log() {
    return [this](std::string_view text) { log_.emplace_back(text); };
  }
};

TEST_F(Lists, AnEmptyDirectoryHasNone) {
  ListDirectory const directory(path(), log());
  EXPECT_EQ(directory.look_up(digits(5852984455)), ListAnswers());
  EXPECT_THAT(directory.loaded(), IsEmpty());
  EXPECT_THAT(directory.troubles(), IsEmpty());
}

TEST_F(Lists, AnswersOfTheNationalListAndOfStates) {
  ListDirectory directory(path(), log());
  publish(directory, "national", {5852984455, 2125550100, 0, 9'999'999'999});
  publish(directory, "TX", {5125550100, 5852984455});
  publish(directory, "CA", {5852984455});
  struct {
    char const* name;
    std::uint64_t number;
    bool on_national;
    std::vector<std::string> states;
  } const cases[] = {{"on all but one", 5852984455, true, {"CA", "TX"}},
                     {"on the national one", 2125550100, true, {}},
                     {"on a state's", 5125550100, false, {"TX"}},
                     {"on none, in a known exchange", 5852984456, false, {}},
                     {"on none, in another exchange", 5852994455, false, {}},
                     {"on none, in another area code", 5862984455, false, {}},
                     {"the first that could be", 0, true, {}},
                     {"the last that could be", 9'999'999'999, true, {}}};
  ListDirectory const again(path(), log());
  for (ListDirectory const* each : {static_cast<ListDirectory const*>(&directory), &again})
    for (auto const& c : cases)
      EXPECT_EQ(each->look_up(digits(c.number)), (ListAnswers{"2026-11-20", c.on_national, c.states}))
          << c.name;
  auto const loaded = again.loaded();
  ASSERT_EQ(loaded.size(), 3U);
  EXPECT_EQ(loaded[0].name, "national");
  EXPECT_EQ(loaded[0].numbers, 4U);
  EXPECT_EQ(loaded[1].name, "CA");
}

TEST_F(Lists, AgreeWithASetOverManyAreaCodes) {
  std::mt19937_64 random(4);
  std::set<std::uint64_t> model;
  for (int i = 0; i < 200'000; ++i) {
    auto const area = 200 + random() % 30;
    auto const exchange = i % 2 == 0 ? random() % 1000 : 200 + random() % 3;  // thin and dense ones
    model.insert((area * 1000 + exchange) * 10'000 + random() % 10'000);
  }
  ListDirectory directory(path(), log());
  publish(directory, "national", {model.begin(), model.end()});
  unsigned wrong = 0;
  for (auto const number : model) wrong += directory.look_up(digits(number)).on_national ? 0 : 1;
  for (int i = 0; i < 200'000; ++i) {
    auto const number = (200 + random() % 31) * 10'000'000 + random() % 10'000'000;
    wrong += directory.look_up(digits(number)).on_national != model.contains(number) ? 1 : 0;
  }
  EXPECT_EQ(wrong, 0U);
  auto const numbers = NumberSet::make();
  directory.find("national")->add_to(**numbers);
  EXPECT_EQ((*numbers)->size(), model.size());
  for (auto const number : model) wrong += (*numbers)->contains(number) ? 0 : 1;
  EXPECT_EQ(wrong, 0U);
}

TEST_F(Lists, ChangesBeginWithWhatIsPublished) {
  ListDirectory directory(path(), log());
  OwnDrafts drafts(directory);
  EXPECT_EQ(drafts.begin_with_published("national").error().code, ErrorCode::not_found);
  publish(directory, "national", {5852984455, 5852984456});
  {
    auto draft = drafts.begin_with_published("national");
    ASSERT_TRUE(draft);
    std::uint64_t const gone[] = {5852984455, 5852984499};
    std::uint64_t const new_ones[] = {5852984456, 5852984457};
    EXPECT_EQ((*draft)->remove(gone), 1U);
    EXPECT_EQ((*draft)->add(new_ones), 1U);
    EXPECT_EQ(drafts.begin("TX").error().code, ErrorCode::conflict) << "one draft at a time";
    auto const list = (*draft)->publish("2026-11-21", {});
    ASSERT_TRUE(list);
    EXPECT_EQ(list->version, 2U);
    EXPECT_EQ(list->numbers, 2U);
  }
  EXPECT_FALSE(directory.look_up(digits(5852984455)).on_national);
  EXPECT_TRUE(directory.look_up(digits(5852984457)).on_national);
  auto draft = drafts.begin_with_published("national");
  ASSERT_TRUE(draft);
  publish(directory, "national", {5852984455});
  auto const late = (*draft)->publish("2026-11-22", {});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::conflict);
  EXPECT_TRUE(directory.look_up(digits(5852984455)).on_national);
}

TEST_F(Lists, ADraftThatIsNotPublishedLeavesNothing) {
  ListDirectory directory(path(), log());
  publish(directory, "national", {5852984455});
  auto const before = bytes_of(file("national"));
  struct Gone {};
  OwnDrafts drafts(directory);
  {
    auto draft = drafts.begin("national");
    std::uint64_t const numbers[] = {1, 2, 3};
    (*draft)->add(numbers);
    EXPECT_THROW((void)(*draft)->publish("2026-11-21", [](auto...) { throw Gone(); }), Gone);
  }
  EXPECT_EQ(bytes_of(file("national")), before);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path()), {}), 1);
}

TEST_F(Lists, RefusesEveryFileThatIsNotWhole) {
  std::string good;
  {
    ListDirectory directory(path(), log());
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t i = 0; i < 3000; ++i) numbers.push_back(5852980000 + i);  // a bit set
    for (std::uint64_t i = 0; i < 3000; ++i) numbers.push_back(2120000000 + i * 3331);
    publish(directory, "national", numbers);
    good = bytes_of(file("national"));
  }
  auto const refuses = [&](std::string const& bytes, std::string const& words, std::string const& name) {
    replace("national", bytes);
    ListDirectory const directory(path(), log());
    EXPECT_THAT(directory.troubles(), ElementsAre(HasSubstr(words))) << name;
    EXPECT_EQ(directory.look_up(digits(5852980000)), ListAnswers()) << name;
  };
  for (std::size_t at = 0; at < good.size(); at += at < sizeof(ListHeader) ? 1 : 97) {
    auto flipped = good;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    refuses(flipped, "national.dnc: it ", "byte " + std::to_string(at));
  }
  for (std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{127}, std::size_t{128},
                           std::size_t{2000}, good.size() / 2, good.size() - 1})
    refuses(good.substr(0, size), "whole", "cut to " + std::to_string(size));
  refuses(good + "x", "it is not whole", "longer");
  refuses(std::string(5000, 'x'), "no do-not-call list", "foreign");
  auto of_the_future = good;
  of_the_future[8] = 2;
  refuses(of_the_future, "it has format 2", "a later format");
  replace("national", good);
  std::filesystem::rename(file("national"), file("TX"));
  ListDirectory const misnamed(path(), log());
  EXPECT_THAT(misnamed.troubles(), ElementsAre(HasSubstr("it is the list 'national'")));
}

/// Checksums are right, places are not: what a program with a bug would write.
TEST_F(Lists, RefusesPlacesThatCannotBe) {
  ListDirectory directory(path(), log());
  publish(directory, "national", {5852984455, 2125550100});
  auto const good = bytes_of(file("national"));
  EXPECT_THAT(directory.troubles(), IsEmpty());
  replace("TX", good);
  replace("Texas", good);
  std::filesystem::create_directory(file("CA"));
  std::filesystem::create_symlink("/dev/zero", file("NY"));
  directory.refresh();
  EXPECT_EQ(directory.troubles().size(), 4U);
  EXPECT_EQ(directory.look_up(digits(5852984455)), (ListAnswers{std::nullopt, true, {}}));
}

TEST_F(Lists, AListInUseStaysInUseWhenItsFileIsDamagedButItsDateIsNotTold) {
  ListDirectory directory(path(), log());
  publish(directory, "national", {5852984455});
  auto const good = bytes_of(file("national"));
  replace("national", "rubbish");
  directory.refresh();
  EXPECT_EQ(directory.look_up(digits(5852984455)), (ListAnswers{std::nullopt, true, {}}));
  EXPECT_EQ(directory.troubles().size(), 1U);
  log_.clear();
  directory.refresh();
  EXPECT_THAT(log_, IsEmpty()) << "told once";
  OwnDrafts drafts(directory);
  EXPECT_FALSE(drafts.begin_with_published("national")) << "nothing to change";
  std::filesystem::remove(file("national"));
  directory.refresh();
  EXPECT_EQ(directory.look_up(digits(5852984455)), (ListAnswers{std::nullopt, true, {}}));
  EXPECT_THAT(directory.troubles(), ElementsAre(HasSubstr("gone")));
  replace("national", good);
  directory.refresh();
  EXPECT_EQ(directory.look_up(digits(5852984455)), (ListAnswers{"2026-11-20", true, {}}));
  publish(directory, "national", {5852984456}, "2026-11-21");
  EXPECT_EQ(directory.look_up(digits(5852984455)), (ListAnswers{"2026-11-21", false, {}}));
  EXPECT_EQ(directory.loaded().front().version, 2U);
}

TEST_F(Lists, LookUpsGoOnWhileAListIsReplaced) {
  ListDirectory directory(path(), {});
  publish(directory, "national", {5852984455, 1});
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> readers;
    for (int i = 0; i < 3; ++i)
      readers.emplace_back([&] {
        while (!stop) {
          auto const answers = directory.look_up(digits(5852984455));
          if (!answers.on_national || !answers.national_as_of) ++wrong;
        }
      });
    for (std::uint64_t i = 0; i < 20; ++i) publish(directory, "national", {5852984455, i});
    stop = true;
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(directory.loaded().front().version, 21U);
}

}  // namespace
}  // namespace linebook::lists
