#include "harness/server/iis_path.hpp"

#include <doctest/doctest.h>

using mtls::server::lies_below;

TEST_CASE("a path lies below a place in whole segments, decoded, without dots, whatever the case")
{
    for (const char* path : {"/secret", "/secret/", "/secret/x", "/SECRET/x", "/%73ecret", "/open/../secret",
                             "/./secret?q", "/secret?q=/open"}) {
        CAPTURE(path);
        CHECK(lies_below(path, "/secret"));
        CHECK(lies_below(path, "/Secret/"));
        CHECK(lies_below(path, "/"));
    }
    for (const char* path :
         {"/", "/secretary", "/open", "/open?/secret", "/secret/../open", "/open/secret", "", "secret"}) {
        CAPTURE(path);
        CHECK_FALSE(lies_below(path, "/secret"));
        CHECK(lies_below(path, "/"));
    }
}
