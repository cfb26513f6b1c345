#include "probe/report/layout.hpp"

#include <doctest/doctest.h>

using namespace mtls;
using report::Page;
using report::Tone;
using report::wrapped;

TEST_CASE("text breaks at blanks and never inside a word")
{
    using Lines = std::vector<std::string>;

    CHECK(wrapped("one two three", 7) == Lines{"one two", "three"});
    CHECK(wrapped("one two", 7) == Lines{"one two"});
    CHECK(wrapped("incomprehensibilities are long", 10) == Lines{"incomprehensibilities", "are long"});
    CHECK(wrapped("", 10) == Lines{""});
    CHECK(wrapped("kept  apart", 20) == Lines{"kept  apart"});
}

TEST_CASE("columns are characters and not bytes")
{
    CHECK(report::columns("M\xc3\xbcller") == 6);
    CHECK(report::columns("\xc2\xa7") == 1);
}

TEST_CASE("continued lines stand under the first")
{
    Page page{{.color = false, .width = 34, .verbose = false}};

    page.put("  label   ", "one two three four five six seven");

    CHECK(page.take() == "  label   one two three four five\n          six seven\n");
}

TEST_CASE("colour surrounds words, not blanks, and only if wanted")
{
    Page plain{{.color = false, .width = 80, .verbose = false}};
    Page coloured{{.color = true, .width = 80, .verbose = false}};

    for (Page* page : {&plain, &coloured}) {
        page->put("  BAD  ", "text", Tone::bad);
    }

    CHECK(plain.take() == "  BAD  text\n");
    CHECK(coloured.take() == "  \033[31mBAD\033[0m  text\n");
}

TEST_CASE("what is to be pasted is never wrapped")
{
    Page page{{.color = false, .width = 20, .verbose = false}};
    const std::string command(200, 'x');

    page.paste(4, "a " + command + " b");

    CHECK(page.take() == "    a " + command + " b\n");
}
