// The bytes of a file, in blocks that copies share until one of them is written to: a copy costs next to
// nothing. One thread at a time, copies included.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace linebook::fakes {

class FileImage {
 public:
  static constexpr std::size_t block_bytes = 4096;

  std::size_t size() const { return size_; }

  /// Bytes beyond the end are read as zeros; false where there were any.
  bool read(std::size_t at, std::span<char> into) const {
    for (std::size_t done = 0; done < into.size();) {
      auto const piece = piece_at(at + done, into.size() - done);
      if (piece.block < blocks_.size() && blocks_[piece.block])
        std::memcpy(into.data() + done, blocks_[piece.block]->data() + piece.offset, piece.bytes);
      else
        std::memset(into.data() + done, 0, piece.bytes);
      done += piece.bytes;
    }
    return at + into.size() <= size_;
  }

  void write(std::size_t at, std::string_view bytes) {
    if (at + bytes.size() > size_) truncate(at + bytes.size());
    for (std::size_t done = 0; done < bytes.size();) {
      auto const piece = piece_at(at + done, bytes.size() - done);
      std::memcpy(own_block(piece.block).data() + piece.offset, bytes.data() + done, piece.bytes);
      done += piece.bytes;
    }
  }

  /// Cuts, or adds zeros.
  void truncate(std::size_t size) {
    blocks_.resize((size + block_bytes - 1) / block_bytes);
    if (size < size_ && size % block_bytes != 0 && blocks_.back()) {
      auto& last = own_block(blocks_.size() - 1);
      std::fill(last.begin() + static_cast<std::ptrdiff_t>(size % block_bytes), last.end(), '\0');
    }
    size_ = size;
  }

  friend bool operator==(FileImage const& a, FileImage const& b) {
    return a.size_ == b.size_ && std::ranges::equal(a.blocks_, b.blocks_, [](auto const& x, auto const& y) {
             return x == y || std::ranges::equal(x ? *x : zeros(), y ? *y : zeros());
           });
  }

 private:
  using Block = std::array<char, block_bytes>;  // zeros beyond the end of the file

  struct Piece {
    std::size_t block, offset, bytes;
  };
  static Piece piece_at(std::size_t at, std::size_t bytes) {
    auto const offset = at % block_bytes;
    return {at / block_bytes, offset, std::min(bytes, block_bytes - offset)};
  }
  static Block const& zeros() {
    static Block const block{};
    return block;
  }
  Block& own_block(std::size_t index) {
    auto& block = blocks_[index];
    if (!block || block.use_count() > 1) block = std::make_shared<Block>(block ? *block : zeros());
    return *block;
  }

  std::vector<std::shared_ptr<Block>> blocks_;  // nullptr: zeros
  std::size_t size_ = 0;
};

}  // namespace linebook::fakes
