#include <doctest/doctest.h>

#include "certs/x509/credential.hpp"
#include "certs/x509/path.hpp"
#include "support/credential_files.hpp"

using namespace mtls::x509;

namespace {

Certificate read(const std::string& name)
{
    return load_certificates(mtls::test::credential_files() / name).front();
}

} // namespace

TEST_CASE("a path climbs as far as the pool allows and stops at the root")
{
    const Certificate alice = read("alice.pem");
    const Certificate intermediate = read("intermediate.pem");
    const Certificate root = read("root.pem");
    const Certificate stranger = read("stranger.pem");
    using Path = std::vector<Certificate>;

    CHECK(build_path(alice, {}).empty());
    CHECK(build_path(alice, {stranger, root}).empty());
    CHECK(build_path(alice, {stranger, intermediate}) == Path{intermediate});
    CHECK(build_path(alice, {root, stranger, alice, intermediate}) == Path{intermediate, root});
    CHECK(build_path(root, {intermediate, root}).empty());

    CHECK(ends_in_root(alice, {intermediate, root}));
    CHECK_FALSE(ends_in_root(alice, {intermediate}));
    CHECK_FALSE(ends_in_root(alice, {}));
    CHECK(ends_in_root(root, {}));
}
