#include <doctest/doctest.h>

#include "certs/pki/hierarchy.hpp"

TEST_CASE("the standard recipe can be carried out")
{
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const mtls::pki::Hierarchy hierarchy{mtls::pki::standard_recipe(), now};

    CHECK(hierarchy.all().size() == 22);
}
