using System.CommandLine;
using System.Globalization;
using Vagus.Access.Audit.Anchors;

namespace Vagus.Server;

/// <summary>The settings of the audit's anchors, which the server and the commands about the audit share.</summary>
internal sealed class AnchorSettings
{
    private readonly Option<string?> folder = new("--audit-anchors")
    {
        Description = "A folder for the audit's anchors, best on another machine (VAGUS_AUDIT_ANCHORS). Default: none.",
    };

    private readonly Option<string?> bucket = new("--audit-anchors-s3")
    {
        Description = "A bucket with object lock for the audit's anchors, as s3://bucket/prefix (VAGUS_AUDIT_ANCHORS_S3). Default: none.",
    };

    private readonly Option<Uri?> endpoint = new("--audit-anchors-s3-endpoint")
    {
        Description = "The address of an S3 server other than AWS (VAGUS_AUDIT_ANCHORS_S3_ENDPOINT).",
        CustomParser = given => Address(given.Tokens[^1].Value),
    };

    private readonly Option<double?> minutes = new("--audit-anchor-minutes")
    {
        Description = "How often the audit is anchored. Default 5 (VAGUS_AUDIT_ANCHOR_MINUTES).",
    };

    public void AddTo(Command command)
    {
        command.Add(folder);
        command.Add(bucket);
        command.Add(endpoint);
        command.Add(minutes);
    }

    public AnchorOptions Read(ParseResult parsed)
    {
        var options = new AnchorOptions
        {
            Folder = parsed.GetValue(folder) ?? Variable("VAGUS_AUDIT_ANCHORS"),
            S3 = parsed.GetValue(bucket) ?? Variable("VAGUS_AUDIT_ANCHORS_S3"),
            S3Endpoint = parsed.GetValue(endpoint) ?? Address(Variable("VAGUS_AUDIT_ANCHORS_S3_ENDPOINT")),
            Interval = TimeSpan.FromMinutes(parsed.GetValue(minutes) ?? Number("VAGUS_AUDIT_ANCHOR_MINUTES") ?? 5),
            LockYears = (int)(Number("VAGUS_AUDIT_ANCHOR_YEARS") ?? 10),
        };
        return options.Refuse() is { } why ? throw new FormatException(why) : options;
    }

    private static Uri? Address(string? given)
    {
        if (given is null) return null;
        return Uri.TryCreate(given, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url : throw new FormatException("--audit-anchors-s3-endpoint must be an http or https address.");
    }

    private static double? Number(string name)
    {
        if (Variable(name) is not { } given) return null;
        return double.TryParse(given, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number is >= 0 and < 1e6
            ? number
            : throw new FormatException($"{name} must be a number.");
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
