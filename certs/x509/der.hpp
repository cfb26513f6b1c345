#pragma once

#include <optional>
#include <string>

#include "certs/x509/name.hpp"

/// The little of DER that names need, on OpenSSL's primitives.
namespace mtls::x509 {

/// One DER element and where it lies.
struct Element {
    int tag = 0;       ///< V_ASN1_...
    int tag_class = 0; ///< V_ASN1_UNIVERSAL...
    bool constructed = false;
    std::size_t offset = 0; ///< of the first byte of the header
    std::size_t content_offset = 0;
    Bytes whole; ///< header and content
    Bytes content;

    [[nodiscard]] bool is(int universal_tag) const; ///< of the universal class
};

/// Walks the elements that lie side by side in some bytes. Offsets are those of the outermost bytes.
class ElementReader {
  public:
    explicit ElementReader(Bytes bytes) : rest_{bytes} {}

    /// The elements inside `element`.
    explicit ElementReader(const Element& element) : rest_{element.content}, offset_{element.content_offset} {}

    [[nodiscard]] bool empty() const { return rest_.empty(); }

    [[nodiscard]] std::size_t offset() const { return offset_; }

    /// The next element; null if there is none or it is not DER (truncated, indefinite or non-minimal length).
    [[nodiscard]] std::optional<Element> next();

  private:
    struct Header {
        int tag = 0;
        int tag_class = 0;
        bool constructed = false;
        std::size_t size = 0;  ///< of the header alone
        std::size_t whole = 0; ///< with the content
    };

    [[nodiscard]] static std::optional<Header> short_header(Bytes bytes);
    Element take(const Header& header);

    Bytes rest_;
    std::size_t offset_ = 0;
};

/// One element with this universal tag.
[[nodiscard]] Der encode(int tag, Bytes content);

} // namespace mtls::x509
