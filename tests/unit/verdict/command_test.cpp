#include "probe/verdict/command.hpp"

#include <doctest/doctest.h>

using namespace mtls;
using verdict::OptionGiven;

namespace {

verdict::TargetFacts target()
{
    verdict::TargetFacts made;
    made.input = "https://server.test:8443/";
    made.host = "server.test";
    made.port = 8443;
    made.options = {{"--connect", "192.0.2.1:9211"}, {"--no-sni"}, {"--path", "/a b?x='y'"}};
    made.candidates = {{"--cert", "my certs/alice.pem"}, {"--key", "alice.key"}};
    return made;
}

} // namespace

TEST_CASE("a command to paste says what the run was given")
{
    CHECK(verdict::command(target(), "--repeat 20") ==
          "mtls-probe https://server.test:8443/ --connect 192.0.2.1:9211 --no-sni --path '/a b?x='\\''y'\\''' --repeat "
          "20");
    CHECK(verdict::command(target(), "--connect BACK_END_ADDRESS", {"--connect", "--path"}) ==
          "mtls-probe server.test:8443 --no-sni --connect BACK_END_ADDRESS");
    CHECK(verdict::command_with_candidates(target(), "-v", {"--connect", "--path"}) ==
          "mtls-probe server.test:8443 --no-sni --cert 'my certs/alice.pem' --key alice.key -v");
}

TEST_CASE("a shell does nothing of its own with a word")
{
    CHECK(verdict::shell_word("[::1]:443") == "'[::1]:443'");
    CHECK(verdict::shell_word("") == "''");
    CHECK(verdict::shell_word("$(id)") == "'$(id)'");
    CHECK(verdict::shell_word("a\nb\x1b[31m") == "'a\\0Ab\\1B[31m'");
    CHECK(verdict::shell_word("h\xc3\xb6st") == "'h\xc3\xb6st'");
}
