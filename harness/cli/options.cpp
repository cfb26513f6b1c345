#include "harness/cli/options.hpp"

#include <array>
#include <sstream>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <arpa/inet.h>

#include "certs/program/did_you_mean.hpp"
#include "certs/x509/name.hpp"
#include "harness/cli/run.hpp"

namespace mtls::harness {
namespace {

std::string is_address(const std::string& text)
{
    std::array<unsigned char, 16> address{};
    const bool is_one =
        inet_pton(AF_INET, text.c_str(), address.data()) == 1 || inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
    return is_one ? std::string{} : "'" + text + "' is no IP address (a name is none)";
}

std::string are_seconds(const std::string& text)
{
    double value = 0;
    const bool number = CLI::detail::lexical_cast(text, value);
    constexpr double most = 1e9;
    return number && value >= 0 && value <= most ? std::string{}
                                                 : "'" + text + "' is no number of seconds from 0 to 1000000000";
}

/// Elsewhere "-" is stdout, which here is what is said to a person.
std::string is_file(const std::string& text)
{
    return text != "-" ? std::string{} : "'-' is no file, and stdout is taken: name one (/dev/stderr is one)";
}

/// The command whose words are wrong, as one types it: "mtls-harness run".
std::string name_of_command(const CLI::App& app)
{
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? app.get_name() : app.get_name() + " " + chosen.front()->get_name();
}

/// For a first word that names no command.
std::string no_command(const CLI::App& app, const std::string& word)
{
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(command->get_name());
    }
    return "no command is called '" + word + "'" + program::did_you_mean(word, names);
}

void add_serving_options(CLI::App& command, Options& options)
{
    command.add_option("--port", options.port, "First port; the next listeners take the following ones")
        ->type_name("N")
        ->check(CLI::Range(0, 65535));
    command.add_option("--listen", options.listen, "Listen here instead of on loopback (the keys are for tests!)")
        ->type_name("ADDR")
        ->check(is_address, "");
    command.add_option("--for", options.seconds, "End after this time; default: at Ctrl-C")
        ->type_name("SECONDS")
        ->check(are_seconds, "");
    command
        .add_option("--record", options.record,
                    "Append one JSON line per connection; fields: FORMAT.md beside the scenarios")
        ->type_name("FILE")
        ->check(is_file, "");
    command.add_option("--log", options.log, "Append the W3C log (iis) here instead of showing it on stderr")
        ->type_name("FILE")
        ->check(is_file, "");
    command.add_option("--dir", options.directory, "Keep certificates and keys here; default: a temporary directory")
        ->type_name("DIR");
    command.footer(
        "DIR holds NAME.pem, NAME.key and, of clients, NAME.p12 (passphrase test), ca.pem (all roots), NAME.crl,\n"
        "and for trying: expect-issuers.pem, issuer-certs.pem, request.txt, upload.bin, bindings.txt (iis).\n"
        "With several scenarios each has a folder in it.\n\n"
        "Exit codes: 0 ok, 3 usage, a bad file, or a port that is taken.");
}

} // namespace

Parsed parse_command_line(int argc, const char* const* argv)
{
    Options options;
    CLI::App app{
        "Serves known failures of TLS client authentication on loopback, and proves that mtls-probe names them.",
        "mtls-harness"};
    app.set_version_flag("--version", std::string{"mtls-harness "} + MTLS_VERSION);
    app.require_subcommand(1);
    app.footer("Exit codes: 0 ok, 2 a scenario failed, 3 usage or a bad file. See `mtls-harness COMMAND --help`.");

    constexpr auto never_fails = "Exit codes: 0 ok, 3 usage or a bad file.";
    CLI::App* list = app.add_subcommand("list", "Name and story of every scenario");
    list->footer(never_fails);
    list->callback([&] { options.command = Command::list; });

    CLI::App* show = app.add_subcommand("show", "Print the file of a scenario, to change a copy and `serve` that");
    show->add_option("SCENARIO", options.scenarios, "Name from `list`")->required()->expected(1);
    show->footer(never_fails);
    show->callback([&] { options.command = Command::show; });

    CLI::App* run = app.add_subcommand("run", "Serve scenarios; say what to try; show each connection on stderr");
    run->add_option("SCENARIO", options.scenarios, "Name from `list`, or a file that ends in .toml")->required();
    add_serving_options(*run, options);
    run->callback([&] { options.command = Command::run; });

    CLI::App* verify = app.add_subcommand("verify", "Run mtls-probe on scenarios and check what it says");
    verify->add_option("SCENARIO", options.scenarios, "Name from `list`, or a file that ends in .toml; default: all");
    verify->add_option("--probe", options.probe, "The mtls-probe to try; default: the one beside this program")
        ->type_name("PATH");
    verify->add_option("--junit", options.junit, "Write the outcome as JUnit XML, too")
        ->type_name("FILE")
        ->check(is_file, "");
    verify->add_option("--jobs", options.jobs, "Scenarios at a time")
        ->type_name("N")
        ->capture_default_str()
        ->check(CLI::Range(1, 64));
    verify->callback([&] { options.command = Command::verify; });

    CLI::App* pki = app.add_subcommand("pki", "Write the standard hierarchy: authorities, servers, clients, CRLs");
    pki->add_option("DIR", options.directory, "Directory, made if missing (mode 0700)")->required();
    pki->footer(never_fails);
    pki->callback([&] { options.command = Command::pki; });

    CLI::App* serve = app.add_subcommand("serve", "Serve a scenario file of your own");
    serve->add_option("FILE", options.scenarios, "Scenario file")->required()->expected(1);
    add_serving_options(*serve, options);
    serve->callback([&] { options.command = Command::serve; });

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) { // the library's way to say --help as well
        if (error.get_exit_code() == 0) {
            std::ostringstream text;
            app.exit(error, text, text);
            return {.options = std::nullopt, .message = text.str(), .exit_code = exit_ok};
        }
        const bool stranger = argc > 1 && app.get_subcommands().empty() && *argv[1] != '-';
        const std::string why = stranger ? no_command(app, argv[1]) : error.what();
        return {.options = std::nullopt,
                .message = x509::printable(why) + " (try " + name_of_command(app) + " --help)",
                .exit_code = exit_usage};
    }
    return {.options = options, .message = {}, .exit_code = exit_ok};
}

} // namespace mtls::harness
