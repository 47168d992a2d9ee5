using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vagus.Access.Vault;
using Vagus.Kernel;

namespace Vagus.Access.Tests.Vault.Envelopes;

/// <summary>The frozen answers of <c>vectors/make-vectors.mjs</c>.</summary>
internal sealed record Vectors(
    string Key, string KeyId, string Salt, IReadOnlyList<Vectors.SealedVector> Envelopes, Vectors.WrappedVector WrappedKey,
    IReadOnlyList<Vectors.DerivedVector> Derived)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static Vectors Frozen { get; } = Read();

    [JsonIgnore]
    public byte[] KeyBytes => Convert.FromHexString(Key);

    [JsonIgnore]
    public byte[] SaltBytes => Convert.FromHexString(Salt);

    [JsonIgnore]
    public Guid KeyGuid => new(Convert.FromHexString(KeyId), bigEndian: true);

    public static byte[] Content(int length) => [.. Enumerable.Range(0, length).Select(at => (byte)((at * 7) + 3))];

    private static Vectors Read([CallerFilePath] string here = "")
    {
        var file = Path.Combine(Path.GetDirectoryName(here)!, "..", "vectors", "ce1.json");
        return JsonSerializer.Deserialize<Vectors>(File.ReadAllText(file), Json)!;
    }

    internal sealed record SealedVector(
        int Length, byte Kind, byte Padding, PlaceVector Context, int EnvelopeLength, string Sha256, string? Envelope);

    internal sealed record PlaceVector(
        string Tenant, string ResourceType, string LogicalId, string FieldPath, string Thread, long? Sequence)
    {
        public SealContext Place() =>
            new(new TenantId(Tenant), ResourceType, LogicalId, FieldPath) { Thread = Thread, Sequence = Sequence };
    }

    internal sealed record WrappedVector(
        string Tenant, string Id, string ScopeType, string ScopeId, long Version, string Under, string Wrapped);

    internal sealed record DerivedVector(string Purpose, string Key);
}
