#include "probe/issuers/name_index.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace mtls::issuers {

namespace {

/// Names that are equal by RFC 5280 §7.1 share this key, whatever their string types, case, blanks or the order inside
/// a multi-valued RDN. Different names may share it too: it only chooses what is compared.
std::string bucket(const x509::Name& name)
{
    static constexpr std::array<std::string_view, 6> escaped_blanks{"20", "09", "0a", "0b", "0c", "0d"};
    const auto lower = [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    };
    std::string text = name.text();
    std::transform(text.begin(), text.end(), text.begin(), lower);
    std::string key;
    key.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::string_view escaped = std::string_view{text}.substr(at + 1, 2);
        if (text[at] == '\\' &&
            std::find(escaped_blanks.begin(), escaped_blanks.end(), escaped) != escaped_blanks.end()) {
            at += 2;
        } else if (text[at] != ' ' && text[at] != '\\') {
            key.push_back(text[at]);
        }
    }
    std::sort(key.begin(), key.end());
    return key;
}

std::string bytes_of(const x509::Name& name)
{
    return {name.der().begin(), name.der().end()};
}

} // namespace

NameIndex::NameIndex(std::vector<x509::Name> names) : names_{std::move(names)}
{
    for (std::size_t position = 0; position < names_.size(); ++position) {
        if (by_der_.emplace(bytes_of(names_[position]), position).second) {
            by_text_[bucket(names_[position])].push_back(position);
        }
    }
}

std::optional<NameIndex::Hit> NameIndex::find(const x509::Name& name) const
{
    if (const auto same = by_der_.find(bytes_of(name)); same != by_der_.end()) {
        return Hit{same->second, x509::NameMatch::identical};
    }
    if (const auto equal = first(name)) {
        return Hit{*equal, x509::NameMatch::equivalent};
    }
    return std::nullopt;
}

std::optional<std::size_t> NameIndex::first(const x509::Name& name) const
{
    const auto alike = by_text_.find(bucket(name));
    if (alike == by_text_.end()) {
        return std::nullopt;
    }
    for (const std::size_t position : alike->second) {
        if (x509::Name::compare(names_[position], name) != x509::NameMatch::different) {
            return position;
        }
    }
    return std::nullopt;
}

bool same_set(const std::vector<x509::Name>& left, const std::vector<x509::Name>& right)
{
    return left == right || (only_in(left, right).empty() && only_in(right, left).empty());
}

std::vector<x509::Name> only_in(const std::vector<x509::Name>& left, const std::vector<x509::Name>& right)
{
    const NameIndex mine{left};
    const NameIndex theirs{right};
    std::vector<x509::Name> only;
    for (std::size_t position = 0; position < left.size(); ++position) {
        if (!theirs.find(left[position]) && mine.first(left[position]) == position) {
            only.push_back(left[position]);
        }
    }
    return only;
}

} // namespace mtls::issuers
