using Vagus.Access.Vault;
using Vagus.Bus;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Server.Checkup;

/// <summary>
/// Why a server may not start where other machines reach it. Each reason says what is wrong and what to do; <c>vagus doctor</c> shows the
/// same.
/// </summary>
internal static class Safety
{
    private const UnixFileMode Group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public static IEnumerable<string> Refusals(ServerOptions options)
    {
        if (options.Insecurity() is { } settings) yield return settings;
        if (!options.IsExposed) yield break;

        if (OpenRootKey(options) is { } open)
            yield return $"{open} holds the root key and can be opened by others on this machine: chmod 600, and find out who read it.";
        if (IsOpen(options.Storage.DataFolder, Others))
            yield return $"{options.Storage.DataFolder} holds patient data and is open to everybody on this machine: chmod 700.";
        if (options.Storage.Postgres is { } postgres && PostgresSafety.HostWithoutTls(postgres) is { } host)
            yield return $"patient data would go to PostgreSQL on {host} without TLS: add SSL Mode=VerifyFull to the connection string.";
        foreach (var (what, address, variable) in Peers(options))
            if (IsInTheClear(options, address))
                yield return $"{what} would go to {address?.Host} without TLS: see {variable}. https or a local socket, or its host in "
                    + "VAGUS_PLAIN_HOSTS where nobody else is on the way.";
        if (BusAddresses.HostWithoutTls(options.Bus) is { } nats)
            yield return $"patient data would go to NATS on {nats} without TLS: write its address as tls://.";
        if (OpenSecrets(options.Bus).FirstOrDefault() is { } secret)
            yield return $"{secret} opens NATS and can be read by others on this machine: chmod 600.";
    }

    /// <summary>What is said at each start in production, which it does not prevent.</summary>
    public static IEnumerable<string> Warnings(ServerOptions options)
    {
        if (options.Production && options.Access.Anchors is { Folder: null, S3: null })
        {
            yield return "The audit is not anchored: somebody who can change the database and the server's key can change it unseen. "
                + "Set --audit-anchors or --audit-anchors-s3.";
        }
    }

    /// <summary>The same of the database's own settings; null where they are safe.</summary>
    public static async ValueTask<string?> RefusalOf(Database database, CancellationToken cancel)
    {
        var off = await PostgresSafety.WhatLosesCommits(database, cancel);
        return off.Count == 0
            ? null : $"PostgreSQL has {string.Join(" and ", off)}: it would lose acknowledged writes with the power. Set them to on.";
    }

    private static IEnumerable<(string What, Uri? Address, string Variable)> Peers(ServerOptions options) =>
    [
        ("files", options.Storage.Files.S3Endpoint, "VAGUS_FILES_S3_ENDPOINT"),
        ("the audit's anchors", options.Access.Anchors.S3Endpoint, "VAGUS_AUDIT_ANCHORS_S3_ENDPOINT"),
        ("files as they come", options.Access.Files.Scanner, "VAGUS_CLAMD"),
    ];

    private static bool IsInTheClear(ServerOptions options, Uri? address) =>
        address is { Scheme: "http" or "tcp", IsLoopback: false } && !options.PlainHosts.Contains(address.Host, StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<string> OpenSecrets(BusOptions bus) =>
        new[] { bus.Credentials.CredentialsFile, bus.Credentials.NKeyFile, bus.Credentials.CertificateKeyFile }.OfType<string>()
            .Where(file => IsOpen(file, Others));

    private static string? OpenRootKey(ServerOptions options) => options.Access.RootKey is not null
        ? null
        : RootKeyFile.Present(options.Access.RootKeyFile ?? Path.Combine(options.Storage.DataFolder, "root.key"))
            .FirstOrDefault(file => IsOpen(file, Group | Others));

    private static bool IsOpen(string path, UnixFileMode to) =>
        !OperatingSystem.IsWindows() && Path.Exists(path) && (File.GetUnixFileMode(path) & to) != UnixFileMode.None;
}
