#include "http/transport/channel.h"

#include <openssl/err.h>

namespace linebook::http {
namespace {

using Outcome = Transfer::Outcome;

Transfer plain_outcome(boost::system::error_code problem, std::size_t bytes, Outcome when_blocked) {
  if (!problem) return {Outcome::done, bytes};
  if (problem == boost::asio::error::would_block || problem == boost::asio::error::try_again)
    return {when_blocked, 0};
  return {Outcome::closed, 0};
}

}  // namespace

Channel::Channel(Socket socket, TlsContext const& tls) : socket_(std::move(socket)) {
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  if (!tls) return;
  ssl_.reset(SSL_new(tls.get()));
  if (!ssl_) throw std::bad_alloc();
  SSL_set_fd(ssl_.get(), socket_.native_handle());
  SSL_set_accept_state(ssl_.get());
}

Transfer Channel::outcome_of(int result) {
  if (result > 0) return {Outcome::done, static_cast<std::size_t>(result)};
  auto const reason = SSL_get_error(ssl_.get(), result);
  if (reason == SSL_ERROR_WANT_READ) return {Outcome::wait_read, 0};
  if (reason == SSL_ERROR_WANT_WRITE) return {Outcome::wait_write, 0};
  ERR_clear_error();
  return {Outcome::closed, 0};
}

Transfer Channel::handshake() {
  if (!ssl_) return {};
  ERR_clear_error();
  return outcome_of(SSL_do_handshake(ssl_.get()));
}

Transfer Channel::read(std::span<char> space) {
  if (!ssl_) return discard(space);
  ERR_clear_error();
  return outcome_of(SSL_read(ssl_.get(), space.data(), static_cast<int>(space.size())));
}

Transfer Channel::discard(std::span<char> scratch) {
  boost::system::error_code problem;
  auto const bytes = socket_.read_some(boost::asio::buffer(scratch.data(), scratch.size()), problem);
  return plain_outcome(problem, bytes, Outcome::wait_read);
}

Transfer Channel::write(std::string_view bytes) {
  if (!ssl_) {
    boost::system::error_code problem;
    auto const sent = socket_.write_some(boost::asio::buffer(bytes.data(), bytes.size()), problem);
    return plain_outcome(problem, sent, Outcome::wait_write);
  }
  // One record at a time; the caller comes back for the rest.
  constexpr std::size_t most_at_once = 1 << 20;
  ERR_clear_error();
  return outcome_of(
      SSL_write(ssl_.get(), bytes.data(), static_cast<int>(std::min(bytes.size(), most_at_once))));
}

void Channel::finish_sending() {
  if (ssl_ && SSL_is_init_finished(ssl_.get())) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }
  boost::system::error_code ignored;
  socket_.shutdown(boost::asio::socket_base::shutdown_send, ignored);
}

void Channel::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace linebook::http
