using System.CommandLine;
using System.Globalization;
using Vagus.Access;
using Vagus.Fhir;
using Vagus.Identity;
using Vagus.Identity.Mail;
using Vagus.Realtime;
using Vagus.Server.Edge;
using Vagus.Storage;

namespace Vagus.Server;

/// <summary>The settings that every command shares: an option on the command line, or else an environment variable.</summary>
internal sealed class ServerSettings
{
    private readonly Option<string[]> urls = new(
        "--urls") { Description = "Addresses to listen on, separated by ';'. Default http://localhost:3000 (VAGUS_URLS)." };
    private readonly Option<string?> data = new(
        "--data") { Description = "The data folder of the embedded default. Default ./data (VAGUS_DATA).", Recursive = true };
    private readonly Option<string?> postgres = new(
        "--postgres") { Description = "A PostgreSQL connection string instead of SQLite; better given as VAGUS_POSTGRES.",
        Recursive = true };
    private readonly Option<string?> roles = new("--roles")
    {
        Description = "The parts that this process serves, separated by ',': charts, notifications, messaging, fhir, web. Default: all "
            + "(VAGUS_ROLES).",
    };

    private readonly Option<string?> publicUrl = new("--public-url") { Description = "The address that clients use (VAGUS_PUBLIC_URL)." };

    private readonly Option<bool> behindProxy = new("--behind-proxy")
    {
        Description = "A proxy that ends TLS stands before the server: its X-Forwarded-* headers are believed (VAGUS_BEHIND_PROXY=true).",
    };

    private readonly Option<bool> insecureHttp = new("--insecure-http")
    {
        Description = "Plain http may be reached from other machines, without a proxy: for trials without real data (VAGUS_INSECURE_HTTP=true).",
    };

    private readonly Option<string?> proxies = new("--trusted-proxies")
    {
        Description = "The proxies to believe: addresses and networks, separated by ';'. Default: this machine (VAGUS_TRUSTED_PROXIES).",
    };

    private readonly Option<int?> hops =
        new("--proxy-hops") { Description = "Proxies that stand one behind the other. Default 1 (VAGUS_PROXY_HOPS)." };

    private readonly Option<string?> origins = new("--allowed-origins")
    {
        Description =
            "Web origins whose pages may open sockets besides our own, separated by ';'; * allows all (VAGUS_ALLOWED_ORIGINS). Default: none.",
    };

    private readonly Option<string?> hosts = new("--allowed-hosts")
    {
        Description = "Hosts that requests may name besides that of the public address, those of --urls and this machine, separated by ';'; "
            + "* allows all (VAGUS_ALLOWED_HOSTS). Default: none in production, all otherwise.",
    };

    private readonly Option<string?> management = new("--management-urls")
    {
        Description = "Addresses of /metrics and health for operators, separated by ';', such as http://127.0.0.1:9464. Default: none "
            + "(VAGUS_MANAGEMENT_URLS).",
    };

    private readonly Option<bool> managementPublic = new("--management-public")
    {
        Description = "The management address may be reachable from other machines (VAGUS_MANAGEMENT_PUBLIC=true).",
    };

    private readonly Option<string?> logLevel = new("--log-level")
    {
        Description = "Trace, Debug, Information, Warning, Error or None, and others by category, separated by ';': "
            + "Information;Vagus.Realtime=Debug (VAGUS_LOG_LEVEL).",
    };

    private readonly Option<string?> smtp = new("--smtp")
    {
        Description = "The server for mails: smtp://host:587 (STARTTLS) or smtps://host:465. Default: files in the folder mail of the data "
            + "folder (VAGUS_SMTP; VAGUS_SMTP_USER and VAGUS_SMTP_PASSWORD).",
    };

    private readonly Option<string?> mailFrom = new("--mail-from") { Description = "The sender's address of mails (VAGUS_MAIL_FROM)." };
    private readonly AnchorSettings anchors = new();

    public ServerSettings(RootCommand root)
    {
        urls.AllowMultipleArgumentsPerToken = false;
        root.Add(data);
        root.Add(postgres);
        AddServing(root);
    }

    /// <summary>The settings of a server that listens; the other commands take only those that say where the data are.</summary>
    public void AddServing(Command command)
    {
        command.Add(urls);
        command.Add(roles);
        command.Add(publicUrl);
        command.Add(behindProxy);
        command.Add(insecureHttp);
        command.Add(proxies);
        command.Add(hops);
        command.Add(origins);
        command.Add(hosts);
        command.Add(management);
        command.Add(managementPublic);
        command.Add(logLevel);
        command.Add(smtp);
        command.Add(mailFrom);
        AddAnchors(command);
    }

    /// <summary>Where the audit is anchored.</summary>
    public void AddAnchors(Command command) => anchors.AddTo(command);

    public ServerOptions Read(ParseResult parsed)
    {
        var address = parsed.GetValue(publicUrl) ?? Variable("VAGUS_PUBLIC_URL");
        var listen = parsed.GetValue(urls) is { Length: > 0 } given ? given : [Variable("VAGUS_URLS") ?? "http://localhost:3000"];
        var listenOn = listen.SelectMany(Parts).ToArray();
        return new ServerOptions
        {
            Urls = listenOn,
            Roles = RoleNames.Parse(parsed.GetValue(roles) ?? Variable("VAGUS_ROLES")),
            PublicUrl = address?.TrimEnd('/'),
            BehindProxy = parsed.GetValue(behindProxy) || Variable("VAGUS_BEHIND_PROXY") == "true",
            Proxies = TrustedProxies.Parse(parsed.GetValue(proxies) ?? Variable("VAGUS_TRUSTED_PROXIES"), Hops(parsed)),
            AllowedHosts = Parts(parsed.GetValue(hosts) ?? Variable("VAGUS_ALLOWED_HOSTS") ?? ""),
            ManagementUrls = Parts(parsed.GetValue(management) ?? Variable("VAGUS_MANAGEMENT_URLS") ?? ""),
            ManagementIsPublic = parsed.GetValue(managementPublic) || Variable("VAGUS_MANAGEMENT_PUBLIC") == "true",
            ExportsTelemetry = Variable("OTEL_EXPORTER_OTLP_ENDPOINT") is not null,
            LogLevels = LogLevels.Parse(parsed.GetValue(logLevel) ?? Variable("VAGUS_LOG_LEVEL")),
            PlainHosts = Parts(Variable("VAGUS_PLAIN_HOSTS") ?? ""),
            AllowsPlainHttp = parsed.GetValue(insecureHttp) || Variable("VAGUS_INSECURE_HTTP") == "true",
            Edge = EdgeLimits.Read(Variable),
            Messaging = MessageSettings.Read(Variable),
            Production = Variable("ASPNETCORE_ENVIRONMENT") == "Production" || Variable("DOTNET_ENVIRONMENT") == "Production",
            Storage = new StorageOptions { DataFolder = parsed.GetValue(data) ?? Variable("VAGUS_DATA") ?? "data",
                Postgres = parsed.GetValue(postgres) ?? Variable("VAGUS_POSTGRES"), Files = FileSettings.Blobs(Variable) },
            Access = KeySettings.Read(Variable) with { AuditYears = AuditYears(), Anchors = anchors.Read(parsed),
                Files = FileSettings.Files(Variable) },
            Identity = Identity(parsed, address, listenOn[0]),
            Bus = BusSettings.Read(Variable, address?.TrimEnd('/')),
            Realtime = LiveSettings.Read(
                new RealtimeOptions
                {
                    AllowedOrigins = [.. Parts(parsed.GetValue(origins) ?? Variable("VAGUS_ALLOWED_ORIGINS") ?? ""), .. OriginOf(address)],
                },
                Variable),
            Fhir = new FhirOptions
            {
                BaseUrl = address is null ? null : address.TrimEnd('/') + "/fhir",
                OtherBaseUrls = [.. listenOn.Where(NamesAHost).Select(url => url.TrimEnd('/') + "/fhir")],
                HooksOnPrivateNetwork = Variable("VAGUS_FHIR_HOOKS_PRIVATE") == "true",
            },
        };
    }

    private IdentityOptions Identity(ParseResult parsed, string? address, string listensOn) => new()
    {
        Issuer = address?.TrimEnd('/') ?? listensOn,
        Mail = Mail(parsed),
        Notices = NoticeSettings.Read(Variable),
        PasskeyDomain = Variable("VAGUS_PASSKEY_DOMAIN") ?? HostOf(address ?? listensOn),
        PasskeyOrigins = OriginOf(address ?? listensOn) is { Length: > 0 } known ? known : ["http://localhost:3000"],
        AppKeysOnPrivateNetwork = Variable("VAGUS_APP_KEYS_PRIVATE") == "true",
        Providers = ProviderFile.Read(Variable("VAGUS_OPENID_PROVIDERS")),
    };

    private MailOptions Mail(ParseResult parsed)
    {
        var mail = new MailOptions
        {
            Folder = Variable("VAGUS_MAIL_FOLDER"),
            User = Variable("VAGUS_SMTP_USER"),
            Password = Variable("VAGUS_SMTP_PASSWORD"),
        };
        if ((parsed.GetValue(mailFrom) ?? Variable("VAGUS_MAIL_FROM")) is { } from) mail = mail with { From = from };
        if ((parsed.GetValue(smtp) ?? Variable("VAGUS_SMTP")) is not { } server) return mail;
        return Uri.TryCreate(server, UriKind.Absolute, out var url)
            ? mail with { Smtp = url } : throw new FormatException("--smtp must be smtp://host:port or smtps://host:port.");
    }

    private static string[] Parts(string list) => list.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    // A proxy may put its own name for us into Host and not forward the browser's: our pages are then known by this origin alone.
    private static string[] OriginOf(string? address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url)) return [];

        // Browsers write an international name in its ASCII form.
        var host = url.HostNameType == UriHostNameType.Dns ? url.IdnHost : url.Host;
        return [url.IsDefaultPort ? $"{url.Scheme}://{host}" : $"{url.Scheme}://{host}:{url.Port}"];
    }

    private static string HostOf(string address) => Uri.TryCreate(address, UriKind.Absolute, out var url) ? url.IdnHost : "localhost";

    // '*', '+' and the unspecified addresses are where the server listens, not what a client can write into a link.
    private static bool NamesAHost(string url) =>
        !url.Contains("://*", StringComparison.Ordinal)
        && !url.Contains("://+", StringComparison.Ordinal)
        && !url.Contains("://0.0.0.0", StringComparison.Ordinal) && !url.Contains("://[::]", StringComparison.Ordinal);

    private static int AuditYears()
    {
        if (Variable("VAGUS_AUDIT_YEARS") is not { } given) return new AccessOptions().AuditYears;
        return int.TryParse(given, CultureInfo.InvariantCulture, out var years)
            ? years : throw new FormatException($"VAGUS_AUDIT_YEARS must be a number, not '{given}'.");
    }

    private int Hops(ParseResult parsed)
    {
        if (parsed.GetValue(hops) is { } chosen) return chosen;
        if (Variable("VAGUS_PROXY_HOPS") is not { } given) return 1;
        return int.TryParse(given, CultureInfo.InvariantCulture, out var number)
            ? number : throw new FormatException("VAGUS_PROXY_HOPS must be a number.");
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
