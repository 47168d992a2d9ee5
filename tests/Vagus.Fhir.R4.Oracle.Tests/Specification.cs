using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Specification.Source;

namespace Vagus.Fhir.R4.Oracle.Tests;

/// <summary>
/// R4's own definitions from specification.zip. The SDK's source for it reads a file of 20 MB from its start for each definition; here one
/// pass cuts all of them out, and each becomes a model when it is asked for.
/// </summary>
internal sealed partial class Specification : IAsyncResourceResolver
{
    private static readonly string[] Files =
        ["profiles-types.xml", "profiles-resources.xml", "profiles-others.xml", "extension-definitions.xml", "valuesets.xml", "v3-codesystems.xml",
            "v2-tables.xml"];

    private readonly ConcurrentDictionary<string, Resource> models = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> texts;

    private Specification() => texts = Cut();

    public static Specification R4 { get; } = new();

    public Resource? Find(string canonical)
    {
        var url = canonical.Split('|')[0];
        return texts.TryGetValue(url, out var text)
            ? models.GetOrAdd(url, static (_, xml) => FhirXmlDeserializer.OSTRICH.DeserializeResource(xml), text)
            : null;
    }

    public Task<Resource?> ResolveByUriAsync(string uri) => ResolveByCanonicalUriAsync(uri);

    public Task<Resource?> ResolveByCanonicalUriAsync(string uri) => System.Threading.Tasks.Task.FromResult(Find(uri));

    public Task<ResolverResult> TryResolveByUriAsync(string uri) => TryResolveByCanonicalUriAsync(uri);

    public Task<ResolverResult> TryResolveByCanonicalUriAsync(string uri) => System.Threading.Tasks.Task.FromResult(
        Find(uri) is { } resource ? new ResolverResult(resource) : new ResolverResult(ResolverException.NotFound(null)));

    private static Dictionary<string, string> Cut()
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        using var archive = ZipFile.OpenRead(Path.Combine(AppContext.BaseDirectory, "specification.zip"));
        foreach (var file in Files)
        {
            using var reader = XmlReader.Create((archive.GetEntry(file) ?? throw new InvalidDataException(file)).Open());
            while (reader.ReadToFollowing("resource"))
            {
                var text = reader.ReadInnerXml();
                // The first is the resource's own; those of its parts come later.
                if (Url().Match(text) is { Success: true } url) texts.TryAdd(url.Groups["url"].Value, text);
            }
        }

        return texts;
    }

    [GeneratedRegex("<url value=\"(?<url>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Url();
}
