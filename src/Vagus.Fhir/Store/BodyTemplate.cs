using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.Store;

/// <summary>
/// A resource's JSON made ready before its write has a turn: only the version and the instant are filled in then, so that the others who
/// wait in the lane wait for a copy of bytes and not for a serialiser.
/// </summary>
internal sealed class BodyTemplate
{
    /// <summary>What stands in the template for the instant: of the same length as a real one.</summary>
    public const string InstantPlaceholder = "0001-01-01T00:00:00.000Z";

    /// <summary>What stands in the template for the version.</summary>
    public const string VersionPlaceholder = "0";

    private static readonly byte[] Marker = Encoding.UTF8.GetBytes(
        $"\"versionId\":\"{VersionPlaceholder}\",\"lastUpdated\":\"{InstantPlaceholder}\"");
    private readonly ReadOnlyMemory<byte> template;
    private readonly int versionAt;

    public BodyTemplate(ReadOnlyMemory<byte> template)
    {
        this.template = template;
        var marker = template.Span.IndexOf(Marker);
        if (marker < 0) throw new ArgumentException("The template has no place for the version.", nameof(template));
        versionAt = marker + "\"versionId\":\"".Length;
    }

    /// <summary>The resource as it was sent, with the placeholders.</summary>
    public JsonElement Read() => StoredBody.Read(template.Span);

    public byte[] Stamp(long version, DateTimeOffset at)
    {
        Span<byte> number = stackalloc byte[20];
        Utf8Formatter.TryFormat(version, number, out var digits);
        var source = template.Span;
        var body = new byte[source.Length - VersionPlaceholder.Length + digits];
        source[..versionAt].CopyTo(body);
        number[..digits].CopyTo(body.AsSpan(versionAt));
        source[(versionAt + VersionPlaceholder.Length)..].CopyTo(body.AsSpan(versionAt + digits));
        var instantAt = versionAt + digits + "\",\"lastUpdated\":\"".Length;
        Encoding.ASCII.GetBytes(StoredBody.InstantText(at), body.AsSpan(instantAt));
        return body;
    }
}
