#include "linebook/file_checksum.h"

#include <sodium.h>

#include <array>
#include <fstream>
#include <stdexcept>

namespace linebook {

std::string sha256_of_file(std::filesystem::path const& path) {
  constexpr std::size_t read_at_once = 1u << 20;
  std::ifstream file(path, std::ios::binary);
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  for (std::string buffer(read_at_once, '\0'); file;) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    crypto_hash_sha256_update(&state, reinterpret_cast<unsigned char const*>(buffer.data()),
                              static_cast<unsigned long long>(file.gcount()));
  }
  if (!file.eof()) throw std::runtime_error(path.string() + " cannot be read");
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256_final(&state, digest.data());
  std::string text(2 * digest.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  text.pop_back();
  return text;
}

}  // namespace linebook
