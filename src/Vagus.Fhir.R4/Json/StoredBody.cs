using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Json;

/// <summary>
/// The bytes that are stored and served: the client's JSON with its property order, its number text (<c>1.10</c>) and its escapes, without
/// insignificant whitespace, and with the server's <c>id</c>, <c>meta.versionId</c> and <c>meta.lastUpdated</c> right after
/// <c>resourceType</c>.
/// </summary>
public static class StoredBody
{
    private const string Instant = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Reads what <see cref="Write"/> wrote; it has been through the strict door already.</summary>
    public static JsonElement Read(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        return JsonElement.ParseValue(ref reader);
    }

    /// <summary>A FHIR instant with milliseconds, UTC: how <c>lastUpdated</c> is written everywhere.</summary>
    public static string InstantText(DateTimeOffset at) => at.UtcDateTime.ToString(Instant, CultureInfo.InvariantCulture);

    /// <summary>
    /// The resource must have passed the validator. <paramref name="lastUpdated"/> is written to the millisecond; index the same value.
    /// </summary>
    public static byte[] Write(JsonElement resource, string id, long version, DateTimeOffset lastUpdated, LinkRewrite? rewrite = null)
    {
        var type = resource.GetProperty("resourceType"u8).GetString() ?? "";
        var definition = rewrite is null ? null : R4Definitions.Type(type);
        var source = JsonMarshal.GetRawUtf8Value(resource);
        using var copy = new BodyCopy(source.Length + 256, rewrite);
        copy.Raw("{\"resourceType\":\""u8);
        copy.Text(type);
        copy.Raw("\",\"id\":\""u8);
        copy.Text(id);
        copy.Raw("\",\"meta\":{\"versionId\":\""u8);
        copy.Text(version.ToString(CultureInfo.InvariantCulture));
        copy.Raw("\",\"lastUpdated\":\""u8);
        copy.Text(InstantText(lastUpdated));
        copy.Raw("\""u8);
        if (resource.TryGetProperty("meta"u8, out var meta))
        {
            Properties(copy, meta, definition is null ? null : R4Definitions.Type("Meta"), IsServersInMeta);
        }

        copy.Raw("}"u8);
        Properties(copy, resource, definition, IsServersInResource);
        copy.Raw("}"u8);
        return copy.ToArray();
    }

    private static void Properties(BodyCopy copy, JsonElement container, TypeDefinition? type, IsServers isServers)
    {
        foreach (var property in container.EnumerateObject())
        {
            var name = JsonMarshal.GetRawUtf8PropertyName(property);
            if (!isServers(name))
            {
                copy.Raw(","u8);
                copy.Property(name, JsonMarshal.GetRawUtf8Value(property.Value), type);
            }
        }
    }

    private delegate bool IsServers(ReadOnlySpan<byte> name);

    private static bool IsServersInResource(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("resourceType"u8) || name.SequenceEqual("id"u8) || name.SequenceEqual("meta"u8) || name.SequenceEqual("_id"u8);

    private static bool IsServersInMeta(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("versionId"u8) || name.SequenceEqual("lastUpdated"u8) || name.SequenceEqual("_versionId"u8)
            || name.SequenceEqual("_lastUpdated"u8);
}
