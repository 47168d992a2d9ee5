using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

namespace Vagus.Fhir.Profiles;

/// <summary>
/// R4's own definitions as models of Firely's SDK, from specification.zip beside the program. The SDK's source for it reads a file of
/// 20 MB from its start for each definition; here one pass cuts all of them out and keeps them compressed (some 10 MB), and each becomes a
/// model when it is asked for. Nothing is read before the first profile is.
/// </summary>
internal sealed partial class R4Specification
{
    private static readonly string[] Files =
    [
        "profiles-types.xml", "profiles-resources.xml", "profiles-others.xml", "extension-definitions.xml", "valuesets.xml",
        "v3-codesystems.xml", "v2-tables.xml",
    ];

    private readonly ConcurrentDictionary<string, Resource> models = new(StringComparer.Ordinal);
    private readonly Lazy<Dictionary<string, byte[]>> texts = new(Cut);

    public bool Has(string canonical) => texts.Value.ContainsKey(UrlOf(canonical));

    public Resource? Find(string canonical)
    {
        var url = UrlOf(canonical);
        return texts.Value.TryGetValue(url, out var text)
            ? models.GetOrAdd(url, static (_, packed) => FhirXmlDeserializer.OSTRICH.DeserializeResource(Unpack(packed)), text)
            : null;
    }

    private static string UrlOf(string canonical) => canonical.Split('|')[0];

    private static Dictionary<string, byte[]> Cut()
    {
        var texts = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var archive = ZipFile.OpenRead(Path.Combine(AppContext.BaseDirectory, "specification.zip"));
        foreach (var file in Files)
        {
            using var reader = XmlReader.Create((archive.GetEntry(file) ?? throw new InvalidDataException($"R4 has no {file}")).Open());
            while (reader.ReadToFollowing("resource"))
            {
                var text = reader.ReadInnerXml();
                // The first is the resource's own; those of its parts come later.
                if (Url().Match(text) is { Success: true } url) texts.TryAdd(url.Groups["url"].Value, Pack(text));
            }
        }

        return texts;
    }

    private static byte[] Pack(string text)
    {
        using var packed = new MemoryStream();
        using (var stream = new DeflateStream(packed, CompressionLevel.Fastest)) stream.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private static string Unpack(byte[] packed)
    {
        using var reader = new StreamReader(new DeflateStream(new MemoryStream(packed), CompressionMode.Decompress), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    [GeneratedRegex("<url value=\"(?<url>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Url();
}
