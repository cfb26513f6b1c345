#include "probe/observation/per_request.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <new>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace mtls;
using observation::RequestSeen;

namespace {

std::shared_ptr<const RequestSeen> request(std::uint8_t marked)
{
    RequestSeen seen;
    seen.raw = {marked};
    return std::make_shared<const RequestSeen>(std::move(seen));
}

/// Counts how often something is made.
struct Maker {
    int made = 0;

    std::string operator()(const RequestSeen& seen)
    {
        ++made;
        return "of " + std::to_string(seen.raw.at(0));
    }
};

} // namespace

TEST_CASE("what is made of a request is made once, for as long as the request is there")
{
    observation::PerRequest<std::string> known;
    Maker maker;
    const auto one = request(1);
    const auto other = request(1);

    CHECK(known.of(one, std::ref(maker)) == "of 1");
    CHECK(known.of(one, std::ref(maker)) == "of 1");
    CHECK(maker.made == 1);
    CHECK(known.of(other, std::ref(maker)) == "of 1");
    CHECK(maker.made == 2);
}

TEST_CASE("a request that lies where another one lay is not taken for that one")
{
    observation::PerRequest<std::string> known;
    Maker maker;
    alignas(RequestSeen) std::array<std::byte, sizeof(RequestSeen)> place{};
    for (std::uint8_t each = 1; each < 5; ++each) {
        RequestSeen fresh;
        fresh.raw = {each};
        const std::shared_ptr<const RequestSeen> here{new (place.data()) RequestSeen{std::move(fresh)},
                                                      [](const RequestSeen* gone) { gone->~RequestSeen(); }};
        CHECK(known.of(here, std::ref(maker)) == "of " + std::to_string(each));
    }
    CHECK(maker.made == 4);
}

TEST_CASE("no more than the last few are kept")
{
    observation::PerRequest<std::string> known;
    Maker maker;
    std::vector<std::shared_ptr<const RequestSeen>> all;
    for (int each = 0; each < 65; ++each) {
        all.push_back(request(static_cast<std::uint8_t>(each)));
        CHECK(known.of(all.back(), std::ref(maker)) == "of " + std::to_string(each));
    }
    CHECK(known.of(all.front(), std::ref(maker)) == "of 0");
    CHECK(maker.made == 66);
}
