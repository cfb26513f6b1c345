#include "certs/program/did_you_mean.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace mtls::program {

TEST_CASE("a word that is nearly right is recognised, and one that is far off is not")
{
    const std::vector<std::string> words{"alice", "mallory", "ca"};

    CHECK(did_you_mean("alise", words) == " (did you mean 'alice'?)");
    CHECK(did_you_mean("malory", words) == " (did you mean 'mallory'?)");
    CHECK(did_you_mean("cas", words) == " (did you mean 'ca'?)");
    CHECK(did_you_mean("bob", words).empty());
    CHECK(did_you_mean(std::string(5000, 'a'), words).empty());
    CHECK(did_you_mean("", words).empty());
}

} // namespace mtls::program
