#include "lists/shared_copies.h"

#include "fakes/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "lists/shared_drafts.h"

namespace linebook::lists {
namespace {

/// A database that may break off.
class ListsInMemory final : public SharedLists {
 public:
  std::map<std::string, std::pair<SharedList, std::string>> whole;
  std::size_t pieces_left = 1000;
  std::uint64_t version = 0;

  Result<std::vector<SharedList>> newest() override {
    std::vector<SharedList> all;
    for (auto const& [name, list] : whole) all.push_back(list.first);
    return all;
  }
  Result<std::uint64_t> next_version(std::string const&) override { return ++version; }
  Result<void> put(SharedList const& list, std::uint64_t, ReadPiece const& read) override {
    std::string bytes;
    for (std::uint64_t piece = 0; bytes.size() < list.about.bytes; ++piece) {
      if (pieces_left == 0) return fail(ErrorCode::unavailable, "away");
      --pieces_left;
      bytes += *read(piece);
    }
    whole[list.about.name] = {list, bytes};
    return {};
  }
  Result<void> get(SharedList const& list, TakePiece const& take) override {
    auto const& bytes = whole[list.about.name].second;
    for (std::size_t at = 0; at < bytes.size(); at += shared_list_piece) {
      if (pieces_left == 0) return fail(ErrorCode::unavailable, "away");
      --pieces_left;
      if (auto taken = take(std::string_view(bytes).substr(at, shared_list_piece)); !taken) return taken;
    }
    return {};
  }
};

class SharedCopiesTest : public testing::Test {
 protected:
  struct Node {
    Node(SharedLists& shared, std::filesystem::path const& path, std::vector<std::string>& log)
        : directory(path, {}),
          copies(shared, directory, [&log](std::string_view text) { log.emplace_back(text); }),
          drafts(shared, path, &copies) {}
    ListDirectory directory;
    SharedCopies copies;
    SharedDrafts drafts;
    bool has(char const* number) const { return directory.look_up(*TenDigits::parse(number)).on_national; }
  };

  Result<DoNotCallList> publish(Node& node, std::vector<std::uint64_t> const& numbers) {
    auto draft = node.drafts.begin("national");
    if (!draft) return fail(draft.error());
    (*draft)->add(numbers);
    return (*draft)->publish("2026-11-20", {});
  }

  fakes::TemporaryDirectory const directory_of_test_;
  std::filesystem::path const base_ = directory_of_test_.path();
  ListsInMemory shared_;
  std::vector<std::string> log_;
  Node one_{shared_, base_ / "one", log_};
  Node two_{shared_, base_ / "two", log_};
};

TEST_F(SharedCopiesTest, WhatOneNodePublishesTheOthersFetch) {
  ASSERT_TRUE(publish(one_, {5852984455}));
  EXPECT_TRUE(one_.has("5852984455")) << "at once";
  EXPECT_FALSE(two_.has("5852984455"));
  two_.copies.catch_up();
  EXPECT_TRUE(two_.has("5852984455"));
  EXPECT_EQ(one_.directory.loaded(), two_.directory.loaded());
  auto draft = two_.drafts.begin_with_published("national");
  ASSERT_TRUE(draft);
  std::uint64_t const more[] = {5852984456};
  (*draft)->add(more);
  ASSERT_TRUE((*draft)->publish("2026-11-21", {}));
  one_.copies.catch_up();
  EXPECT_TRUE(one_.has("5852984456"));
  EXPECT_TRUE(one_.has("5852984455"));
}

TEST_F(SharedCopiesTest, AnUploadOrADownloadThatBreaksOffChangesNothing) {
  ASSERT_TRUE(publish(one_, {5852984455}));
  two_.copies.catch_up();
  shared_.pieces_left = 0;
  EXPECT_FALSE(publish(one_, {5852984456}));
  EXPECT_TRUE(one_.has("5852984455"));
  shared_.pieces_left = 1;
  EXPECT_TRUE(publish(one_, {5852984456}));  // it could not fetch it itself any more
  two_.copies.catch_up();
  two_.copies.catch_up();
  EXPECT_THAT(log_, testing::Contains(testing::HasSubstr("away")));
  EXPECT_LE(log_.size(), 2U) << "told once by each node";
  EXPECT_TRUE(two_.has("5852984455"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(base_ / "two"), {}), 1);
  shared_.pieces_left = 100;
  two_.copies.catch_up();
  EXPECT_TRUE(two_.has("5852984456"));
}

TEST_F(SharedCopiesTest, WhatWasDamagedThereIsNotTakenAndADamagedCopyIsFetchedAgain) {
  ASSERT_TRUE(publish(one_, {5852984455}));
  auto& bytes = shared_.whole["national"].second;
  bytes[200] = static_cast<char>(bytes[200] ^ 1);
  two_.copies.catch_up();
  EXPECT_FALSE(two_.has("5852984455"));
  EXPECT_THAT(log_, testing::ElementsAre(testing::HasSubstr("damaged")));
  bytes[200] = static_cast<char>(bytes[200] ^ 1);
  two_.copies.catch_up();
  EXPECT_TRUE(two_.has("5852984455"));
  std::ofstream(base_ / "x") << "rubbish";
  std::filesystem::rename(base_ / "x", base_ / "one" / "national.dnc");
  Node restarted(shared_, base_ / "one", log_);
  EXPECT_EQ(restarted.directory.troubles().size(), 1U);
  restarted.copies.catch_up();
  EXPECT_TRUE(restarted.has("5852984455"));
  EXPECT_TRUE(restarted.directory.troubles().empty());
}

}  // namespace
}  // namespace linebook::lists
