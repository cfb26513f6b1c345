#include "certs/ossl/once.hpp"

#include <atomic>
#include <new>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using mtls::ossl::Once;

TEST_CASE("what is made once is made by one of many threads, and seen by all")
{
    for (int round = 0; round < 100; ++round) {
        Once once;
        int made = 0; // no atomic: a second maker, or one who does not wait, is a race that TSan tells of
        std::atomic<int> seen = 0;
        std::atomic<bool> go = false;
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < 4; ++i) {
                threads.emplace_back([&] {
                    go.wait(false);
                    once([&] { ++made; });
                    seen += made;
                });
            }
            go = true;
            go.notify_all();
        }
        REQUIRE(made == 1);
        REQUIRE(seen == 4);
    }
}

TEST_CASE("what could not be made is made at the next use")
{
    Once once;
    int tries = 0;

    CHECK_THROWS_AS(once([&] {
                        ++tries;
                        throw std::bad_alloc{};
                    }),
                    std::bad_alloc);
    once([&] { ++tries; });
    once([&] { ++tries; });

    CHECK(tries == 2);
}
