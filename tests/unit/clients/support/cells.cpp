#include "tests/unit/clients/support/cells.hpp"

#include <array>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace mtls::test {

namespace {

/// A field may stand in quotes, and then hold commas.
std::vector<std::string> fields_of(const std::string& line)
{
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (const char letter : line) {
        if (letter == '"') {
            quoted = !quoted;
        } else if (letter == ',' && !quoted) {
            fields.emplace_back();
        } else if (letter != '\r') {
            fields.back() += letter;
        }
    }
    return fields;
}

} // namespace

std::vector<Cell> observed_cells()
{
    std::ifstream file{TESTS_DATA "/clients/observed.csv"};
    std::string line;
    if (!std::getline(file, line)) {
        throw std::runtime_error{"observed.csv cannot be read"};
    }
    std::vector<Cell> cells;
    for (std::size_t number = 2; std::getline(file, line); ++number) {
        const auto fields = fields_of(line);
        if (fields.size() != 7) {
            throw std::runtime_error{"observed.csv: not seven fields in line " + std::to_string(number)};
        }
        cells.push_back({number, fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6]});
    }
    return cells;
}

} // namespace mtls::test
