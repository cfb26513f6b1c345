#include "probe/explain/page.hpp"

namespace mtls::explain {

namespace {

const char* in_words(Kind kind)
{
    switch (kind) {
    case Kind::http_status:
        return "HTTP status";
    case Kind::tls_alert:
        return "TLS alert";
    case Kind::windows_code:
        return "Windows error";
    case Kind::winhttp_error:
        return "WinHTTP error";
    case Kind::schannel_event:
        return "Schannel event";
    case Kind::openssl_verify:
        return "OpenSSL verification";
    case Kind::message:
        return "";
    case Kind::finding:
        return "Finding";
    }
    return "";
}

} // namespace

const char* to_string(Kind kind)
{
    switch (kind) {
    case Kind::http_status:
        return "http-status";
    case Kind::tls_alert:
        return "tls-alert";
    case Kind::windows_code:
        return "windows-code";
    case Kind::winhttp_error:
        return "winhttp-error";
    case Kind::schannel_event:
        return "schannel-event";
    case Kind::openssl_verify:
        return "openssl-verify";
    case Kind::message:
        return "program-message";
    case Kind::finding:
        return "finding";
    }
    return "";
}

std::string in_one_sentence(const Page& page)
{
    const auto end = page.meaning.find(". ");
    return page.meaning.substr(0, end == std::string::npos ? end : end + 1);
}

std::string title(const Page& page)
{
    if (page.kind == Kind::message) {
        return page.name + ": " + page.code;
    }
    return std::string{in_words(page.kind)} + " " + page.code + (page.name.empty() ? "" : " " + page.name);
}

} // namespace mtls::explain
