using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Vagus.Fhir.Api.Tests.Import;

/// <summary>
/// Transaction Bundles of synthetic patients as lines of NDJSON, as often as is asked for: each copy has ids of its own, and refers to its
/// own resources. Of each line a hash is kept, so that what comes back can be compared without the lines.
/// </summary>
internal sealed partial class CopiedRecords
{
    /// <summary>The hash of each resource without its <c>meta</c>, by its reference.</summary>
    public Dictionary<string, string> Hashes { get; } = new(StringComparer.Ordinal);

    public IEnumerable<string> Types => Hashes.Keys.Select(reference => reference.Split('/')[0]).Distinct(StringComparer.Ordinal);

    public long Bytes { get; private set; }

    public async Task Write(Stream target, IReadOnlyList<string> files, int copies)
    {
        var writer = new StreamWriter(target, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        await using (writer)
        {
            foreach (var file in files)
            {
                var bundle = JsonElement.Parse(await File.ReadAllTextAsync(file));
                var entries = bundle.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("resource")).ToList();
                var types = entries.ToDictionary(Id, TypeOf, StringComparer.Ordinal);
                for (var copy = 0; copy < copies; copy++)
                    foreach (var resource in entries) await writer.WriteLineAsync(Line(resource, types, copy));
            }
        }

        Bytes = target.Position;
    }

    /// <summary>Equal for resources that say the same apart from <c>meta</c>; the text of numbers counts.</summary>
    public static string HashOf(JsonElement resource)
    {
        var text = string.Concat(resource.EnumerateObject().Where(property => property.Name != "meta").Select(property =>
            property.Name + property.Value.GetRawText()));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    public static string ReferenceOf(JsonElement resource) => $"{TypeOf(resource)}/{Id(resource)}";

    private string Line(JsonElement resource, Dictionary<string, string> types, int copy)
    {
        var compact = JsonNode.Parse(resource.GetRawText())!.ToJsonString();
        var suffix = string.Create(CultureInfo.InvariantCulture, $"-{copy}");
        var id = Id(resource);
        // The server writes id first.
        var line = Link().Replace(compact, link => $"{types[link.Groups["id"].Value]}/{link.Groups["id"].Value}{suffix}")
            .Replace($"\"id\":\"{id}\"", $"\"id\":\"{id}{suffix}\"", StringComparison.Ordinal);
        var written = JsonElement.Parse(line);
        Hashes.Add(ReferenceOf(written), HashOf(written));
        return line;
    }

    private static string Id(JsonElement resource) => resource.GetProperty("id").GetString()!;

    private static string TypeOf(JsonElement resource) => resource.GetProperty("resourceType").GetString()!;

    [GeneratedRegex("urn:uuid:(?<id>[0-9a-f-]{36})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Link();
}
