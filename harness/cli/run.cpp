#include "harness/cli/run.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include "certs/pki/hierarchy.hpp"
#include "certs/program/print.hpp"
#include "certs/x509/unicode.hpp"
#include "harness/cli/private_directory.hpp"
#include "harness/scenario/embedded.hpp"

namespace mtls::harness {
namespace {

int list_scenarios()
{
    std::size_t width = 0;
    for (const auto& entry : scenario::embedded()) {
        width = std::max(width, entry.name.size());
    }
    std::string list;
    for (const auto& entry : scenario::embedded()) {
        const scenario::Scenario scenario = scenario::embedded_scenario(entry.name);
        list.append(entry.name).append(width - entry.name.size() + 2, ' ');
        list += x509::printable_again(scenario.summary) + '\n';
    }
    program::print("write to stdout", list);
    return exit_ok;
}

int show_scenario(const std::string& name)
{
    program::print("write to stdout", scenario::embedded_file(name).toml);
    return exit_ok;
}

int write_pki(const std::string& path)
{
    const PrivateDirectory directory{path};
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    pki::Hierarchy{pki::standard_recipe(), now}.write(directory.path());
    return exit_ok;
}

} // namespace

scenario::Scenario find_scenario(const std::string& name_or_file)
{
    return name_or_file.ends_with(".toml") ? scenario::load_scenario(name_or_file)
                                           : scenario::embedded_scenario(name_or_file);
}

int run(const Options& options)
{
    switch (options.command) {
    case Command::list:
        return list_scenarios();
    case Command::show:
        return show_scenario(options.scenarios.front());
    case Command::pki:
        return write_pki(options.directory.value());
    case Command::verify:
        return verify_scenarios(options);
    case Command::run:
    case Command::serve:
        break;
    }
    return serve_scenarios(options);
}

} // namespace mtls::harness
