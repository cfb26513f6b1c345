#include "probe/issuers/name_index.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace mtls::issuers {

namespace {

std::string_view bytes_of(const x509::Name& name)
{
    return {reinterpret_cast<const char*>(name.der().data()), name.der().size()};
}

} // namespace

NameIndex::NameIndex(std::vector<x509::Name> names) : names_{std::move(names)}
{
    for (std::size_t position = 0; position < names_.size(); ++position) {
        if (by_der_.emplace(bytes_of(names_[position]), position).second) {
            by_likeness_[names_[position].likeness()].push_back(position);
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
    const auto alike = by_likeness_.find(name.likeness());
    if (alike == by_likeness_.end()) {
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
