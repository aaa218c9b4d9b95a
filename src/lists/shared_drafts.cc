#include "lists/shared_drafts.h"

#include <algorithm>
#include <utility>

namespace linebook::lists {
namespace {

class SharedDraft final : public NumbersOfDraft {
 public:
  SharedDraft(SharedLists& shared, std::filesystem::path directory, SharedCopies* copies, DraftSeat seat,
              std::string name, std::unique_ptr<NumberSet> numbers, std::uint64_t based_on)
      : NumbersOfDraft(std::move(seat), std::move(name), std::move(numbers)),
        shared_(shared),
        directory_(std::move(directory)),
        copies_(copies),
        based_on_(based_on) {}

  Result<DoNotCallList> publish(std::string const& as_of, PublishProgress const& progress) override {
    auto const version = shared_.next_version(name());
    if (!version) return fail(version.error());
    auto draft = DraftFile::create(directory_, name());
    if (!draft) return fail(std::move(draft.error()));
    auto about = write(*draft, *version, as_of, progress);
    if (!about) return about;
    auto const checked = MappedList::open(draft->path());
    if (!checked) return fail(checked.error());
    auto const put =
        shared_.put({*about, checksum_text((*checked)->checksum())}, based_on_,
                    [&](std::uint64_t piece) { return read(*draft, piece, about->bytes, progress); });
    if (!put) return fail(put.error());
    if (copies_ != nullptr) copies_->catch_up();
    return about;
  }

 private:
  static Result<std::string> read(DraftFile const& draft, std::uint64_t piece, std::uint64_t of,
                                  PublishProgress const& progress) {
    auto const offset = piece * shared_list_piece;
    if (progress) progress("bytes shared", offset, of);
    std::string bytes(shared_list_piece, '\0');
    auto const n = draft.read_at(offset, bytes.data(), bytes.size());
    if (!n) return fail(n.error());
    bytes.resize(*n);
    return bytes;
  }

  SharedLists& shared_;
  std::filesystem::path const directory_;
  SharedCopies* const copies_;
  std::uint64_t const based_on_;  // version; 0: none
};

}  // namespace

Result<std::unique_ptr<ListDraft>> SharedDrafts::begin(std::string const& name) {
  auto seat = DraftSeat::take(taken_);
  if (!seat) return fail(std::move(seat.error()));
  auto numbers = NumberSet::make();
  if (!numbers) return fail(std::move(numbers.error()));
  return std::make_unique<SharedDraft>(shared_, directory_, copies_, std::move(*seat), name,
                                       std::move(*numbers), 0);
}

Result<std::unique_ptr<ListDraft>> SharedDrafts::begin_with_published(std::string const& name) {
  auto const newest = shared_.newest();
  if (!newest) return fail(newest.error());
  auto const list = std::ranges::find(*newest, name, [](SharedList const& each) { return each.about.name; });
  if (list == newest->end()) return fail(nothing_published(name));
  auto seat = DraftSeat::take(taken_);
  if (!seat) return fail(std::move(seat.error()));
  auto numbers = NumberSet::make();
  if (!numbers) return fail(std::move(numbers.error()));
  std::atomic<bool> const stopping{false};
  auto const fetched = fetch_draft(shared_, *list, directory_, stopping);
  if (!fetched) return fail(fetched.error());
  auto const mapped = MappedList::open(fetched->path());
  if (!mapped) return fail(mapped.error());
  (*mapped)->add_to(**numbers);
  return std::make_unique<SharedDraft>(shared_, directory_, copies_, std::move(*seat), name,
                                       std::move(*numbers), list->about.version);
}

Result<std::vector<DoNotCallList>> SharedDrafts::published() {
  auto newest = shared_.newest();
  if (!newest) return fail(std::move(newest.error()));
  std::vector<DoNotCallList> all;
  for (auto& list : *newest) all.push_back(std::move(list.about));
  return all;
}

}  // namespace linebook::lists
