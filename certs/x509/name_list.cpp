#include "certs/x509/name_list.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "certs/x509/config_error.hpp"
#include "certs/x509/contents.hpp"
#include "certs/x509/credential.hpp"
#include "certs/x509/file_bytes.hpp"
#include "certs/x509/rfc4514.hpp"
#include "certs/x509/text_encoding.hpp"

namespace mtls::x509 {

namespace {

/// Text with a '=' in it, and nothing that only binary files and PEM have.
bool looks_like_names(std::string_view text)
{
    const bool binary =
        std::ranges::any_of(text, [](unsigned char c) { return c < ' ' && c != '\n' && c != '\r' && c != '\t'; });
    return !binary && text.find("-----BEGIN ") == std::string_view::npos && text.find('=') != std::string_view::npos;
}

std::string_view trimmed(std::string_view line)
{
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) {
        return {};
    }
    auto last = line.find_last_not_of(" \t\r");
    if (line[last] == '\\' && last + 1 < line.size()) {
        ++last; // RFC 4514 §2.4: an escaped space at the end is a part of the value
    }
    return line.substr(first, last - first + 1);
}

constexpr std::string_view wanted_form =
    " (one name a line, most specific part first: CN=Example CA,O=Example,C=DE; "
    "openssl x509 -noout -subject -nameopt RFC2253 prints the rest of such a line)";

std::vector<ListedName> names_in(std::string_view text, const std::filesystem::path& path)
{
    constexpr std::string_view mark = "\xef\xbb\xbf";
    if (text.starts_with(mark)) {
        text.remove_prefix(mark.size());
    }
    std::vector<ListedName> names;
    for (int number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        const auto line = trimmed(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        if (line.empty() || line.front() == '#') {
            continue;
        }
        EncodedName encoded = encode_rfc4514(line);
        if (encoded.problem) {
            throw ConfigError{
                read_error(path, "line " + std::to_string(number) + ": " + *encoded.problem).append(wanted_form)};
        }
        names.push_back({Name{std::move(encoded.der)}, false, std::nullopt});
    }
    return names;
}

std::vector<ListedName> subjects(const std::vector<Certificate>& certificates)
{
    std::vector<ListedName> names;
    names.reserve(certificates.size());
    for (const Certificate& certificate : certificates) {
        names.push_back({certificate.subject(), true, certificate});
    }
    return names;
}

} // namespace

std::vector<ListedName> load_names(const std::filesystem::path& path)
{
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
        return subjects(load_certificates(path));
    }
    FileBytes file = read_file(path);
    if (file.problem) {
        throw ConfigError{read_error(path, *file.problem)};
    }
    const std::string_view text{reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size()};
    TextDecoder decoder;
    const std::string decoded = decoder.decode(file.bytes);
    if (const std::string_view names_text = decoder.is_utf16() ? decoded : text; looks_like_names(names_text)) {
        auto names = names_in(names_text, path);
        if (names.empty()) {
            throw ConfigError{read_error(path, "no name in it: every line is blank or a comment")};
        }
        return names;
    }
    Contents contents = recognise_certificates(std::move(file), path);
    if (contents.problem) {
        throw ConfigError{read_error(path, *contents.problem)};
    }
    if (contents.certificates.empty()) {
        throw ConfigError{read_error(path, nothing_found("certificate and no name", contents))};
    }
    return subjects(contents.certificates);
}

} // namespace mtls::x509
