# embed_scenarios(OUTPUT.cpp FILES...): the scenario files as string literals.
function(embed_scenarios output)
    set(EMBEDDED_ENTRIES "")
    foreach(file IN LISTS ARGN)
        get_filename_component(name ${file} NAME_WE)
        file(READ ${file} text)
        string(APPEND EMBEDDED_ENTRIES "        {\"${name}\", R\"toml(${text})toml\"},\n")
    endforeach()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${ARGN})
    file(CONFIGURE OUTPUT ${output} @ONLY CONTENT [[
#include "harness/scenario/embedded.hpp"

namespace mtls::scenario {

const std::vector<Embedded>& embedded()
{
    static const std::vector<Embedded> scenarios{
@EMBEDDED_ENTRIES@    };
    return scenarios;
}

} // namespace mtls::scenario
]])
endfunction()
