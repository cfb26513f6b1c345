#include "tests/unit/wire/support/vectors.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace mtls::wire::test {
namespace {

using Buffer = std::vector<std::uint8_t>;

std::string trimmed(const std::string& text)
{
    const auto first = text.find_first_not_of(' ');
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

Buffer bytes_of(std::string hex)
{
    std::erase_if(hex, [](char character) { return character == ' ' || character == '_'; });
    if (hex.size() % 2 != 0) {
        throw std::runtime_error("half a byte: " + hex);
    }
    Buffer bytes;
    for (std::size_t at = 0; at < hex.size(); at += 2) {
        bytes.push_back(static_cast<std::uint8_t>(std::stoul(hex.substr(at, 2), nullptr, 16)));
    }
    return bytes;
}

ProtocolVersion version_of(const std::string& text)
{
    for (const auto version :
         {ProtocolVersion::tls10, ProtocolVersion::tls11, ProtocolVersion::tls12, ProtocolVersion::tls13}) {
        if (name(version) == text) {
            return version;
        }
    }
    throw std::runtime_error("no version: " + text);
}

void apply_edit(const std::string& edit, Buffer& body)
{
    std::istringstream words{edit};
    std::string verb;
    words >> verb;
    if (verb == "keep") {
        std::size_t count = 0;
        words >> count;
        body.resize(std::min(count, body.size()));
    } else if (verb == "append") {
        std::string hex;
        words >> hex;
        const Buffer added = bytes_of(hex);
        body.insert(body.end(), added.begin(), added.end());
    } else if (verb == "at") {
        std::size_t offset = 0;
        std::size_t count = 0;
        std::string replace;
        std::string by;
        std::string hex;
        words >> offset >> replace >> count >> by >> hex;
        if (replace != "replace" || by != "by" || offset + count > body.size()) {
            throw std::runtime_error("no edit: " + edit);
        }
        const auto at = body.begin() + static_cast<std::ptrdiff_t>(offset);
        const Buffer added = bytes_of(hex);
        body.insert(body.erase(at, at + static_cast<std::ptrdiff_t>(count)), added.begin(), added.end());
    } else {
        throw std::runtime_error("no edit: " + edit);
    }
}

void make_body(Vector& vector, const std::vector<Vector>& sources)
{
    if (const auto from = vector.fields.find("from"); from != vector.fields.end()) {
        const auto source = std::find_if(sources.begin(), sources.end(),
                                         [&](const Vector& other) { return other.name == from->second; });
        if (source == sources.end()) {
            throw std::runtime_error("no vector: " + from->second);
        }
        vector.body = source->body;
        vector.version = source->version;
    } else {
        vector.body = bytes_of(vector.fields.at("body"));
    }
    if (const auto version = vector.fields.find("version"); version != vector.fields.end()) {
        vector.version = version_of(version->second);
    }
    std::istringstream edits{vector.fields["edit"]};
    for (std::string edit; std::getline(edits, edit, ',');) {
        apply_edit(trimmed(edit), vector.body);
    }
}

} // namespace

std::vector<Vector> load_vectors(const std::string& file)
{
    return load_vectors(file, {});
}

std::vector<Vector> load_vectors(const std::string& file, const std::vector<Vector>& sources)
{
    std::ifstream in{std::string{TESTS_DATA "/wire/"}.append(file)};
    std::vector<Vector> vectors;
    std::string* value = nullptr;
    for (std::string line; std::getline(in, line);) {
        const auto equals = line.find('=');
        if (line.empty() || line.front() == '#') {
            continue;
        }
        if (line.front() == '[' && line.back() == ']') {
            vectors.emplace_back().name = line.substr(1, line.size() - 2);
            value = nullptr;
        } else if (line.front() == ' ' && value != nullptr) {
            value->append(" ").append(trimmed(line));
        } else if (!vectors.empty() && equals != std::string::npos) {
            value = &vectors.back().fields[trimmed(line.substr(0, equals))];
            *value = trimmed(line.substr(equals + 1));
        } else {
            throw std::runtime_error("not a line of vectors: " + line);
        }
    }
    for (Vector& vector : vectors) {
        make_body(vector, sources);
    }
    return vectors;
}

} // namespace mtls::wire::test
