#pragma once

#include <string>
#include <vector>

/// tests/data/clients/observed.csv, and what its words stand for.
namespace mtls::test {

struct Cell {
    std::size_t line = 0;
    std::string client;
    std::string leaf;
    std::string configuration;
    std::string tls;
    std::string request;
    std::string outcome;
    std::string source; ///< the run that it was seen in
};

[[nodiscard]] std::vector<Cell> observed_cells();

} // namespace mtls::test
