#include "certs/pki/recipe.hpp"

#include <algorithm>
#include <array>

#include "certs/pki/extensions.hpp"
#include "certs/pki/issue.hpp"
#include "certs/pki/keys.hpp"
#include "certs/pki/recipe_values.hpp"
#include "certs/pki/toml_table.hpp"

namespace mtls::pki {

namespace {

std::optional<std::chrono::seconds> time_of(Table& table, std::string_view key)
{
    const auto text = table.text(key);
    const auto time = text ? relative_time(*text) : std::nullopt;
    if (text && !time) {
        table.fail_at(key, quoted(*text) + " is no time such as \"-1d\" (s, m, h, d, y)");
    }
    return time;
}

const Entry* find(const Recipe& recipe, std::string_view name)
{
    const auto found = std::ranges::find(recipe.entries, name, &Entry::name);
    return found == recipe.entries.end() ? nullptr : &*found;
}

class RecipeReader {
  public:
    RecipeReader(std::string_view source, const Recipe& base) : source_{source}, base_{base} {}

    Recipe read(const toml::table& top)
    {
        static const std::vector<std::string> kinds{"authority", "server", "client", "crl"};
        for (const auto& [key, value] : top) {
            if (std::ranges::find(kinds, key.str()) == kinds.end()) {
                gather([&, &key = key] {
                    fail_in(source_, key.source(), "unknown key " + quoted(key.str()) + did_you_mean(key.str(), kinds));
                });
            }
        }
        each(top, "authority", [&](Table& table) { read_entry(table, Role::authority); });
        each(top, "server", [&](Table& table) { read_entry(table, Role::server); });
        each(top, "client", [&](Table& table) { read_entry(table, Role::client); });
        each(top, "crl", [&](Table& table) { read_crl(table); });
        if (!mistakes_.empty()) {
            throw FileError{source_, std::move(mistakes_)};
        }
        return std::move(recipe_);
    }

  private:
    /// What one entry says wrong, so that the next ones are read, too: all mistakes are told together.
    template <class Read> void gather(Read read)
    {
        try {
            read();
        } catch (const FileError& error) {
            mistakes_.insert(mistakes_.end(), error.mistakes().begin(), error.mistakes().end());
        }
    }

    template <class Read> void each(const toml::table& top, std::string_view key, Read read)
    {
        const toml::node* const node = top.get(key);
        if (node == nullptr) {
            return;
        }
        const toml::array* const array = node->as_array();
        if (array == nullptr) {
            gather([&] { fail_in(source_, node->source(), "must be tables [[" + std::string{key} + "]]"); });
            return;
        }
        for (const toml::node& element : *array) {
            gather([&] {
                const toml::table* const item = element.as_table();
                if (item == nullptr) {
                    fail_in(source_, element.source(), "must be a table [[" + std::string{key} + "]]");
                }
                Table table{*item, source_};
                read(table);
                table.finish();
            });
        }
    }

    [[nodiscard]] const Entry* known(std::string_view name) const
    {
        const Entry* const own = find(recipe_, name);
        return own != nullptr ? own : find(base_, name);
    }

    /// Leaves in `name` what is there, good or not: what refers to it is no further mistake. Whether it is good, and
    /// new.
    template <class Taken> bool read_name(Table& table, std::string& name, Taken taken)
    {
        bool good = false;
        gather([&] {
            const auto text = table.text("name");
            if (!text) {
                table.fail_at("name", "is missing");
            }
            name = *text;
            if (!is_entry_name(name)) {
                table.fail_at("name",
                              quoted(name) +
                                  " cannot be a file name here (letters, digits, . _ -, at most 64; not \"ca\")");
            }
            if (taken(name)) {
                table.fail_at("name", quoted(name) + " is there already");
            }
            good = true;
        });
        return good;
    }

    void read_entry(Table& table, Role role)
    {
        Entry entry;
        entry.role = role;
        const bool named =
            read_name(table, entry.name, [&](const std::string& name) { return find(recipe_, name) != nullptr; });
        const int days = role == Role::authority ? 3650 : 365;
        table.allow({"issuer", "same_key_as", "key", "digest", "subject", "subject_der", "string_type"});
        gather([&] { read_issuer(table, entry); });
        gather([&] { entry.digest = table.one_of("digest", digest_kinds).value_or("sha256"); });
        gather([&] { read_key(table, entry); });
        gather([&] { read_subject(table, entry, named ? entry.name : "x"); });
        gather([&] { entry.not_before = time_of(table, "not_before").value_or(std::chrono::hours{-24}); });
        gather([&] { entry.not_after = time_of(table, "not_after").value_or(std::chrono::hours{24} * days); });
        read_extensions(table, entry);
        recipe_.entries.push_back(std::move(entry)); // also a bad one: what refers to it is no further mistake
    }

    void read_issuer(Table& table, Entry& entry) const
    {
        entry.issuer = table.text("issuer");
        const Entry* const issuer = entry.issuer ? known(*entry.issuer) : nullptr;
        if (entry.issuer && (issuer == nullptr || issuer->role != Role::authority)) {
            table.fail_at("issuer", "no authority is called " + quoted(*entry.issuer) + " above");
        }
    }

    void read_key(Table& table, Entry& entry) const
    {
        entry.same_key_as = table.text("same_key_as");
        if (!entry.same_key_as) {
            entry.key = table.one_of("key", key_kinds).value_or("ec-p256");
            return;
        }
        const Entry* const owner = known(*entry.same_key_as);
        if (owner == nullptr) {
            table.fail_at("same_key_as", "nothing called " + quoted(*entry.same_key_as) + " above");
        }
        if (table.has("key")) {
            table.fail_at("key", "the key is that of " + quoted(*entry.same_key_as) + " already");
        }
        entry.key = owner->key;
    }

    static void read_subject(Table& table, Entry& entry, const std::string& name)
    {
        constexpr std::array<std::string_view, 5> string_types{"utf8", "printable", "bmp", "t61", "ia5"};
        entry.string_type = table.one_of("string_type", string_types).value_or("utf8");
        entry.subject = table.text("subject").value_or("CN=" + name);
        if (const auto text = table.text("subject_der")) {
            entry.subject_der = unhex(*text);
            if (table.has("subject")) {
                table.fail_at("subject_der", "not together with subject");
            }
            if (!entry.subject_der || !x509::Name{*entry.subject_der}.is_name()) {
                table.fail_at("subject_der", "must be one DER Name in hex");
            }
        } else if (const auto encoded = encoded_subject(entry); encoded.problem) {
            table.fail_at("subject", *encoded.problem);
        }
    }

    void read_extensions(Table& table, Entry& entry)
    {
        using Texts = std::vector<std::string>;
        const Role role = entry.role;
        const bool rsa_server = role == Role::server && entry.key.starts_with("rsa");
        const Texts names = role == Role::server ? Texts{"localhost", "127.0.0.1", "::1"} : Texts{};
        const Texts usage = role == Role::server   ? Texts{"serverAuth"}
                            : role == Role::client ? Texts{"clientAuth"}
                                                   : Texts{};
        const Texts key_usage = role == Role::authority ? Texts{"keyCertSign", "cRLSign"}
                                : rsa_server            ? Texts{"digitalSignature", "keyEncipherment"}
                                                        : Texts{"digitalSignature"};
        gather([&] { entry.names = words(table, "names", is_alternative_name).value_or(names); });
        gather([&] { entry.usage = words(table, "usage", is_usage).value_or(usage); });
        gather([&] { entry.key_usage = words(table, "key_usage", is_key_usage).value_or(key_usage); });
        gather([&] { entry.crl_url = url(table, "crl_url"); });
        if (role == Role::authority) {
            gather([&] { entry.path_length = path_length(table); });
        } else if (role == Role::client) {
            gather([&] { entry.leaf_only = table.boolean("leaf_only").value_or(false); });
        }
    }

    /// Texts that all have to be good. Null if the key is absent.
    template <class Good>
    static std::optional<std::vector<std::string>> words(Table& table, std::string_view key, Good good)
    {
        auto values = table.texts(key);
        for (std::size_t i = 0; values && i < values->size(); ++i) {
            if (!good((*values)[i])) {
                table.fail_at(key, i, "cannot be " + quoted((*values)[i]));
            }
        }
        return values;
    }

    static std::optional<std::string> url(Table& table, std::string_view key)
    {
        auto text = table.text(key);
        if (text && (!is_alternative_name(*text) || text->find("://") == std::string::npos)) {
            table.fail_at(key, quoted(*text) + " is no URL");
        }
        return text;
    }

    static std::optional<int> path_length(Table& table)
    {
        constexpr int longest = 1000;
        const auto limit = table.integer("path_length");
        if (limit && (*limit < 0 || *limit > longest)) {
            table.fail_at("path_length", "must be from 0 to 1000");
        }
        return limit ? std::optional{static_cast<int>(*limit)} : std::nullopt;
    }

    void read_crl(Table& table)
    {
        CrlEntry crl;
        const bool named = read_name(table, crl.name, [&](const std::string& name) {
            return std::ranges::find(recipe_.crls, name, &CrlEntry::name) != recipe_.crls.end();
        });
        table.allow({"issuer", "revoked", "next_update"});
        gather([&] { crl.issuer = table.text("issuer").value_or(crl.name); });
        gather([&] { read_revoked(table, crl, named); });
        gather([&] { crl.next_update = time_of(table, "next_update").value_or(std::chrono::hours{24} * 7); });
        recipe_.crls.push_back(std::move(crl));
    }

    /// Its issuer is an authority, and has issued what it revokes. Of one that has neither issuer nor a good name
    /// nothing can be said.
    void read_revoked(Table& table, CrlEntry& crl, bool named) const
    {
        crl.revoked = table.texts("revoked").value_or(std::vector<std::string>{});
        if (!named && !table.has("issuer")) {
            return;
        }
        const Entry* const issuer = known(crl.issuer);
        if (issuer == nullptr || issuer->role != Role::authority) {
            table.fail_at(table.has("issuer") ? "issuer" : "name",
                          "no authority is called " + quoted(crl.issuer) + " above");
        }
        for (std::size_t i = 0; i < crl.revoked.size(); ++i) {
            const Entry* const entry = known(crl.revoked[i]);
            if (entry == nullptr || entry->issuer != crl.issuer) {
                table.fail_at("revoked", i,
                              quoted(crl.issuer) + " has issued nothing called " + quoted(crl.revoked[i]));
            }
        }
    }

    std::string_view source_;
    const Recipe& base_;
    Recipe recipe_;
    std::vector<Mistake> mistakes_;
};

} // namespace

Recipe parse_recipe(std::string_view toml, std::string_view source, const Recipe& base)
{
    return RecipeReader{source, base}.read(parse_toml(toml, source));
}

} // namespace mtls::pki
