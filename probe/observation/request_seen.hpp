#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "certs/x509/name.hpp"
#include "probe/wire/certificate_request.hpp"
#include "probe/wire/registries.hpp"

namespace mtls::observation {

/// Where a CertificateRequest came.
enum class Stage { handshake, renegotiation, post_handshake };

/// One entry of the trusted issuer list, as sent and as understood.
struct Authority {
    x509::Name name;
    /// Null, or what is wrong with this entry: not one DER Name (then the list is malformed), or a value that does not
    /// decode (then it is an odd, but real, entry).
    std::optional<std::string> error;
    bool is_name = true; ///< exactly one DER Name
};

/// A CertificateRequest as it came, and where in the connection.
struct RequestSeen {
    Stage stage = Stage::handshake;
    std::optional<wire::HandshakeType>
        after;                     ///< the server's message before it in the same flight; null if it came first
    std::vector<std::uint8_t> raw; ///< the body, without the 4-byte header
    wire::CertificateRequest request;
    bool complete = true;               ///< false: the connection ended in its middle; raw is what came
    std::vector<Authority> authorities; ///< of request.certificate_authorities, in order
};

/// Makes RequestSeen from a message body: parses it, and decodes each name.
[[nodiscard]] RequestSeen read_request(Stage stage, std::optional<wire::HandshakeType> after,
                                       wire::ProtocolVersion version, std::vector<std::uint8_t> body);

/// The same of bytes that others may have sent before: every server of a fleet sends one of a few requests, so each
/// thread remembers those that it read last.
[[nodiscard]] std::shared_ptr<const RequestSeen> remembered_request(Stage stage,
                                                                    std::optional<wire::HandshakeType> after,
                                                                    wire::ProtocolVersion version,
                                                                    std::span<const std::uint8_t> body);

/// The requests of one connection, in order. Nobody changes them, so that copies, and connections that got the same,
/// can share them.
class RequestsSeen {
  public:
    class const_iterator {
      public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = RequestSeen;
        using difference_type = std::ptrdiff_t;
        using pointer = const RequestSeen*;
        using reference = const RequestSeen&;

        const_iterator() = default;

        explicit const_iterator(const std::shared_ptr<const RequestSeen>* at) : at_{at} {}

        reference operator*() const { return **at_; }

        pointer operator->() const { return at_->get(); }

        const_iterator& operator++()
        {
            ++at_;
            return *this;
        }

        const_iterator operator++(int) { return const_iterator{at_++}; }

        friend bool operator==(const_iterator, const_iterator) = default;

      private:
        const std::shared_ptr<const RequestSeen>* at_ = nullptr;
    };

    void push_back(std::shared_ptr<const RequestSeen> request) { all_.push_back(std::move(request)); }

    void push_back(RequestSeen request) { all_.push_back(std::make_shared<const RequestSeen>(std::move(request))); }

    [[nodiscard]] bool empty() const { return all_.empty(); }

    [[nodiscard]] std::size_t size() const { return all_.size(); }

    [[nodiscard]] const_iterator begin() const { return const_iterator{all_.data()}; }

    [[nodiscard]] const_iterator end() const { return const_iterator{all_.data() + all_.size()}; }

    [[nodiscard]] const RequestSeen& operator[](std::size_t index) const { return *all_[index]; }

    /// To keep one, or to know it again (PerRequest).
    [[nodiscard]] const std::vector<std::shared_ptr<const RequestSeen>>& shared() const { return all_; }

    [[nodiscard]] const RequestSeen& at(std::size_t index) const { return *all_.at(index); }

    [[nodiscard]] const RequestSeen& front() const { return *all_.front(); }

    [[nodiscard]] const RequestSeen& back() const { return *all_.back(); }

  private:
    std::vector<std::shared_ptr<const RequestSeen>> all_;
};

[[nodiscard]] const char* to_string(Stage stage);

} // namespace mtls::observation
