#include "store/sqlite/replica/replica_format.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <stdexcept>
#include <type_traits>

namespace linebook::sqlite {
namespace {

static_assert(std::endian::native == std::endian::little, "the files are written as memory has them");

constexpr std::uint32_t format_version = 1;
constexpr std::size_t generation_digits = 10;
constexpr std::size_t position_digits = 20;
constexpr std::string_view log_suffix = ".log";
constexpr std::string_view base_suffix = ".base";
constexpr std::size_t read_at_once = 4u << 20;
constexpr std::uint32_t max_page_size = 65536;

template <std::size_t n>
constexpr std::uint64_t magic(char const (&text)[n]) {
  static_assert(n == 9);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i)
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[i])) << (8 * i);
  return value;
}

struct FileHead {
  std::uint64_t magic = 0;
  std::uint32_t version = format_version;
  std::uint32_t page_size = 0;
  std::uint64_t generation = 0;
  std::uint64_t position = 0;
  std::uint64_t link = 0;
  std::uint64_t installation = 0;
  std::uint64_t unused = 0;
  std::uint64_t checksum = 0;
};

struct RecordHead {
  std::uint64_t magic = 0;
  std::uint64_t position = 0;
  std::uint64_t timeline = 0;
  std::int64_t milliseconds = 0;
  std::uint64_t log_salts = 0;
  std::uint32_t database_pages = 0;
  std::uint32_t pages = 0;
  std::uint32_t whole_log = 0;
  std::uint32_t unused = 0;
  std::uint64_t link = 0;
  std::uint64_t checksum = 0;  // of all before it and all behind it up to the record's end
};

struct BaseEnd {
  std::uint64_t magic = 0;
  std::uint64_t position = 0;
  std::int64_t milliseconds = 0;
  std::uint64_t pages = 0;
  std::uint64_t content = 0;  // checksum of head and pages
  std::uint64_t checksum = 0;
};

constexpr auto log_magic = magic("LBREPLOG");
constexpr auto record_magic = magic("LBCOMMIT");
constexpr auto base_magic = magic("LBREPBAS");
constexpr auto end_magic = magic("LBREPEND");

template <class Head>
std::string_view bytes_of(Head const& head) {
  static_assert(std::has_unique_object_representations_v<Head>);
  return {reinterpret_cast<char const*>(&head), sizeof head};
}

template <class Head>
std::uint64_t checksum_of(Head const& head) {
  return XXH3_64bits(&head, sizeof head - sizeof head.checksum);
}

template <class Head>
std::optional<Head> head_in(std::string_view text, std::uint64_t magic) {
  Head head;
  if (text.size() < sizeof head) return std::nullopt;
  std::memcpy(&head, text.data(), sizeof head);
  if (head.magic != magic) return std::nullopt;
  return head;
}

struct HashState {
  HashState() : state(XXH3_createState()) { XXH3_64bits_reset(state); }
  ~HashState() { XXH3_freeState(state); }
  HashState(HashState const&) = delete;
  HashState& operator=(HashState const&) = delete;
  void add(std::string_view bytes) { XXH3_64bits_update(state, bytes.data(), bytes.size()); }
  std::uint64_t digest() const { return XXH3_64bits_digest(state); }
  XXH3_state_t* state;
};

std::uint64_t record_checksum(RecordHead const& head, std::string_view body) {
  HashState hash;
  hash.add(bytes_of(head).substr(0, sizeof head - sizeof head.checksum));
  hash.add(body);
  return hash.digest();
}

std::optional<FileHead> file_head(std::string_view text, ReplicaFileName const& name) {
  auto const head = head_in<FileHead>(text, name.is_base ? base_magic : log_magic);
  if (!head || head->checksum != checksum_of(*head)) return std::nullopt;
  if (head->version != format_version)
    throw std::runtime_error(fmt::format("{} is of a newer Linebook", name.text()));
  bool const fits = head->generation == name.generation && head->position == name.position &&
                    head->page_size >= 512 && head->page_size <= max_page_size;
  return fits ? head : std::nullopt;
}

FileHead made_head(ReplicaFileName const& name, std::uint32_t page_size, std::uint64_t installation,
                   std::uint64_t link) {
  FileHead head{.magic = name.is_base ? base_magic : log_magic,
                .page_size = page_size,
                .generation = name.generation,
                .position = name.position,
                .link = link,
                .installation = installation};
  head.checksum = checksum_of(head);
  return head;
}

bool read_digits(std::string_view text, std::uint64_t& into) {
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string ReplicaFileName::text() const {
  return fmt::format("{:010}-{:020}{}", generation, position, is_base ? base_suffix : log_suffix);
}

std::optional<ReplicaFileName> ReplicaFileName::parse(std::string_view text) {
  ReplicaFileName name;
  constexpr auto digits = generation_digits + 1 + position_digits;
  if (text.size() < digits || text[generation_digits] != '-') return std::nullopt;
  auto const suffix = text.substr(digits);
  if (suffix != log_suffix && suffix != base_suffix) return std::nullopt;
  name.is_base = suffix == base_suffix;
  if (!read_digits(text.substr(0, generation_digits), name.generation) ||
      !read_digits(text.substr(generation_digits + 1, position_digits), name.position))
    return std::nullopt;
  return name;
}

std::vector<ReplicaFileName> replica_files(ReplicaDirectory& directory) {
  std::vector<ReplicaFileName> files;
  for (auto const& name : directory.names())
    if (auto const parsed = ReplicaFileName::parse(name)) files.push_back(*parsed);
  std::ranges::sort(files);
  return files;
}

std::uint64_t replica_installation(std::string_view fingerprint) {
  return XXH3_64bits(fingerprint.data(), fingerprint.size());
}

// -- Commits ------------------------------------------------------------------------------------------------

ReplicaSegment::ReplicaSegment(ReplicaDirectory& directory, ReplicaFileName name, std::uint32_t page_size,
                               std::uint64_t installation, std::uint64_t link)
    : file_(directory.create(name.text())), link_(link) {
  auto const head = made_head(name, page_size, installation, link);
  file_->append(bytes_of(head));
  bytes_ = sizeof head;
  file_->sync();
  directory.sync_names();
}

void ReplicaSegment::append(ReplicaCommit const& commit) {
  std::string record(sizeof(RecordHead), '\0');
  record.reserve(commit.bytes() + sizeof(RecordHead));
  record.append(reinterpret_cast<char const*>(commit.pages.data()),
                commit.pages.size() * sizeof(std::uint32_t));
  record += commit.images;
  RecordHead head{.magic = record_magic,
                  .position = commit.position,
                  .timeline = commit.timeline,
                  .milliseconds = commit.time.milliseconds,
                  .log_salts = commit.log_salts,
                  .database_pages = commit.database_pages,
                  .pages = static_cast<std::uint32_t>(commit.pages.size()),
                  .whole_log = commit.whole_log ? 1u : 0u,
                  .link = link_};
  head.checksum = record_checksum(head, std::string_view(record).substr(sizeof head));
  std::memcpy(record.data(), &head, sizeof head);
  file_->append(record);
  bytes_ += record.size();
  link_ = head.checksum;
}

std::optional<ReadSegment> read_segment(ReplicaDirectory& directory, ReplicaFileName name,
                                        std::function<void(ReplicaCommit const&)> const& visit,
                                        std::optional<std::uint64_t> link) {
  auto const text = directory.read(name.text(), 0, directory.size(name.text()));
  auto const head = file_head(text, name);
  if (!head) return std::nullopt;
  ReadSegment found{.page_size = head->page_size,
                    .installation = head->installation,
                    .first_link = head->link,
                    .link = head->link};
  for (auto rest = std::string_view(text).substr(sizeof *head);;) {
    auto const record = head_in<RecordHead>(rest, record_magic);
    if (!record || record->link != found.link) break;
    auto const numbers = std::size_t{record->pages} * sizeof(std::uint32_t);
    auto const images = std::size_t{record->pages} * head->page_size;
    rest.remove_prefix(sizeof *record);
    if (rest.size() < numbers + images) break;
    if (record->checksum != record_checksum(*record, rest.substr(0, numbers + images))) break;
    bool const follows = found.last ? record->whole_log != 0 ? record->position > found.last->position
                                                             : record->position == found.last->position + 1
                                    : record->position >= name.position;
    if (!follows) break;
    ReplicaCommit commit{.position = record->position,
                         .timeline = record->timeline,
                         .time = {record->milliseconds},
                         .log_salts = record->log_salts,
                         .database_pages = record->database_pages,
                         .whole_log = record->whole_log != 0,
                         .pages = std::vector<std::uint32_t>(record->pages),
                         .images = {}};
    std::memcpy(commit.pages.data(), rest.data(), numbers);
    if (visit && (!link || *link == head->link)) {
      commit.images = rest.substr(numbers, images);
      visit(commit);
      commit.images.clear();
    }
    rest.remove_prefix(numbers + images);
    found.link = record->checksum;
    ++found.commits;
    found.last = std::move(commit);
  }
  return found;
}

// -- Bases --------------------------------------------------------------------------------------------------

struct ReplicaBaseWriter::Hash : HashState {};

ReplicaBaseWriter::ReplicaBaseWriter(ReplicaDirectory& directory, ReplicaFileName name,
                                     std::uint32_t page_size, std::uint64_t installation)
    : directory_(directory),
      file_(directory.create(name.text())),
      hash_(std::make_unique<Hash>()),
      page_size_(page_size) {
  auto const head = made_head(name, page_size, installation, 0);
  file_->append(bytes_of(head));
  hash_->add(bytes_of(head));
}

ReplicaBaseWriter::~ReplicaBaseWriter() = default;

void ReplicaBaseWriter::append(std::string_view pages) {
  if (!file_->is_in_place()) throw std::runtime_error("the base that was being written is gone");
  file_->append(pages);
  hash_->add(pages);
  pages_ += pages.size() / page_size_;
  file_->sync();
}

void ReplicaBaseWriter::finish(std::uint64_t position, Instant now) {
  // What is behind its end is nothing that a power cut could have left there in part.
  file_->sync();
  BaseEnd end{.magic = end_magic,
              .position = position,
              .milliseconds = now.milliseconds,
              .pages = pages_,
              .content = hash_->digest()};
  end.checksum = checksum_of(end);
  file_->append(bytes_of(end));
  file_->sync();
  directory_.sync_names();
}

std::optional<ReplicaBase> find_base(ReplicaDirectory& directory, ReplicaFileName name) {
  auto const file = name.text();
  auto const head = file_head(directory.read(file, 0, sizeof(FileHead)), name);
  auto const size = directory.size(file);
  if (!head || size < sizeof(FileHead) + sizeof(BaseEnd)) return std::nullopt;
  auto const end = head_in<BaseEnd>(directory.read(file, size - sizeof(BaseEnd), sizeof(BaseEnd)), end_magic);
  if (!end || end->checksum != checksum_of(*end) ||
      size != sizeof(FileHead) + end->pages * head->page_size + sizeof(BaseEnd))
    return std::nullopt;
  return ReplicaBase{end->position, {end->milliseconds}, end->pages, head->page_size};
}

bool read_base(ReplicaDirectory& directory, ReplicaFileName name,
               std::function<void(std::string_view)> const& visit) {
  auto const base = find_base(directory, name);
  if (!base) return false;
  auto const file = name.text();
  auto const ends = sizeof(FileHead) + base->pages * base->page_size;
  HashState hash;
  hash.add(directory.read(file, 0, sizeof(FileHead)));
  for (std::uint64_t at = sizeof(FileHead); at < ends;) {
    auto const bytes = static_cast<std::size_t>(std::min<std::uint64_t>(read_at_once, ends - at));
    auto const pages = directory.read(file, at, bytes);
    if (pages.size() != bytes) return false;
    hash.add(pages);
    visit(pages);
    at += bytes;
  }
  auto const end = head_in<BaseEnd>(directory.read(file, ends, sizeof(BaseEnd)), end_magic);
  return end && end->content == hash.digest();
}

}  // namespace linebook::sqlite
