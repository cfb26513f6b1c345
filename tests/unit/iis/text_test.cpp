#include "probe/iis/text.hpp"

#include <doctest/doctest.h>

using namespace mtls;

TEST_CASE("lines end with LF or CRLF")
{
    CHECK(iis::lines_of("a\r\nb\n\nc") == std::vector<std::string_view>{"a", "b", "", "c"});
    CHECK(iis::lines_of("").empty());
}
