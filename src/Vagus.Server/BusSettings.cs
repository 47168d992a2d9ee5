using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vagus.Bus;
using Vagus.Kernel;

namespace Vagus.Server;

/// <summary>Where NATS is and what it is given. Variables only: an argument is visible to other users of the machine.</summary>
internal static class BusSettings
{
    /// <param name="variable">An environment variable's value; null when it is not set.</param>
    /// <param name="publicUrl">The server's own address, which names it as the source of its events.</param>
    public static BusOptions Read(Func<string, string?> variable, string? publicUrl)
    {
        if (variable("VAGUS_NATS") is not { } servers) return new BusOptions();
        var limits = new BusLimits();
        var options = new BusOptions
        {
            Servers = BusAddresses.Problem(servers) is { } problem ? throw new FormatException($"VAGUS_NATS: {problem}") : servers,
            Credentials = Credentials(variable),
            Source = publicUrl ?? new BusOptions().Source,
            Binary = Binary(variable("VAGUS_NATS_MODE")),
            SeesLabels = Labels(variable("VAGUS_NATS_LABELS")),
            Senders = Senders(variable("VAGUS_NATS_SENDERS")),
            Readers = Readers(variable("VAGUS_NATS_READERS")),
            Limits = limits with
            {
                Replicas = (int)Number(variable, "VAGUS_NATS_REPLICAS", limits.Replicas),
                Keep = TimeSpan.FromDays(Number(variable, "VAGUS_NATS_DAYS", (long)limits.Keep.TotalDays)),
                StreamBytes = Number(variable, "VAGUS_NATS_STREAM_BYTES", limits.StreamBytes),
                DedupeWindow = TimeSpan.FromSeconds(Number(variable, "VAGUS_NATS_DEDUPE_SECONDS", (long)limits.DedupeWindow.TotalSeconds)),
                IntakeBytes = Number(variable, "VAGUS_NATS_INTAKE_BYTES", limits.IntakeBytes),
            },
        };
        return options.FirstProblem() is { } wrong ? throw new FormatException(wrong) : options;
    }

    private static BusCredentials Credentials(Func<string, string?> variable) => new()
    {
        CredentialsFile = variable("VAGUS_NATS_CREDENTIALS"),
        NKeyFile = variable("VAGUS_NATS_NKEY_FILE"),
        User = variable("VAGUS_NATS_USER"),
        Password = variable("VAGUS_NATS_PASSWORD"),
        AuthorityFile = variable("VAGUS_NATS_CA"),
        CertificateFile = variable("VAGUS_NATS_CERTIFICATE"),
        CertificateKeyFile = variable("VAGUS_NATS_CERTIFICATE_KEY"),
    };

    private static bool Binary(string? mode) => mode switch
    {
        null or "structured" => false,
        "binary" => true,
        _ => throw new FormatException("VAGUS_NATS_MODE is structured or binary."),
    };

    private static Sensitivity Labels(string? names) =>
        names is null ? Sensitivity.None
            : Sensitivities.Parse(names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                ?? throw new FormatException($"VAGUS_NATS_LABELS are some of {string.Join(", ", Sensitivities.Names)}, separated by commas.");

    private static IReadOnlyList<BusSender> Senders(string? file)
    {
        if (file is null) return [];
        if (!File.Exists(file)) throw new FormatException($"VAGUS_NATS_SENDERS: {file} does not exist.");
        return JsonSerializer.Deserialize(File.ReadAllBytes(file), SenderFile.Default.BusSenderArray)
            ?? throw new FormatException("VAGUS_NATS_SENDERS: the file is a JSON array of senders.");
    }

    private static BusReader[] Readers(string? pairs) =>
    [
        .. (pairs ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(pair =>
            pair.Split('/') is [var tenant, var name] ? new BusReader(name, tenant)
                : throw new FormatException("VAGUS_NATS_READERS are pairs TENANT/NAME, separated by commas.")),
    ];

    private static long Number(Func<string, string?> variable, string name, long otherwise)
    {
        if (variable(name) is not { } given) return otherwise;
        return long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= (name.EndsWith("BYTES", StringComparison.Ordinal) ? long.MaxValue : 100_000)
            ? number : throw new FormatException($"{name} must be a number.");
    }
}

/// <summary>The form of the file of senders.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BusSender[]))]
internal sealed partial class SenderFile : JsonSerializerContext;
