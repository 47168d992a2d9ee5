namespace Vagus.Server.Checkup;

/// <summary>What the settings allow that an operator may not want.</summary>
internal static class SettingsCheck
{
    public static IEnumerable<Finding> Look(ServerOptions options)
    {
        foreach (var finding in Safe(options)) yield return finding;
        yield return Roles(options);
        yield return PublicUrl(options);
        yield return Proxies(options);
        yield return Origins(options);
        yield return Hosts(options);
    }

    private static IEnumerable<Finding> Safe(ServerOptions options)
    {
        var refusals = Safety.Refusals(options).ToList();
        if (refusals.Count > 0) return refusals.Select(refusal => Finding.Fail("settings", refusal, "The server refuses to start (78)."));
        return
        [
            options.Production
                ? Finding.Ok("settings", "safe for production")
                : Finding.Warn(
                    "settings",
                    options.AllowsPlainHttp
                        ? "--insecure-http: passwords and patient data may travel in the clear"
                        : "not production: the public address may be missing or plain http",
                    "Set ASPNETCORE_ENVIRONMENT=Production where the data are real."),
        ];
    }

    private static Finding Roles(ServerOptions options) => Finding.Ok(
        "roles",
        options.Roles == ServerRoles.All
            ? "all"
            : $"{string.Join(", ", RoleNames.Of(options.Roles))}; other processes must serve {string.Join(", ", RoleNames.Of(~options.Roles))}");

    private static Finding PublicUrl(ServerOptions options) =>
        options.PublicUrl is { } url
            ? Finding.Ok("public address", url)
            : Finding.Warn("public address", "none: links name each request's host", "Set --public-url to the address that clients use.");

    private static Finding Proxies(ServerOptions options)
    {
        if (!options.BehindProxy) return Finding.Ok("proxies", "none: forwarded headers are not believed");

        var networks = string.Join(", ", options.Proxies.Networks);
        return options.Proxies.Networks.Any(network => network.PrefixLength == 0)
            ? Finding.Fail(
                "proxies",
                $"every address is trusted ({networks}): any client can choose the address that it is known by",
                "Name the proxies in --trusted-proxies.")
            : Finding.Ok("proxies", $"believed are {networks}, {options.Proxies.Hops} behind each other");
    }

    private static Finding Hosts(ServerOptions options) => options.Hosts() is { } hosts
        ? Finding.Ok("hosts", string.Join(", ", hosts.Order(StringComparer.Ordinal)))
        : Finding.Warn(
            "hosts", "requests may name every host: a page whose name leads here is of our own origin",
            "Set ASPNETCORE_ENVIRONMENT=Production, or list the hosts in --allowed-hosts.");

    private static Finding Origins(ServerOptions options) =>
        options.Realtime.AllowedOrigins.Contains("*")
            ? Finding.Warn("origins", "pages of every site may open sockets", "List the origins in --allowed-origins.")
            : Finding.Ok("origins", options.Realtime.AllowedOrigins.Count == 0
                ? "only our own pages" : $"our own pages and {string.Join(", ", options.Realtime.AllowedOrigins)}");
}
