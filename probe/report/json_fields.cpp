#include "probe/report/json_fields.hpp"

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "certs/x509/name.hpp"
#include "certs/x509/unicode.hpp"

namespace mtls::report {

void JsonFields::fail(std::string_view key)
{
    if (!problem_) {
        problem_ = fmt::format("not a report of mtls-probe: its `{}` is not what a report has there", key);
    }
}

const json::value* JsonFields::find(const json::object& object, std::string_view key)
{
    const json::value* found = object.if_contains(key);
    if (found == nullptr) {
        fail(key);
    }
    return found;
}

std::string JsonFields::text(const json::object& object, std::string_view key)
{
    const json::value* found = find(object, key);
    if (found == nullptr || !found->is_string()) {
        fail(key);
        return {};
    }
    return x509::printable(found->get_string());
}

std::optional<std::string> JsonFields::text_or_null(const json::object& object, std::string_view key)
{
    const json::value* found = find(object, key);
    if (found == nullptr || found->is_null()) {
        return std::nullopt;
    }
    if (!found->is_string()) {
        fail(key);
        return std::nullopt;
    }
    return std::string{found->get_string()};
}

std::optional<std::string> JsonFields::printable_or_null(const json::object& object, std::string_view key)
{
    auto text = text_or_null(object, key);
    return text ? std::optional{x509::printable_again(*text)} : std::nullopt;
}

std::int64_t JsonFields::number(const json::object& object, std::string_view key, std::int64_t highest)
{
    const json::value* found = find(object, key);
    const std::int64_t* value = found == nullptr ? nullptr : found->if_int64();
    if (value == nullptr || *value < 0 || *value > highest) {
        fail(key);
        return 0;
    }
    return *value;
}

bool JsonFields::flag(const json::object& object, std::string_view key)
{
    const json::value* found = find(object, key);
    if (found == nullptr || !found->is_bool()) {
        fail(key);
        return false;
    }
    return found->get_bool();
}

const json::array& JsonFields::list(const json::object& object, std::string_view key)
{
    static const json::array nothing;
    const json::value* found = find(object, key);
    if (found == nullptr || !found->is_array()) {
        fail(key);
        return nothing;
    }
    return found->get_array();
}

const json::object& JsonFields::object(const json::object& parent, std::string_view key)
{
    static const json::object nothing;
    const json::value* found = find(parent, key);
    if (found == nullptr || !found->is_object()) {
        fail(key);
        return nothing;
    }
    return found->get_object();
}

std::vector<std::uint8_t> JsonFields::bytes(const json::object& parent, std::string_view key)
{
    const auto nibble = [](char letter) {
        const std::string_view digits = "0123456789abcdef";
        return digits.find(letter);
    };
    const auto hex = text_or_null(parent, key);
    std::vector<std::uint8_t> read;
    for (std::size_t at = 0; hex && at < hex->size(); at += 2) {
        const auto high = nibble((*hex)[at]);
        const auto low = at + 1 < hex->size() ? nibble((*hex)[at + 1]) : std::string_view::npos;
        if (high == std::string_view::npos || low == std::string_view::npos) {
            fail(key);
            return {};
        }
        read.push_back(static_cast<std::uint8_t>(high * 16 + low));
    }
    if (!hex) {
        fail(key);
    }
    return read;
}

} // namespace mtls::report
